"""The register of suppliers: who they are, the agreement on personal data, the yearly score."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from nmx_desk.domain.suppliers import (
    AGREEMENT_NAMES,
    SUPPLIER_KIND_NAMES,
    VERDICT_NAMES,
    Agreement,
    Supplier,
    SupplierKind,
    SupplierReview,
)
from nmx_desk.i18n import _, ngettext
from nmx_desk.services import suppliers
from nmx_desk.services.suppliers import SupplierRow, SuppliersSheet, UnlistedLab
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.badges import Badge
from nmx_desk.ui.kit.buttons import Button, IconButton
from nmx_desk.ui.kit.dialogs import ask_reason
from nmx_desk.ui.kit.empty import EmptyState
from nmx_desk.ui.kit.labels import muted
from nmx_desk.ui.kit.layout import STRETCH, Segments, row
from nmx_desk.ui.kit.messages import Banner
from nmx_desk.ui.kit.page import Command, Frame
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.quality.case_parts import case_paper
from nmx_desk.ui.quality.listed import ListedPart
from nmx_desk.ui.quality.supplier_panels import ScorePanel, SupplierPanel
from nmx_desk.ui.theme import Hue

IN_USE, CRITICAL, ENDED = "in_use", "critical", "ended"
_AGREEMENT = {
    Agreement.NOT_NEEDED: (Hue.NEUTRAL, "minus"), Agreement.MISSING: (Hue.DANGER, "circle-alert"),
    Agreement.ENDED: (Hue.DANGER, "circle-alert"), Agreement.ENDING: (Hue.WARN, "clock"), Agreement.GOOD: (Hue.OK, "circle-check"),
}  # fmt: skip


def agreement_badge(found: SupplierRow) -> Badge:
    """How it stands with the agreement on personal data."""
    return Badge(_(AGREEMENT_NAMES[found.agreement]), *_AGREEMENT[found.agreement])


class SuppliersPart(ListedPart):
    """Suppliers by name."""

    key: ClassVar[str] = "suppliers"
    icon: ClassVar[str] = "inbox"
    manual: ClassVar[str] = "quality-suppliers"
    tables: ClassVar[frozenset[str]] = frozenset({"supplier", "supplier_review", "case_file", "task", "lab_order"})

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self.sheet: SuppliersSheet | None = None
        self._may = frame.desk.may("quality.manage")
        self.count = muted("", wrap=False)
        self.show_what = Segments(_("Show"), ((IN_USE, _("In use")), (CRITICAL, _("Critical")), (ENDED, _("Ended"))))
        self.show_what.picked.connect(lambda _value: self._fill())
        self.new_button = Button(_("New supplier"), self.begin, kind="primary", icon="plus", tip=_("New supplier (Ctrl+N)"))
        self.score_button = Button(_("Score …"), self.score, icon="star")
        self.end_button = IconButton("ban", _("End …"), self.end, role="text", shortcut="Del")
        self.unlisted = Banner()
        self.add_lab = Button(_("Add to the register"), self._add_lab, icon="plus")
        empty = EmptyState(_("No suppliers"), _("Write down whom care or data depend on: labs, programs, shops."), icon="inbox")
        self.table: Table[SupplierRow] = Table(
            self._columns(), name="suppliers", label=_("Suppliers"), settings=frame.user_settings, empty=empty
        )
        self.paper = case_paper(frame, self.table)
        self.panel, self.scoring = SupplierPanel(frame, self.paper), ScorePanel(frame)
        self.panel.closed.connect(self.paper.close_paper)
        self.panel.kept.connect(self._kept)
        self.panel.score_wanted.connect(self.score)
        self.scoring.kept.connect(self._scored)
        acts = (self.end_button, self.score_button, self.new_button)
        head, offer = row(self.show_what, STRETCH, *acts), row(self.unlisted, self.add_lab)
        panels, away = (self.panel, self.scoring), (self.unlisted, self.add_lab, *acts)
        self.lay_out(panels, head, offer, self.count, self.table, self.paper, spare=("kind", "agreement", "mean"), away=away)
        for button in (self.new_button, self.score_button, self.end_button):
            button.setVisible(self._may)
        self.add_lab.hide()
        self.unlisted.hide()
        self.table.chosen.connect(lambda _row: self._offer())
        self.table.on_delete(self.end)

    @classmethod
    def title(cls) -> str:
        """Name of the part."""
        return _("Suppliers")

    @classmethod
    def group(cls) -> str:
        """Head of the list."""
        return _("Goals and means")

    def _columns(self) -> list[Column[SupplierRow]]:
        def name(found: SupplierRow) -> str:
            return found.supplier.name

        def about(found: SupplierRow) -> str:
            return " · ".join(filter(None, (_("Critical") if found.supplier.is_critical else "", found.supplier.provides)))

        def kind(found: SupplierRow) -> str:
            return _(SUPPLIER_KIND_NAMES[found.supplier.kind])

        def due(found: SupplierRow) -> str:
            return dates.short(found.due_on) if found.due_on else "–"

        def mean(found: SupplierRow) -> str:
            return dates.number(found.mean, 1) if found.mean is not None else "–"

        return [
            Column(key="name", title=_("Supplier"), text=name, strong=True, detail=about, tooltip=name,
                   icon=lambda found: "shield-alert" if found.supplier.is_critical else ""),
            Column(key="kind", title=_("Kind"), text=kind, width=170),
            Column(key="agreement", title=_("Agreement on data"), text=lambda f: agreement_badge(f).text, badge=agreement_badge, width=196,
                   tooltip=_agreement_words),
            Column(key="mean", title=_("Score"), text=mean, align="right", width=80, sort_key=lambda f: f.mean,
                   tooltip=lambda f: _(VERDICT_NAMES[f.newest.verdict]) if f.newest else ""),
            Column(key="due", title=_("To be scored"), text=due, width=160, sort_key=lambda f: f.due_on, badge=self._due_badge),
        ]  # fmt: skip

    def _due_badge(self, found: SupplierRow) -> Badge | None:
        if found.due_on is None or self.sheet is None or found.due_on >= self.sheet.today:
            return None
        return Badge(dates.short(found.due_on) + " · " + _("Late"), Hue.DANGER, "circle-alert")

    # -- showing ---------------------------------------------------------------------------------------------------------------------

    def load(self) -> None:
        """Ask for the register."""
        self.frame.runner.latest("suppliers", suppliers.list_suppliers, then=self._listed, owner=self)

    def _listed(self, sheet: SuppliersSheet) -> None:
        self.sheet = sheet
        self.panel.know(sheet)
        asked = next((one for one in sheet.rows if one.id == self._asked), None)
        if asked is not None:
            self.show_what.set_value(ENDED if asked.supplier.ended_on else IN_USE)
        self._fill()
        lab = sheet.unlisted[0] if sheet.unlisted and self._may else None
        self.add_lab.setVisible(lab is not None)
        if lab is None:
            self.unlisted.hide()
            return
        words = ngettext("The lab “{name}” stands in {n} order, but not here.", "The lab “{name}” stands in {n} orders, but not here.",
                         lab.orders).format(name=lab.name, n=lab.orders)  # fmt: skip
        more = len(sheet.unlisted) - 1
        others = ngettext("{n} other lab too.", "{n} other labs too.", more).format(n=more) if more else ""
        self.unlisted.say(" ".join(filter(None, (words, others))), Hue.INFO)

    def _fill(self) -> None:
        if self.sheet is None:
            return
        show = self.show_what.value()
        used = [one for one in self.sheet.rows if (one.supplier.ended_on is not None) is (show == ENDED)]
        rows = [one for one in used if show != CRITICAL or one.supplier.is_critical]
        late = sum(one.due_on is not None and one.due_on < self.sheet.today for one in rows)
        words = (ngettext("{n} supplier", "{n} suppliers", len(rows)).format(n=len(rows)),
                 ngettext("{n} to be scored", "{n} to be scored", late).format(n=late) if late else "")  # fmt: skip
        self.count.setText(", ".join(filter(None, words)))
        self.listed(rows)
        self._offer()

    def _offer(self) -> None:
        found = self.table.current()
        used = found is not None and found.supplier.ended_on is None
        self.score_button.setEnabled(used)
        self.end_button.setEnabled(found is not None)
        ended = found is not None and not used
        self.end_button.set_look("undo-2" if ended else "ban", _("Use again") if ended else _("End …"), role="text", shortcut="Del")

    # -- doing -----------------------------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Write a supplier down."""
        if self._may and self.only(self.panel):
            self.panel.open_new(Supplier())

    def _add_lab(self) -> None:
        lab: UnlistedLab | None = next(iter(self.sheet.unlisted), None) if self.sheet else None
        if lab is not None and self.only(self.panel):
            self.panel.open_new(Supplier(name=lab.name, kind=SupplierKind.LAB, is_critical=True, has_data=True))

    def edit(self) -> None:
        """Look at the chosen one, change it."""
        found = self.table.current()
        if found is not None and self.only(self.panel):
            self.frame.runner.latest("supplier", suppliers.open_supplier, found.id, then=self.panel.open_view, owner=self)

    def score(self) -> None:
        """Score the chosen one."""
        found = self.table.current()
        if self._may and found is not None and found.supplier.ended_on is None and self.sheet is not None and self.only(self.scoring):
            self.scoring.open_for(found, self.sheet.today)

    def end(self) -> None:
        """The chosen one is not used any more; or it is again."""
        found = self.table.current()
        if found is None or not self._may:
            return
        if found.supplier.ended_on is not None:
            self.frame.runner.do(suppliers.resume_supplier, found.id, then=lambda _made: self.load(), owner=self)
            return
        text = _("It stays in the register with its scores.")
        reason = ask_reason(self, _("Is “{name}” not used any more?").format(name=found.supplier.name), text, yes=_("End it"))
        if reason:
            back = partial(self.frame.runner.do, suppliers.resume_supplier, found.id, owner=self)
            told = partial(self.frame.toast, _("“{name}” was ended.").format(name=found.supplier.name), back)
            self.frame.runner.do(suppliers.end_supplier, found.id, reason, then=lambda _made: told(), owner=self)

    def _kept(self, made: Supplier) -> None:
        self._asked = ""
        self.frame.toast(_("“{name}” has been saved.").format(name=made.name))
        self.load()

    def _scored(self, made: SupplierReview) -> None:
        back = partial(self.frame.runner.do, suppliers.take_back_score, made.id, owner=self)
        self.frame.toast(_("The score is kept."), back)
        self.load()

    def commands(self) -> list[Command]:
        """What the palette and the keys offer."""
        if not self._may:
            return []
        return [
            Command(_("New supplier"), self.begin, shortcut="Ctrl+N", icon="plus"),
            Command(_("Score the supplier"), self.score, icon="star"),
        ]


def _agreement_words(found: SupplierRow) -> str:
    on, to = found.supplier.agreement_on, found.supplier.agreement_to
    if on is None:
        return ""
    if to is None:
        return _("Since {day}, without an end").format(day=dates.short(on))
    return _("{first} to {last}").format(first=dates.short(on), last=dates.short(to))
