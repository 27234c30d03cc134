"""The panel beside the log: one entry with old and new values, or what a verification found."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout

from nmx_desk.domain.rights import right_name
from nmx_desk.i18n import _, ngettext
from nmx_desk.services.log import FieldChange, LogDetails, Verification, notices
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.badges import StateBadge
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.labels import Label, section
from nmx_desk.ui.kit.layout import SidePanel, column, holder, row
from nmx_desk.ui.kit.marked import Marked
from nmx_desk.ui.theme import Hue
from nmx_desk.ui.theme.tokens import Space

MOST_SHOWN = 100


class Details(SidePanel):
    """Shows an entry or findings. ``proof_asked`` carries the number of the entry in sight."""

    proof_asked = Signal(int)

    def show_entry(self, found: LogDetails) -> None:
        """One entry."""
        entry = found.row
        self.clear()
        self.set_title(entry.kind, _("Entry {n}, {when}").format(n=dates.number(entry.seq), when=dates.full(entry.at)))
        self.body.addWidget(Label(entry.sentence, wrap=True, selectable=True))
        if entry.break_glass and entry.code != "BREAKGLASS":  # the title says so already
            self.body.addWidget(StateBadge(_("Emergency access"), Hue.WARN, "shield-alert"))
        facts = [
            (_("Who"), f"{entry.who} ({entry.role})" if entry.role else entry.who),
            (_("What for"), entry.why),
            (_("Reason"), entry.reason),
            (_("Workstation"), found.station),
            (_("Permission"), right_name(found.rule)),
        ]
        for name, text in facts:
            if text:
                self.body.addLayout(column(section(name), Label(text, wrap=True, selectable=True), space=2))
        if found.hidden:
            self.body.addWidget(Label(_("Your role sees that this happened, not what was written."), role="muted", wrap=True))
        for change in found.changes:
            self.body.addWidget(holder(self._change(change)))
        if found.erased:
            text = _("Destroyed at a client's request: {fields}. That something stood there can still be proved.")
            self.body.addWidget(Label(text.format(fields=", ".join(found.erased)), role="muted", wrap=True))
        if found.beside:
            beside = (Label(text, look="small", role="muted", wrap=True) for text in found.beside)
            self.body.addLayout(column(section(_("In the same step")), *beside, space=Space.XS))
        self.foot.addWidget(Button(_("Save the proof of this entry …"), lambda: self.proof_asked.emit(entry.seq), icon="badge-check"))
        self.foot.addStretch(1)
        self.show()

    def _change(self, change: FieldChange) -> QVBoxLayout:
        box = column(section(change.name), space=2)
        for word, text, spans, came in ((_("was"), change.old, change.gone, False), (_("is now"), change.new, change.came, True)):
            if text:
                label = Label(word, look="small", role="muted")
                label.setFixedWidth(56)
                line = row(label, Marked(text, spans, came=came), space=Space.S)
                line.setStretch(1, 1)
                box.addLayout(line)
        return box

    def show_findings(self, found: Verification) -> None:
        """What a verification found, as sentences."""
        self.clear()
        n = len(found.findings)
        self.set_title(_("The log is not intact"), ngettext("{n} finding", "{n} findings", n).format(n=dates.number(n)))
        for text in found.advice():
            self.body.addWidget(Label(text, look="strong", wrap=True))
        for text in found.finding_sentences()[:MOST_SHOWN]:
            self.body.addWidget(Label(text, wrap=True, selectable=True))
        if n > MOST_SHOWN:
            self.body.addWidget(Label(_("The certificate names them all."), role="muted", wrap=True))
        for text in notices(found):
            self.body.addWidget(Label(text, role="muted", wrap=True))
        self.show()
