"""The quality page: a part for each register, for the documents and for the management review (EXPERIENCE §3)."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut

from nmx_desk.i18n import _
from nmx_desk.services import paper_readings
from nmx_desk.ui.kit.door import Changes
from nmx_desk.ui.kit.labels import heading
from nmx_desk.ui.kit.layout import column
from nmx_desk.ui.kit.page import Command, Frame, Page
from nmx_desk.ui.kit.parts import Parts
from nmx_desk.ui.quality.audits import AuditPart
from nmx_desk.ui.quality.competence import CompetencePart
from nmx_desk.ui.quality.deviations import DeviationPart
from nmx_desk.ui.quality.due import DuePart
from nmx_desk.ui.quality.grievances import GrievancesPart
from nmx_desk.ui.quality.incidents import IncidentsPart
from nmx_desk.ui.quality.objectives import ObjectivesPart
from nmx_desk.ui.quality.papers import DocumentsPart
from nmx_desk.ui.quality.part import QualityPart
from nmx_desk.ui.quality.review import ReviewPart
from nmx_desk.ui.quality.risks import RiskPart
from nmx_desk.ui.quality.satisfaction import SatisfactionPart
from nmx_desk.ui.quality.suppliers import SuppliersPart
from nmx_desk.ui.theme.tokens import Space

PARTS: tuple[type[QualityPart], ...] = (
    DuePart,
    GrievancesPart,
    IncidentsPart,
    DeviationPart,
    AuditPart,
    RiskPart,
    SatisfactionPart,
    ObjectivesPart,
    CompetencePart,
    SuppliersPart,
    DocumentsPart,
    ReviewPart,
)  # fmt: skip
"""In the order of the list."""
LAST_PART = "quality.part"


class QualityPage(Page):
    """``arrive(part="incidents", record_id=…)``; what else is given reaches the part."""

    name: ClassVar[str] = "quality"
    icon: ClassVar[str] = "badge-check"
    right: ClassVar[str | None] = "quality.use"
    rail_order: ClassVar[int] = 65
    badge_use_case: ClassVar[Any] = paper_readings.count_papers

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self.list = Parts(self.title())
        self.parts: dict[str, QualityPart] = {}
        self._kinds = {kind.key: kind for kind in PARTS if any(frame.desk.may(right) for right in kind.rights)}
        for key, kind in self._kinds.items():
            self.list.add_later(key, kind.title(), partial(self._made, kind), group=kind.group(), icon_name=kind.icon)
        box = column(heading(self.title()), self.list)
        box.setStretchFactor(self.list, 1)
        box.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        self.setLayout(box)
        self.list.show_part(frame.user_settings.get(LAST_PART, ""))
        self.list.arrived.connect(self._turned)

    @classmethod
    def title(cls) -> str:
        """Name in the rail."""
        return _("Quality")

    def _made(self, kind: type[QualityPart]) -> QualityPart:
        part = self.parts[kind.key] = kind(self.frame)
        self._hear(part)
        return part

    def _hear(self, part: QualityPart) -> None:
        """Keys of what a part offers, while it is in sight; those it hears itself are left to it."""
        for key in {command.shortcut for command in part.commands()} - {""}:
            if not any(one.key() == QKeySequence(key) for one in part.findChildren(QShortcut)):
                heard = QShortcut(QKeySequence(key), part, context=Qt.ShortcutContext.WindowShortcut)  # a hidden part hears nothing
                heard.activated.connect(partial(self._run, part, key))

    def _run(self, part: QualityPart, key: str) -> None:
        next((command.run() for command in part.commands() if command.shortcut == key), None)

    @property
    def part(self) -> QualityPart:
        """The part in sight."""
        return self.parts[self.list.current()]

    # -- coming and going ------------------------------------------------------------------------------------------------------------

    def arrive(self, *, part: str = "", **where: Any) -> None:
        """Show a part, at one of its records perhaps."""
        if part in self._kinds:
            self.list.show_part(part)
        self.list.make_current()
        self._hear(self.part)
        focus, there = self.window().focusWidget(), self.part.list_in_sight()
        if there is not None and not (focus is not None and self.part.isAncestorOf(focus)):
            there.setFocus(Qt.FocusReason.OtherFocusReason)
        self.part.arrive(**where)

    def _turned(self, key: str) -> None:
        """Another part; the one that was in sight stays when something typed there is not saved."""
        typed = next((name for name, one in self.parts.items() if name != key and not one.keep()), None)
        if typed is not None:
            self.frame.toast(_("Save your changes first, or undo them."))
            self.list.show_part(typed)
            return
        self.list.make_current()
        self.frame.user_settings.put(LAST_PART, key)
        self.part.load()

    def refresh(self, changes: Changes | None) -> None:
        """The part in sight follows what others do, unless something is being typed there."""
        part = self.parts.get(self.list.current())
        if part is not None and (changes is None or changes.tables & part.tables) and part.keep():
            part.load()

    def leave(self) -> bool:
        """Stay while something typed is not saved."""
        typed = next((key for key, part in self.parts.items() if not part.keep()), None)
        if typed is None:
            return True
        self.list.show_part(typed)
        self.frame.toast(_("Save your changes first, or undo them."))
        return False

    def manual(self) -> str:
        """The page of the manual about the part in sight."""
        return self._kinds[self.list.current()].manual

    def record(self) -> dict[str, str]:
        """What is chosen in the part in sight."""
        part = self.parts.get(self.list.current())
        return part.record() if part is not None else {}

    def commands(self) -> list[Command]:
        """What the palette offers here."""
        part = self.parts.get(self.list.current())
        return part.commands() if part is not None else []
