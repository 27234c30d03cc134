"""The audit programme: audits by year, one with its findings, and which clause was audited when."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any, ClassVar

from PySide6.QtWidgets import QWidget

from nmx_desk.domain.audits import AUDIT_KIND_NAMES, AUDIT_STATUS_NAMES, AuditFinding, AuditStatus, QualityAudit
from nmx_desk.i18n import N_, _, ngettext
from nmx_desk.services import audits, capa_prints
from nmx_desk.services.audits import AuditProgramme, AuditRow, AuditSheet
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.badges import Badge, StateBadge
from nmx_desk.ui.kit.buttons import Button, IconButton
from nmx_desk.ui.kit.dialogs import ask_reason
from nmx_desk.ui.kit.empty import EmptyState
from nmx_desk.ui.kit.folding import FoldingSegments
from nmx_desk.ui.kit.labels import Label, muted
from nmx_desk.ui.kit.layout import STRETCH, row
from nmx_desk.ui.kit.page import Command, Frame
from nmx_desk.ui.kit.paper import show_paper
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.quality.audit_fields import (
    Covered,
    audit_fields,
    choosable,
    conclusion_field,
    coverage_columns,
    covered_lines,
    told_of,
)
from nmx_desk.ui.quality.audit_findings import Findings, finding_fields
from nmx_desk.ui.quality.case_list import CaseList, CasePanel
from nmx_desk.ui.quality.case_parts import NOBODY, CaseFiles
from nmx_desk.ui.quality.case_words import due_badge
from nmx_desk.ui.quality.deviation_fields import on_field
from nmx_desk.ui.theme import Hue
from nmx_desk.ui.theme.tokens import Space

_S = AuditStatus
PROGRAMME, COVERAGE = "programme", "coverage"
_LOOKS = {
    _S.PLANNED: (Hue.INFO, "calendar"), _S.HELD: (Hue.WARN, "square-pen"), _S.REPORTED: (Hue.ACCENT, "file-text"),
    _S.CLOSED: (Hue.OK, "circle-check"), _S.CANCELLED: (Hue.NEUTRAL, "ban"),
}  # fmt: skip
_NEXT = {_S.PLANNED: N_("Held …"), _S.HELD: N_("Report …"), _S.REPORTED: N_("Close")}
_NAMES = ("kind", "title", "clauses", "extent", "auditor", "planned_on")


class AuditPart(CaseList):
    """The programme of audits."""

    key: ClassVar[str] = "audits"
    icon: ClassVar[str] = "clipboard-check"
    manual: ClassVar[str] = "quality-audits"
    tables: ClassVar[frozenset[str]] = frozenset({"quality_audit", "audit_finding", "deviation", "case_file"})

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self.found: AuditProgramme | None = None
        self.sheet: AuditSheet | None = None
        self.year = dates.today(frame.now()).year
        self.count = muted("", wrap=False)
        self.show_what = FoldingSegments(_("Show"), ((PROGRAMME, _("Programme")), (COVERAGE, _("Clauses"))))
        self.show_what.picked.connect(lambda _value: self._fill())
        self.new_button = Button(self.new_words(), self.begin, icon="plus", kind="primary", tip=_("Plan an audit (Ctrl+N)"))
        self.table, self.view = self._table(), CasePanel()
        columns, name = coverage_columns(self.year), "quality_coverage"
        self.coverage: Table[Covered] = Table(columns, name=name, label=_("Clauses by year"), settings=frame.user_settings)
        head = row(self.show_what, self.count, STRETCH, self.new_button, space=Space.M)
        self.place(head, self.coverage, spare=("day", "findings", "auditor"), away=(self.count, self.new_button), fold=self.show_what)
        self.coverage.hide()
        self.new_button.setVisible(self.may_write())
        self._furnish()

    def _furnish(self) -> None:
        """What every audit shows beside its words."""
        self.badge, self.due = StateBadge(), StateBadge()
        self.own = Label("", look="small", role="warn", wrap=True)
        self.findings = Findings(self.frame, self.write_finding, self.remove_finding)
        self.files = CaseFiles(self.frame, audits.add_audit_file, self.paper)
        self.view.body.insertLayout(0, row(self.badge, self.due, STRETCH, space=Space.S))
        self.view.body.insertWidget(1, self.own)
        self.view.body.addWidget(self.findings)
        self.view.body.addWidget(self.files)
        self.view.other_button.setText(_("Cancel it …"))
        self.print_button = IconButton("printer", _("Show the audit report (Ctrl+P)"), self.show_report, role="text")
        self.view.foot.insertWidget(1, self.print_button)
        self.view.next_button.clicked.connect(self.go_on)
        self.view.other_button.clicked.connect(self.cancel)
        self.view.change_button.clicked.connect(self.change)
        self.view.undo_button.clicked.connect(self.undo)

    @classmethod
    def title(cls) -> str:
        """Name of the part."""
        return _("Audits")

    @classmethod
    def group(cls) -> str:
        """Head of the list."""
        return _("Improvement")

    def _table(self) -> Table[AuditRow]:
        def title(found: AuditRow) -> str:
            return f"{found.audit.number}  {found.audit.title}"

        def about(found: AuditRow) -> str:
            day = dates.short(found.audit.held_on or found.audit.planned_on)
            return " · ".join(filter(None, (day, _(AUDIT_KIND_NAMES[found.audit.kind]), ", ".join(found.audit.clauses.split()))))

        def state(found: AuditRow) -> Badge:
            late = due_badge(found.audit.planned_on, self.found.today) if found.late and self.found else None
            return late or Badge(_(AUDIT_STATUS_NAMES[found.audit.status]), *_LOOKS[found.audit.status])

        def findings(found: AuditRow) -> str:
            waiting = _("{n} open").format(n=found.waiting) if found.waiting else ""
            return ", ".join(filter(None, (str(found.findings), waiting))) if found.findings else "–"

        columns: list[Column[AuditRow]] = [
            Column(key="title", title=_("What"), text=title, strong=True, detail=about, tooltip=title),
            Column(key="day", title=_("When"), text=lambda found: dates.short(found.audit.held_on or found.audit.planned_on), width=116,
                   sort_key=lambda found: found.audit.held_on or found.audit.planned_on),
            Column(key="state", title=_("State"), text=lambda found: state(found).text, badge=state, width=154),
            Column(key="auditor", title=_("Who audits"), text=lambda found: found.auditor or "–", width=160),
            Column(key="findings", title=_("Findings"), text=findings, align="right", width=110),
        ]  # fmt: skip
        hint = _("Put the audits of the year in the programme with “Plan an audit”.")
        empty = EmptyState(_("No audits yet"), hint, icon="clipboard-check")
        return Table(columns, name="quality_audits", label=self.title(), settings=self.frame.user_settings, empty=empty)

    # -- reading -----------------------------------------------------------------------------------------------------------------------

    def load(self) -> None:
        """Ask for the programme."""
        self.frame.runner.latest("quality audits", audits.list_audits, then=self._listed, owner=self)

    def _listed(self, found: AuditProgramme) -> None:
        self.found = found
        if self._wanted:
            self.show_what.set_value(PROGRAMME)
        self._fill()
        self.listed()

    def _fill(self) -> None:
        if self.found is None:
            return
        clauses = self.show_what.value() == COVERAGE
        if clauses:
            self.view.hide()
        self.table.setVisible(not clauses)
        self.coverage.setVisible(clauses)
        lines = covered_lines(self.found, self.year)
        self.table.set_rows(self.found.rows)
        self.coverage.set_rows(lines)
        self.count.setText(self._counted(sum(one.overdue for one in lines)) if clauses else self._many())

    def _counted(self, gone: int) -> str:
        return ngettext("{n} clause not audited within the cycle", "{n} clauses not audited within the cycle", gone).format(n=gone)

    def _many(self) -> str:
        rows = self.found.rows if self.found else ()
        late = sum(one.late for one in rows)
        many = ngettext("{n} audit", "{n} audits", len(rows)).format(n=len(rows))
        return ", ".join(filter(None, (many, ngettext("{n} late", "{n} late", late).format(n=late) if late else "")))

    def list_in_sight(self) -> QWidget | None:
        """The programme, or the clauses."""
        return self.coverage if self.show_what.value() == COVERAGE else self.table

    def read_case(self, record_id: str) -> None:
        """Ask for one, or for the one that a finding belongs to."""
        self.frame.runner.latest("quality audit", audits.open_audit, record_id, then=self._show, owner=self)

    def _show(self, sheet: AuditSheet) -> None:
        self.sheet, one = sheet, sheet.audit
        may = self.may_write()
        self.view.set_title(one.number, one.title)
        self.badge.set(Badge(_(AUDIT_STATUS_NAMES[one.status]), *_LOOKS[one.status]))
        due = due_badge(one.planned_on, dates.today(self.frame.now())) if one.status is _S.PLANNED else None
        self.due.setVisible(due is not None)
        if due is not None:
            self.due.set(due)
        warns = bool(sheet.own_work) and one.status is _S.PLANNED
        what = ", ".join(sheet.own_work)
        self.own.setText(_("Who audits does not audit own work. {name}: {what}.").format(name=sheet.auditor, what=what))
        self.own.setVisible(warns)
        self.view.say(*told_of(sheet))
        self.findings.show_sheet(sheet, may=may)
        self.files.show_parts(one.id, sheet.parts, may_add=may)
        ended = one.status in {_S.CLOSED, _S.CANCELLED}
        self.view.change_button.setVisible(may and not ended)
        self.view.undo_button.setVisible(may and sheet.may_undo)
        self.view.other_button.setVisible(may and one.status is _S.PLANNED)
        self.view.next_button.setVisible(may and not ended)
        self.view.next_button.setText(_(_NEXT.get(one.status, "Close")))
        self.table.choose(one.id)
        self.shown(one.id)

    # -- writing -----------------------------------------------------------------------------------------------------------------------

    def new_words(self) -> str:
        """What writing a new one is called."""
        return _("Plan an audit")

    def begin(self, **_more: Any) -> None:
        """Put an audit in the programme."""
        if self.found is not None and self.free():
            self._edit(QualityAudit(planned_on=dates.today(self.frame.now())), self.new_words())

    def change(self) -> None:
        """Change the one that is shown."""
        if self.sheet is not None:
            self._edit(self.sheet.audit, _("Change"))

    def _edit(self, one: QualityAudit, head: str) -> None:
        people = self.found.people if self.found else ()
        values = {name: getattr(one, name) for name in _NAMES} | {"conclusion": one.conclusion}
        values |= {"auditor_id": one.auditor_id or NOBODY, "clauses": choosable(one.clauses)}
        fields = audit_fields(people, reported=one.status is _S.REPORTED)
        self.ask_for(head, fields, partial(self._save, one), subtitle=one.number, values=values, columns=2)

    def _save(self, one: QualityAudit, values: dict[str, Any]) -> None:
        who = values["auditor_id"]
        told: dict[str, Any] = {name: values[name] or "" for name in ("title", "clauses", "extent", "auditor")}
        wanted = replace(one, kind=values["kind"], planned_on=values["planned_on"], auditor_id=None if who == NOBODY else who,
                         conclusion=values.get("conclusion") or one.conclusion, **told)  # fmt: skip
        self.do(audits.change_audit if one.id else audits.plan_audit, wanted, then=self._saved)

    def _saved(self, made: QualityAudit) -> None:
        self.frame.toast(_("“{words}” is saved.").format(words=made.title))
        self._wanted = made.id
        self.load()

    def go_on(self) -> None:
        """The next step: held, reported, closed."""
        if self.sheet is None:
            return
        one, today = self.sheet.audit, dates.today(self.frame.now())
        if one.status is _S.PLANNED:
            day = min(one.planned_on, today)
            self.ask_for(_("Held"), [on_field()], lambda told: self._step(_S.HELD, audits.hold_audit, told["on"]), subtitle=one.title,
                         values={"on": day})  # fmt: skip
        elif one.status is _S.HELD:
            fields = [conclusion_field(), on_field()]
            self.ask_for(_("Report"), fields, lambda told: self._step(_S.REPORTED, audits.report_audit, told["conclusion"], told["on"]),
                         subtitle=one.title, values={"on": today, "conclusion": one.conclusion})  # fmt: skip
        else:
            self._step(_S.CLOSED, audits.close_audit)

    def _step(self, to: AuditStatus, case: Any, *args: Any) -> None:
        if self.sheet is not None:
            one = self.sheet.audit
            said = _("{number}: {state}.").format(number=one.number, state=_(AUDIT_STATUS_NAMES[to]).lower())
            self.do(case, one.id, *args, said=said, undo=self.undoing(audits.undo_audit_step, one.id))

    def cancel(self) -> None:
        """It will not be held."""
        if self.sheet is not None:
            reason = ask_reason(self, _("Cancel this audit?"), _("It stays in the programme, with your reason."), yes=_("Cancel it"))
            if reason:
                self._step(_S.CANCELLED, audits.cancel_audit, reason)

    def undo(self) -> None:
        """Take one's own last step of today back."""
        if self.sheet is not None:
            self.do(audits.undo_audit_step, self.sheet.audit.id, said=_("The last step is taken back."))

    def show_report(self) -> None:
        """The report of this audit as it is printed."""
        if self.sheet is not None:
            number = self.sheet.audit.number

            def made(data: bytes) -> None:
                show_paper(self.frame, self, number, data, f"{number}.pdf")

            self.frame.runner.do(capa_prints.print_audit, self.sheet.audit.id, then=made, owner=self)

    def commands(self) -> list[Command]:
        """What the palette offers."""
        show = Command(_("Show the audit report"), self.show_report, "auditverslag afdrukken print", "Ctrl+P", "printer")
        return [*super().commands(), show]

    def write_finding(self, finding: AuditFinding) -> None:
        """Write a finding down, or change it."""
        head = _("Finding {n}").format(n=finding.position) if finding.id else _("New finding")
        names = ("grade", "clause", "text", "evidence")
        values = {name: getattr(finding, name) for name in names}

        def save(told: dict[str, Any]) -> None:
            filled: dict[str, Any] = {name: told[name] or "" for name in names}
            self.do(audits.save_finding, replace(finding, **filled))

        self.ask_for(head, finding_fields(), save, values=values)

    def remove_finding(self, finding: AuditFinding) -> None:
        """Take a finding away, with a way back."""
        again = partial(self.frame.runner.do, audits.save_finding, replace(finding, id="", version=1), owner=self)
        self.do(audits.remove_finding, finding.id, said=_("The finding is taken away."), undo=again)
