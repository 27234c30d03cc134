"""What the quality system waits for, in one list; Enter opens it in its register."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from nmx_desk.i18n import _, ngettext
from nmx_desk.services import quality
from nmx_desk.services.quality import Due
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.badges import Badge
from nmx_desk.ui.kit.due_words import REGISTERS, WHAT
from nmx_desk.ui.kit.empty import EmptyState
from nmx_desk.ui.kit.labels import muted
from nmx_desk.ui.kit.layout import column
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.quality.part import QualityPart
from nmx_desk.ui.theme import Hue
from nmx_desk.ui.theme.tokens import Space


class DuePart(QualityPart):
    """Deadlines of all registers, the longest late first."""

    key: ClassVar[str] = "due"
    icon: ClassVar[str] = "hourglass"
    tables: ClassVar[frozenset[str]] = frozenset({
        "grievance", "incident", "deviation", "quality_audit", "risk", "objective", "competence", "supplier", "supplier_review",
        "controlled_document", "controlled_version", "paper_copy",
    })  # fmt: skip

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self.count = muted("", wrap=False)
        empty = EmptyState(_("Nothing waits"), _("What is late or due within a month stands here."), icon="hourglass")
        self.table: Table[Due] = Table(
            self._columns(), name="quality_due", label=_("What is due"), settings=frame.user_settings, empty=empty
        )
        self.table.opened.connect(lambda found: frame.go("quality", part=found.part, record_id=found.id))
        self.setLayout(column(self.count, self.table, space=Space.M))

    @classmethod
    def title(cls) -> str:
        """Name of the part."""
        return _("What is due")

    @classmethod
    def group(cls) -> str:
        """Head of the list."""
        return _("Overview")

    def _columns(self) -> list[Column[Due]]:
        def title(found: Due) -> str:
            return "  ".join(filter(None, (found.number, found.title)))

        def register(found: Due) -> str:
            return _(REGISTERS[found.part])

        return [
            Column(key="title", title=_("What"), text=title, strong=True, detail=register, tooltip=title),
            Column(key="what", title=_("What for"), text=lambda found: _(WHAT[found.what]), width=200),
            Column(key="due", title=_("Due by"), text=lambda found: dates.day(found.due_on, self.frame.now()), width=116,
                   sort_key=lambda found: found.due_on, tooltip=lambda found: dates.full_day(found.due_on)),
            Column(key="state", title=_("State"), text=lambda found: _badge(found).text, badge=_badge, width=130,
                   sort_key=lambda found: found.due_on),
            Column(key="owner", title=_("For whom"), text=lambda found: found.owner or "–", width=170),
        ]  # fmt: skip

    def load(self) -> None:
        """Ask for what is due."""
        self.frame.runner.latest("quality due", quality.list_deadlines, then=self._listed, owner=self)

    def _listed(self, found: Sequence[Due]) -> None:
        self.table.set_rows(found)
        late = sum(one.late for one in found)
        words = (ngettext("{n} deadline", "{n} deadlines", len(found)).format(n=len(found)),
                 ngettext("{n} late", "{n} late", late).format(n=late) if late else "")  # fmt: skip
        self.count.setText(", ".join(filter(None, words)))

    def record(self) -> dict[str, str]:
        """What is chosen."""
        found = self.table.current()
        return {"obj_id": found.id} if found else {}


def _badge(found: Due) -> Badge:
    return Badge(_("Overdue"), Hue.DANGER, "circle-alert") if found.late else Badge(_("Coming"), Hue.NEUTRAL, "clock")
