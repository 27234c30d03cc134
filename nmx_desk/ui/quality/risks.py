"""Risks and opportunities: the 5 × 5 picture, the register, one of them with its measures."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any, ClassVar

from nmx_desk.domain.cases import subject_of
from nmx_desk.domain.iso import clause_title
from nmx_desk.domain.risks import LEVEL_NAMES, RISK_KIND_NAMES, RISK_STATUS_NAMES, TREATMENT_NAMES, Level, Risk, RiskKind, RiskStatus, level
from nmx_desk.i18n import N_, _
from nmx_desk.services import risks
from nmx_desk.services.risks import AGAIN, RiskList, RiskRow, RiskSheet
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.badges import Badge, StateBadge
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.empty import EmptyState
from nmx_desk.ui.kit.folding import FoldingSegments
from nmx_desk.ui.kit.form import Field
from nmx_desk.ui.kit.labels import Label, muted, set_tip
from nmx_desk.ui.kit.layout import STRETCH, column, row
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.quality.case_list import CaseList, CasePanel
from nmx_desk.ui.quality.case_parts import NOBODY, CameFrom, CaseActions, CaseFiles
from nmx_desk.ui.quality.case_words import due_badge
from nmx_desk.ui.quality.deviation_fields import people_options
from nmx_desk.ui.quality.risk_matrix import RiskMatrix
from nmx_desk.ui.theme import Hue
from nmx_desk.ui.theme.tokens import Space

LIVE, LATE, CLOSED = "live", "late", "closed"
_LEVELS = {Level.LOW: (Hue.OK, "arrow-down"), Level.MEDIUM: (Hue.WARN, "minus"), Level.HIGH: (Hue.DANGER, "arrow-up")}
_WORTH = {Level.LOW: (Hue.NEUTRAL, "arrow-down"), Level.MEDIUM: (Hue.NEUTRAL, "minus"), Level.HIGH: (Hue.OK, "arrow-up")}
_STATES = {
    RiskStatus.OPEN: (Hue.WARN, "circle-dot"), RiskStatus.CONTROLLED: (Hue.OK, "shield-check"), RiskStatus.CLOSED: (Hue.NEUTRAL, "ban"),
}  # fmt: skip
_STEP = {
    RiskStatus.OPEN: (N_("Under control"), RiskStatus.CONTROLLED), RiskStatus.CONTROLLED: (N_("Close"), RiskStatus.CLOSED),
    RiskStatus.CLOSED: (N_("Open again"), RiskStatus.OPEN),
}  # fmt: skip
_SCALE = [(number, str(number)) for number in range(1, 6)]


def weight_badge(kind: RiskKind, weight: int) -> Badge:
    """A weight with how heavy it is: of a risk that is a danger, of an opportunity what it is worth."""
    looks = _LEVELS if kind is RiskKind.RISK else _WORTH
    return Badge(f"{weight} · {_(LEVEL_NAMES[level(weight)])}", *looks[level(weight)])


class RiskPart(CaseList):
    """The register of risks and opportunities."""

    key: ClassVar[str] = "risks"
    icon: ClassVar[str] = "shield-alert"
    manual: ClassVar[str] = "quality-risks"
    tables: ClassVar[frozenset[str]] = frozenset({"risk", "task", "case_file"})

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self.found: RiskList | None = None
        self.sheet: RiskSheet | None = None
        self.count = muted("", wrap=False)
        self.show_what = FoldingSegments(_("Show"), ((LIVE, _("Watched")), (LATE, _("To be looked at again")), (CLOSED, _("Closed"))))
        self.show_what.picked.connect(lambda _value: self._fill())
        self.new_button = Button(self.new_words(), self.begin, icon="plus", kind="primary", tip=_("New risk or opportunity (Ctrl+N)"))
        self.matrix = RiskMatrix()
        self.matrix.picked.connect(lambda _cell: self._fill())
        self.table, self.view = self._table(), CasePanel()
        self.hint = hint = Label(_("Chance upwards, impact to the right; each 1–5"), look="small", role="muted", wrap=True)
        axes = column(hint, self.count, STRETCH, space=Space.XS)
        picture = row(self.matrix, axes, space=Space.L)
        picture.setStretch(1, 1)
        head = row(self.show_what, STRETCH, self.new_button, space=Space.M)
        self.place(head, picture, spare=("measures", "state", "rest"), away=(self.new_button, self.hint, self.count), fold=self.show_what)
        self.new_button.setVisible(self.may_write())
        self._furnish()

    def _furnish(self) -> None:
        """What every case shows beside its words."""
        self.badge, self.weight, self.due = StateBadge(), StateBadge(), StateBadge()
        self.came_from = CameFrom(self.frame)
        self.doing = CaseActions(self.frame, risks.add_risk_measure, title=_("Measures as tasks"))
        self.files = CaseFiles(self.frame, risks.add_risk_file, self.paper)
        self.again_button = Button(_("Looked at again …"), self.look_again, icon="eye")
        set_tip(self.view.undo_button, "")
        self.view.undo_button.hide()
        self.view.body.insertLayout(0, column(row(self.badge, self.due, STRETCH, space=Space.S), row(self.weight, STRETCH), space=Space.S))
        self.view.body.insertWidget(1, self.came_from)
        self.view.body.addWidget(self.doing)
        self.view.body.addWidget(self.files)
        self.view.foot.insertWidget(3, self.again_button)
        self.view.other_button.hide()
        self.happened = Button(_("Register as a nonconformity …"), self.nonconformity, kind="quiet", icon="triangle-alert",
                               tip=_("It happened: make a nonconformity of it"))  # fmt: skip
        self.view.body.addLayout(row(self.happened, STRETCH))
        self.view.next_button.clicked.connect(self.go_on)
        self.view.change_button.clicked.connect(self.change)

    @classmethod
    def title(cls) -> str:
        """Name of the part."""
        return _("Risks and opportunities")

    @classmethod
    def group(cls) -> str:
        """Head of the list."""
        return _("Improvement")

    def _table(self) -> Table[RiskRow]:
        def title(found: RiskRow) -> str:
            return f"{found.risk.number}  {found.risk.title}"

        def state(found: RiskRow) -> Badge:
            return Badge(_(RISK_STATUS_NAMES[found.risk.status]), *_STATES[found.risk.status])

        def rest(found: RiskRow) -> Badge | None:
            return weight_badge(found.risk.kind, found.risk.rest_weight) if found.risk.rest_weight else None

        def measures(found: RiskRow) -> str:
            return f"{found.measures - found.waiting}/{found.measures}" if found.measures else "–"

        columns: list[Column[RiskRow]] = [
            Column(key="title", title=_("What"), text=title, strong=True, tooltip=title, detail=lambda found: " · ".join(filter(None, (
                   _(RISK_KIND_NAMES[found.risk.kind]), found.risk.area, found.owner)))),
            Column(key="weight", title=_("Weight"), text=lambda found: weight_badge(found.risk.kind, found.risk.weight).text, width=174,
                   badge=lambda found: weight_badge(found.risk.kind, found.risk.weight), sort_key=lambda found: found.risk.weight),
            Column(key="rest", title=_("Weight that is left"), text=lambda found: getattr(rest(found), "text", "–"), badge=rest, width=174,
                   sort_key=lambda found: found.risk.rest_weight or 0),
            Column(key="state", title=_("State"), text=lambda found: state(found).text, badge=state, width=150),
            Column(key="measures", title=_("Measures"), text=measures, align="right", width=116, tooltip=lambda _found: _("Done of all")),
        ]  # fmt: skip
        empty = EmptyState(_("Nothing here"), _("Write down what may happen with “New risk or opportunity”."), icon="shield-alert")
        return Table(columns, name="quality_risks", label=self.title(), settings=self.frame.user_settings, empty=empty)

    # -- reading -----------------------------------------------------------------------------------------------------------------------

    def load(self) -> None:
        """Ask for the register."""
        self.frame.runner.latest("quality risks", risks.list_risks, then=self._listed, owner=self)

    def _listed(self, found: RiskList) -> None:
        self.found = found
        wanted = next((one for one in found.rows if one.id == self._wanted), None)
        if wanted is not None:
            self.show_what.set_value(CLOSED if wanted.risk.status is RiskStatus.CLOSED else LIVE)
            self.matrix.keep(None)
        self._fill()
        self.listed()

    def _fill(self) -> None:
        rows = self.found.rows if self.found else ()
        of_kind = {
            LIVE: [one for one in rows if one.risk.status is not RiskStatus.CLOSED], LATE: [one for one in rows if one.late],
            CLOSED: [one for one in rows if one.risk.status is RiskStatus.CLOSED],
        }[self.show_what.value()]  # fmt: skip
        dangers = [one for one in of_kind if one.risk.kind is RiskKind.RISK]
        self.matrix.show_weights((one.risk.chance, one.risk.impact) for one in dangers)
        kept = of_kind if self.matrix.kept is None else [one for one in dangers if self.matrix.kept == (one.risk.chance, one.risk.impact)]
        self.table.set_rows(kept)
        late = sum(one.late for one in kept)
        words = [_("{n} of {all}").format(n=len(kept), all=len(of_kind))]
        words += [_("{n} to be looked at again").format(n=late)] if late else []
        self.count.setText(", ".join(words))

    def read_case(self, record_id: str) -> None:
        """Ask for one."""
        self.frame.runner.latest("quality risk", risks.open_risk, record_id, then=self._show, owner=self)

    def _show(self, sheet: RiskSheet) -> None:
        self.sheet, one = sheet, sheet.risk
        may, closed = self.may_write(), one.status is RiskStatus.CLOSED
        self.view.set_title(one.number, sheet.owner)
        self.badge.set(Badge(_(RISK_STATUS_NAMES[one.status]), *_STATES[one.status]))
        self.weight.set(weight_badge(one.kind, one.weight))
        due = None if closed else due_badge(one.review_on, dates.today(self.frame.now()))
        self.due.setVisible(due is not None)
        if due is not None:
            self.due.set(due)
        self.came_from.show_parts(sheet.parts)
        self.view.say(*_told(one))
        self.doing.show_parts(one.id, sheet.parts, may_add=may and not closed)
        self.files.show_parts(one.id, sheet.parts, may_add=may)
        self.view.change_button.setVisible(may and not closed)
        self.again_button.setVisible(may and not closed)
        self.view.next_button.setVisible(may)
        self.view.next_button.setText(_(_STEP[one.status][0]))
        self.happened.setVisible(may and one.kind is RiskKind.RISK)
        self.shown(one.id)

    # -- writing -----------------------------------------------------------------------------------------------------------------------

    def new_words(self) -> str:
        """What writing a new one is called."""
        return _("New risk or opportunity")

    def begin(self, source: str = "", **_more: Any) -> None:
        """Write one down."""
        if self.found is not None and self.free():
            new = Risk(source=source, review_on=dates.today(self.frame.now()) + AGAIN, owner_id=self.frame.desk.user.id)
            self._edit(new, self.new_words())

    def change(self) -> None:
        """Change the one that is shown."""
        if self.sheet is not None:
            self._edit(self.sheet.risk, _("Change"))

    def _edit(self, one: Risk, head: str) -> None:
        people = self.found.people if self.found else ()
        values = {name: getattr(one, name) for name in _NAMES} | {"owner_id": one.owner_id or NOBODY}
        self.ask_for(head, _fields(people), partial(self._save, one), subtitle=one.number, values=values, columns=2)

    def _save(self, one: Risk, values: dict[str, Any]) -> None:
        told = values | {"owner_id": None if values["owner_id"] == NOBODY else values["owner_id"]}
        filled: dict[str, Any] = {name: "" if told[name] is None and name in _WORDS else told[name] for name in _NAMES}
        wanted = replace(one, **filled)
        self.do(risks.change_risk if one.id else risks.add_risk, wanted, then=self._saved)

    def _saved(self, made: Risk) -> None:
        self.frame.toast(_("“{words}” is saved.").format(words=made.title))
        self._wanted = made.id
        self.load()

    def look_again(self) -> None:
        """Weigh it as it is now, and say when that is done the next time."""
        if self.sheet is None:
            return
        one = self.sheet.risk
        fields = [*_weights(), Field(name="review_on", label=_("Look at it again on"), kind="date", required=True, span=0)]
        values = {"chance": one.chance, "impact": one.impact, "review_on": dates.today(self.frame.now()) + AGAIN}

        def save(told: dict[str, Any]) -> None:
            self.do(risks.review_risk, one.id, told["chance"], told["impact"], told["review_on"])

        self.ask_for(_("Looked at again"), fields, save, subtitle=one.title, values=values, columns=2)

    def nonconformity(self) -> None:
        """It happened: a nonconformity that leads back to it."""
        if self.sheet is not None:
            self.frame.go("quality", part="deviations", once={"new": True, "source": subject_of("risk", self.sheet.risk.id)})

    def go_on(self) -> None:
        """Under control, closed, open again; with a way back."""
        if self.sheet is None:
            return
        one, (_words, to) = self.sheet.risk, _STEP[self.sheet.risk.status]
        back = partial(self.frame.runner.do, risks.step_risk, one.id, one.status, owner=self)
        said = _("{number}: {state}.").format(number=one.number, state=_(RISK_STATUS_NAMES[to]).lower())
        self.do(risks.step_risk, one.id, to, said=said, undo=back)


_NAMES = (
    "kind", "title", "area", "cause", "consequence", "clause", "chance", "impact", "treatment", "measures", "rest_chance", "rest_impact",
    "review_on", "owner_id",
)  # fmt: skip
_WORDS = frozenset({"title", "area", "cause", "consequence", "clause", "measures"})


def _weights(*, left: bool = False) -> list[Field]:
    if left:
        return [Field(name="rest_chance", label=_("Chance that is left (1–5)"), kind="choice", options=_SCALE),
                Field(name="rest_impact", label=_("Impact that is left (1–5)"), kind="choice", options=_SCALE)]  # fmt: skip
    return [Field(name="chance", label=_("Chance (1–5)"), kind="choice", required=True, options=_SCALE),
            Field(name="impact", label=_("Impact (1–5)"), kind="choice", required=True, options=_SCALE)]  # fmt: skip


def _fields(people: Any) -> list[Field]:
    kinds = [(one, _(name)) for one, name in RISK_KIND_NAMES.items()]
    ways = [(one, _(name)) for one, name in TREATMENT_NAMES.items()]
    return [
        Field(name="title", label=_("What may happen"), required=True, span=0),
        Field(name="kind", label=_("Kind"), kind="choice", required=True, options=kinds),
        Field(name="area", label=_("Part of the clinic"), max_length=120),
        *_weights(),
        Field(name="cause", label=_("What makes it happen"), kind="multiline", lines=2, max_length=1000),
        Field(name="consequence", label=_("What it would lead to"), kind="multiline", lines=2, max_length=1000),
        Field(name="treatment", label=_("What is done"), kind="choice", required=True, options=ways, span=0),
        Field(name="measures", label=_("Measures"), kind="multiline", lines=3, max_length=2000),
        *_weights(left=True),
        Field(name="clause", label=_("Clause of ISO 9001"), kind="clause", span=0),
        Field(name="owner_id", label=_("Who handles it"), kind="choice", required=True, options=people_options(people)),
        Field(name="review_on", label=_("Look at it again on"), kind="date"),
    ]  # fmt: skip


def _told(one: Risk) -> list[tuple[str, str]]:
    weighed = _("chance {chance} × impact {impact} = {weight}, on {day}").format(
        chance=one.chance, impact=one.impact, weight=one.weight, day=dates.short(one.assessed_on)
    )
    left = "" if one.rest_weight is None else _("chance {chance} × impact {impact} = {weight}").format(
        chance=one.rest_chance, impact=one.rest_impact, weight=one.rest_weight)  # fmt: skip
    return [
        (_(RISK_KIND_NAMES[one.kind]), one.title), (_("What makes it happen"), one.cause), (_("What it would lead to"), one.consequence),
        (_("Weight"), weighed), (_("What is done"), _(TREATMENT_NAMES[one.treatment])), (_("Measures"), one.measures),
        (_("Weight that is left"), left), (_("Clause of ISO 9001"), clause_title(one.clause)), (_("Part of the clinic"), one.area),
        (_("Look at it again on"), dates.short(one.review_on) if one.review_on else ""),
    ]  # fmt: skip
