"""What the answers of a red-flag check mean (DOMAIN §2 Red flags): pure rules over a versioned list of questions.

``actions`` maps the code of every question to what a Yes asks for: ``gp``, ``emergency`` or ``decide`` (the practitioner decides).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from nmx_desk.domain.consults import Answer, CallOutcome, FlagResult, RedFlagAnswer

_WEIGHT = {"decide": FlagResult.DECIDE, "gp": FlagResult.GP, "emergency": FlagResult.EMERGENCY}
_ORDER = (FlagResult.CLEAR, FlagResult.DECIDE, FlagResult.GP, FlagResult.EMERGENCY)
_REFERRED = {
    FlagResult.DECIDE: frozenset({CallOutcome.REFERRED_GP, CallOutcome.EMERGENCY}),
    FlagResult.GP: frozenset({CallOutcome.REFERRED_GP, CallOutcome.EMERGENCY}),
    FlagResult.EMERGENCY: frozenset({CallOutcome.EMERGENCY}),
}


def blank_questions(codes: Iterable[str], answers: Iterable[RedFlagAnswer]) -> list[str]:
    """Codes of the questions without an answer, in the order of the list. Unknown is an answer."""
    given = {answer.code for answer in answers}
    return [code for code in codes if code not in given]


def open_flags(answers: Iterable[RedFlagAnswer]) -> frozenset[str]:
    """Codes answered Yes that no doctor has assessed yet."""
    return frozenset(answer.code for answer in answers if answer.answer is Answer.YES and not answer.assessed)


def worst(actions: Mapping[str, str], answers: Iterable[RedFlagAnswer]) -> FlagResult:
    """The gravest thing an open Yes asks for, however many questions are still blank. An unknown action weighs as the GP."""
    found = [_WEIGHT.get(actions[code], FlagResult.GP) for code in open_flags(answers) if code in actions]
    return max(found, key=_ORDER.index, default=FlagResult.CLEAR)


def flag_result(actions: Mapping[str, str], answers: Collection[RedFlagAnswer]) -> FlagResult:
    """What the check says: incomplete while a question is blank, then the gravest open Yes."""
    return FlagResult.INCOMPLETE if blank_questions(actions, answers) else worst(actions, answers)


def allowed_outcomes(result: FlagResult, *, overridden: bool) -> frozenset[CallOutcome]:
    """Outcomes a call may end with: none while incomplete; with an open Yes only the referral it asks for, unless that was overridden."""
    if result is FlagResult.INCOMPLETE:
        return frozenset()
    if result is FlagResult.CLEAR or overridden:
        return frozenset(CallOutcome)
    return _REFERRED[result]
