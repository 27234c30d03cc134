"""Alarm symptoms that were answered with Yes in an advice call or while a plan ran, as a letter and an overview say them."""

from __future__ import annotations

from nmx_desk.data import consults as query
from nmx_desk.data import referrals as data
from nmx_desk.domain.code_lists import RED_FLAGS
from nmx_desk.domain.consults import AdviceCall, Answer, RedFlagCheck
from nmx_desk.services.desk import Work
from nmx_desk.services.referral_words import FlagSaid


def flags_said(work: Work, call: AdviceCall, language: str) -> list[FlagSaid] | None:
    """What was answered with Yes, in the order of the list that was asked; None when nothing was asked."""
    check = work.store.find_one(RedFlagCheck, call_id=call.id)
    return said_in(work, check, language) if check is not None and data.answers_of(work.store, check.id) else None


def said_in(work: Work, check: RedFlagCheck, language: str) -> list[FlagSaid]:
    """What was answered with Yes in a check, in the order of the list that was asked."""
    said = {answer.code: answer for answer in data.answers_of(work.store, check.id) if answer.answer is Answer.YES}
    return [
        FlagSaid(question=item.label(language), assessed=said[item.code].assessed, assessed_on=said[item.code].assessed_on)
        for item in query.list_version(work.store, RED_FLAGS, check.list_version)
        if item.code in said
    ]
