"""What is asked of each list of the history: in one line, and in the panel with all there is to say."""

from __future__ import annotations

from dataclasses import fields as fields_of
from dataclasses import replace
from typing import Any

from nmx_desk.domain.documents import DocumentRow
from nmx_desk.domain.history import EFFECT_NAMES, REACTION_NAMES, TEST_OUTCOME_NAMES, HistoryTopic, Medicine, Reaction, TestOutcome
from nmx_desk.domain.history_rules import Told, parse_amount
from nmx_desk.domain.plans import PILLAR_NAMES, SEVERITY_NAMES, Pillar
from nmx_desk.i18n import N_, _, language
from nmx_desk.services.history import LONGEST_NAME, LONGEST_NOTE, LONGEST_WORDS
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.inputs import ChoiceInput, TextInput

NAMED = {
    HistoryTopic.DIAGNOSES: N_("Diagnosis"),
    HistoryTopic.OPERATIONS: N_("Operation"),
    HistoryTopic.FAMILY: N_("What it is"),
    HistoryTopic.MEDICATION: N_("Medicine"),
    HistoryTopic.SUPPLEMENTS: N_("Supplement"),
    HistoryTopic.ALLERGIES: N_("To what"),
    HistoryTopic.TESTS: N_("Test"),
    HistoryTopic.TRIED: N_("What was tried"),
}
"""What the name is of, list by list."""
ONE_LINE = {
    HistoryTopic.DIAGNOSES: ("name", "began", "treated_by"),
    HistoryTopic.OPERATIONS: ("name", "began"),
    HistoryTopic.FAMILY: ("relation", "name", "relative_age"),
    HistoryTopic.MEDICATION: ("name", "dose", "frequency", "began"),
    HistoryTopic.SUPPLEMENTS: ("name", "dose", "frequency", "began"),
    HistoryTopic.ALLERGIES: ("name", "reaction", "words"),
    HistoryTopic.TESTS: ("name", "place", "began", "outcome"),
    HistoryTopic.TRIED: ("name", "effect", "began", "ended"),
}
WHOLE = {
    HistoryTopic.DIAGNOSES: ("name", "began", "ended", "treated_by", "note"),
    HistoryTopic.OPERATIONS: ("name", "began", "note"),
    HistoryTopic.FAMILY: ("relation", "name", "relative_age", "note"),
    HistoryTopic.MEDICATION: ("name", "dose", "frequency", "began", "stopped", "stop_note", "prescriber", "note"),
    HistoryTopic.SUPPLEMENTS: ("name", "dose", "frequency", "began", "stopped", "stop_note", "prescriber", "note"),
    HistoryTopic.ALLERGIES: ("name", "reaction", "severity", "words", "began", "ended"),
    HistoryTopic.TESTS: ("name", "place", "began", "outcome", "document_id", "note"),
    HistoryTopic.TRIED: ("name", "pillar", "effect", "began", "ended", "stop_note"),
}
_SINCE = {HistoryTopic.OPERATIONS: N_("When"), HistoryTopic.TESTS: N_("When"), HistoryTopic.TRIED: N_("From")}
_WIDE = {"treated_by", "relation", "frequency", "words", "stop_note", "prescriber", "place", "document_id", "note"}


