"""Lab: orders of all one's own clients with something still to be done, results to review first, then what is late."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from nmx_desk.domain.labs import AWAITED, LabStatus
from nmx_desk.i18n import _, ngettext
from nmx_desk.services import labs
from nmx_desk.services.labs import LabRow
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.door import Changes
from nmx_desk.ui.kit.empty import EmptyState
from nmx_desk.ui.kit.lab_words import about, course, lab_badge, since
from nmx_desk.ui.kit.labels import heading, muted
from nmx_desk.ui.kit.layout import STRETCH, Segments, column, row
from nmx_desk.ui.kit.page import Command, Frame, Page
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.theme.tokens import Space

OURS = frozenset({"lab_order", "client"})
REVIEW, LATE, AWAIT, ALL = "review", "late", "awaited", "all"


class LabsPage(Page):
    """``arrive(show="late")`` keeps one kind. Enter or a double click opens the client's file at its labs."""

    name: ClassVar[str] = "labs"
    icon: ClassVar[str] = "clipboard-list"
    right: ClassVar[str | None] = "labs.use"
    rail_order: ClassVar[int] = 52
    badge_use_case: ClassVar[Any] = labs.count_lab_orders

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self.rows: tuple[LabRow, ...] = ()
        self._choose = False
        self.count = muted("", wrap=False)
        kinds = ((ALL, _("All")), (REVIEW, _("To review")), (LATE, _("Late")), (AWAIT, _("Awaited")))
        self.show_what = Segments(_("Show"), kinds)
        self.show_what.picked.connect(lambda _value: self._fill())
        empty = EmptyState(_("Nothing waits here"), _("Tests are written down in a client's file, part Lab."), icon="clipboard-list")
        self.table: Table[LabRow] = Table(
            self._columns(), name="lab_list", label=_("Lab tests"), settings=frame.user_settings, empty=empty
        )  # fmt: skip
        self.table.opened.connect(self._open)
        head = row(heading(self.title()), self.count, STRETCH, space=Space.M)
        self.setLayout(column(head, row(self.show_what, STRETCH), self.table, space=Space.M, margin=Space.XL))

    @classmethod
    def title(cls) -> str:
        """Name of the page."""
        return _("Lab")

    def _columns(self) -> list[Column[LabRow]]:
        return [
            Column(key="client", title=_("Client"), text=lambda r: r.client.name, strong=True, detail=lambda r: r.client.client_no,
                   sort_key=lambda r: (r.client.surname.casefold(), r.client.first_name.casefold())),
            Column(key="panel", title=_("Test"), text=lambda r: r.order.panel, detail=lambda r: about(r.order),
                   tooltip=lambda r: r.order.note or r.order.panel),
            Column(key="state", title=_("State"), text=lambda r: lab_badge(r.order, self._today()).text, width=200,
                   badge=lambda r: lab_badge(r.order, self._today()), tooltip=lambda r: course(r.order)),
            Column(key="since", title=_("Since"), text=lambda r: since(r.order), width=116),
            Column(key="expected", title=_("Expected"), width=116, sort_key=lambda r: r.order.expected_on,
                   text=lambda r: dates.short(r.order.expected_on) if r.order.expected_on else "–"),
        ]  # fmt: skip

    def _today(self) -> date:
        return dates.today(self.frame.now())

    # -- coming and going ------------------------------------------------------------------------------------------------------------

    def arrive(self, *, show: str = "", **_more: Any) -> None:
        """List what waits."""
        if show:
            self.show_what.set_value(show)
        self._choose = True
        self._read()

    def refresh(self, changes: Changes | None) -> None:
        """Follow what others do."""
        if changes is None or changes.tables & OURS:
            self._read()

    def _read(self) -> None:
        self.frame.runner.latest("lab orders", labs.list_lab_orders, then=self._listed, owner=self)

    def _listed(self, rows: Sequence[LabRow]) -> None:
        self.rows = tuple(rows)
        self._fill()
        if self._choose:
            self._choose = False
            self.table.choose_first()
            self.table.setFocus()

    def _fill(self) -> None:
        wanted = self.show_what.value()
        self.table.set_rows([one for one in self.rows if wanted in {ALL, *kinds_of(one)}])
        review, late = (sum(kind in kinds_of(one) for one in self.rows) for kind in (REVIEW, LATE))
        words = (ngettext("{n} to review", "{n} to review", review).format(n=review), ngettext("{n} late", "{n} late", late).format(n=late))
        self.count.setText(", ".join(words))

    def _open(self, found: LabRow) -> None:
        self.frame.go("care", client_id=found.client.id, part="labs")

    def record(self) -> dict[str, str]:
        """What is in sight."""
        found = self.table.current()
        return {"obj_id": found.id} if found else {}

    def commands(self) -> list[Command]:
        """What the palette offers."""
        return [Command(_("Open the client's labs"), self._open_chosen, "uitslag bekijken dossier lab", "Ctrl+O", "user-round")]

    def _open_chosen(self) -> None:
        if found := self.table.current():
            self._open(found)


def kinds_of(one: LabRow) -> set[str]:
    """Under which of the alternatives an order stands."""
    kinds = {REVIEW} if one.order.status is LabStatus.RECEIVED else set()
    return kinds | ({LATE} if one.late else set()) | ({AWAIT} if one.order.status in AWAITED else set())
