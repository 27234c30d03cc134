"""The findings of an audit in its panel: each with its grade, its evidence, and the nonconformity that was made of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QLayout, QWidget

from nmx_desk.domain.audits import AuditFinding, AuditStatus
from nmx_desk.domain.cases import subject_of
from nmx_desk.domain.deviations import DEVIATION_STATUS_NAMES, GRADE_NAMES, NONCONFORMITIES, Grade
from nmx_desk.i18n import _
from nmx_desk.services.audits import AuditSheet, FindingRow
from nmx_desk.ui.kit.badges import StateBadge
from nmx_desk.ui.kit.buttons import Button, IconButton
from nmx_desk.ui.kit.form import Field
from nmx_desk.ui.kit.labels import Label, section
from nmx_desk.ui.kit.layout import STRETCH, column, empty_layout, row
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.quality.case_words import grade_badge
from nmx_desk.ui.theme.tokens import Space


def finding_fields() -> list[Field]:
    """What is written of a finding."""
    grades = (*NONCONFORMITIES, Grade.OBSERVATION, Grade.OPPORTUNITY, Grade.STRENGTH)
    return [
        Field(name="grade", label=_("Grade"), kind="choice", required=True, options=[(one, _(GRADE_NAMES[one])) for one in grades]),
        Field(name="clause", label=_("Clause of ISO 9001"), kind="clause"),
        Field(name="text", label=_("What was found"), kind="multiline", lines=4, max_length=2000, required=True),
        Field(name="evidence", label=_("What was seen that shows it"), kind="multiline", lines=3, max_length=2000,
              help=_("Of a nonconformity this is needed.")),
    ]  # fmt: skip


class Findings(QWidget):
    """``edit`` gets the finding to change, or a new one; ``remove`` one to take away."""

    def __init__(self, frame: Frame, edit: Callable[[AuditFinding], object], remove: Callable[[AuditFinding], object]) -> None:
        super().__init__()
        self._frame, self._edit, self._remove = frame, edit, remove
        self._audit_id = ""
        self._lines = column(space=Space.M)
        self.none = Label(_("None yet"), look="small", role="muted")
        self.add_button = Button(_("Add a finding …"), self.begin, kind="quiet", icon="plus")
        self.setLayout(column(section(_("Findings")), self._lines, self.none, row(self.add_button, STRETCH), space=Space.S))

    def begin(self) -> None:
        """A new one."""
        self._edit(AuditFinding(audit_id=self._audit_id))

    def show_sheet(self, sheet: AuditSheet, *, may: bool) -> None:
        """Show the findings of an audit; they are written between holding and reporting it."""
        self._audit_id, open_now = sheet.audit.id, may and sheet.audit.status is AuditStatus.HELD
        empty_layout(self._lines)
        for one in sheet.findings:
            self._lines.addLayout(self._line(one, open_now=open_now, may=may))
        self.none.setVisible(not sheet.findings)
        self.add_button.setVisible(open_now)
        self.setVisible(sheet.audit.held_on is not None)

    def _line(self, one: FindingRow, *, open_now: bool, may: bool) -> QLayout:
        finding, badge = one.finding, grade_badge(one.finding.grade)
        head = row(StateBadge(badge.text, badge.hue, badge.icon), Label(finding.clause, look="small", role="muted"), STRETCH, space=Space.S)
        if open_now:
            head.addWidget(IconButton("pencil", _("Change finding {n}").format(n=finding.position), partial(self._edit, finding)))
            if one.deviation is None:
                head.addWidget(IconButton("trash-2", _("Take finding {n} away").format(n=finding.position), partial(self._remove, finding)))
        made = column(head, Label(finding.text, wrap=True, selectable=True), space=Space.XS)
        if finding.evidence:
            made.addWidget(Label(_("Evidence: {text}").format(text=finding.evidence), look="small", role="muted", wrap=True))
        made.addLayout(self._follow_up(one, may=may))
        return made

    def _follow_up(self, one: FindingRow, *, may: bool) -> QLayout:
        """Where its nonconformity stands, or the step that makes one."""
        if one.deviation is not None:
            state = _(DEVIATION_STATUS_NAMES[one.deviation.status]).lower()
            words = _("{number}: {state}").format(number=one.deviation.number, state=state)
            return row(Button(words, partial(self._frame.go, "quality", part="deviations", record_id=one.deviation.id), kind="link",
                              icon="link"), STRETCH)  # fmt: skip
        if one.finding.grade in NONCONFORMITIES and may:
            source = subject_of("audit_finding", one.finding.id)
            make = partial(self._frame.go, "quality", part="deviations", once={"new": True, "source": source})
            return row(Button(_("Register as a nonconformity …"), make, kind="quiet", icon="triangle-alert"), STRETCH)
        return row()