def _field(topic: HistoryTopic, name: str) -> Field:
    """One field; in one line it takes one column, in the panel what is long takes both."""
    wide = {"span": 0 if name in _WIDE or name == "name" else 1}
    every: dict[str, dict[str, Any]] = {
        "name": {"label": _(NAMED[topic]), "required": True, "max_length": LONGEST_NAME},
        "began": {"label": _(_SINCE.get(topic, N_("Since"))), "kind": "partial"},
        "ended": {"label": _("Until"), "kind": "partial"},
        "stopped": {"label": _("Stopped"), "kind": "partial"},
        "treated_by": {"label": _("Under treatment of"), "placeholder": _("GP, gastroenterologist")},
        "relation": {"label": _("Who"), "required": True, "placeholder": _("mother, brother")},
        "relative_age": {"label": _("Age when it began"), "kind": "int", "least": 0, "most": 120},
        "dose": {"label": _("Dose"), "placeholder": _("20 mg"), "max_length": 30},
        "frequency": {"label": _("How often"), "placeholder": _("once a day")},
        "prescriber": {"label": _("Who prescribed it") if topic is HistoryTopic.MEDICATION else _("On whose advice")},
        "stop_note": {"label": _("Why it was stopped"), "max_length": LONGEST_NOTE},
        "reaction": {"label": _("Allergy or intolerance"), "kind": "choice", "required": True,
                     "options": [(one, _(text)) for one, text in REACTION_NAMES.items()]},
        "severity": {"label": _("How bad"), "kind": "choice", "blank": _("Not said"),
                     "options": [(one, _(text)) for one, text in SEVERITY_NAMES.items()]},
        "words": {"label": _("What happens"), "max_length": LONGEST_NOTE},
        "place": {"label": _("Where")},
        "outcome": {"label": _("Outcome"), "kind": "choice", "required": True,
                    "options": [(one, _(text)) for one, text in TEST_OUTCOME_NAMES.items()]},
        "document_id": {"label": _("Document in the file"), "kind": "choice", "blank": _("None")},
        "effect": {"label": _("Effect"), "kind": "choice", "blank": _("Unknown"),
                   "options": [(one, effect_words(one)) for one in sorted(EFFECT_NAMES, reverse=True)]},
        "pillar": {"label": _("Pillar"), "kind": "choice", "required": True,
                   "options": [(one, _(text)) for one, text in PILLAR_NAMES.items()]},
        "note": {"label": _("Note"), "kind": "multiline", "lines": 3, "max_length": LONGEST_NOTE},
    }  # fmt: skip
    return Field(name=name, **({"max_length": LONGEST_WORDS} | wide | every[name]))


def effect_words(effect: int) -> str:
    """An effect with its figure: +2  Much better."""
    return f"{effect:+d}  {_(EFFECT_NAMES[effect])}".replace("-", "−").replace("+0", "0")


class ToldForm(Form):
    """The fields of one list. ``line``: those that are asked in one line, side by side."""

    def __init__(self, topic: HistoryTopic, *, line: bool) -> None:
        self.topic = topic
        names = (ONE_LINE if line else WHOLE)[topic]
        asked = [_field(topic, name) for name in names]
        super().__init__([replace(one, span=1, help="") for one in asked] if line else asked, columns=len(names) if line else 2)

    def show_told(self, told: Told, documents: tuple[DocumentRow, ...] = ()) -> None:
        """Show what was told; something without an id is new."""
        choice = self._cells["document_id"].input if "document_id" in self._cells else None
        if isinstance(choice, ChoiceInput):
            kept = getattr(told, "document_id", None)
            choice.set_options([(one.id, one.name) for one in documents if not one.void_reason or one.id == kept])
        values = {name: getattr(told, name) for name in self._cells if hasattr(told, name)}
        if isinstance(told, Medicine):
            decimal = told.dose.replace(".", ",") if language() == "nl" else told.dose
            values["dose"] = " ".join(filter(None, (decimal, told.dose_unit)))
        self.set_values(values)

    def told(self, before: Told) -> Told | None:
        """What was told, over what was known before; None after marking what is missing or wrong."""
        values = self.checked()
        if values is None:
            return None
        values = {name: "" if value is None and name not in {"relative_age", "effect", "severity", "document_id"} else value
                  for name, value in values.items()}  # fmt: skip
        if "dose" in values:
            amount = parse_amount(values["dose"])
            if amount is None:
                self._cells["dose"].set_error(_("Write the dose as a number with its unit, such as 20 mg or 1,5 ml."))
                self.input("dose").setFocus()
                return None
            values["dose"], values["dose_unit"] = amount
        known = {one.name for one in fields_of(before)}
        return replace(before, **{name: value for name, value in values.items() if name in known})

    def begin(self, text: str = "") -> None:
        """Empty, with the cursor in the first field; ``text``: what was said already."""
        self.clear()
        for name, first in (("reaction", Reaction.ALLERGY), ("outcome", TestOutcome.UNKNOWN), ("pillar", Pillar.OTHER)):
            if name in self._cells:
                self.input(name).set_value(first)
        if text:
            self.input("name").set_value(text[:LONGEST_NAME])
        self.mark_clean()
        self.focus_first()
        first_input = self.first()
        if text and isinstance(first_input, TextInput):
            first_input.selectAll()
