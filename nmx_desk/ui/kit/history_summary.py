"""What a client brings along, short, beside other work: what is taken and not borne, what is under treatment, what was tried."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from nmx_desk.domain.history import HISTORY_TOPIC_NAMES, HistoryTopic
from nmx_desk.i18n import _, language, translator
from nmx_desk.services import history
from nmx_desk.services.history_sheet import HistorySheet
from nmx_desk.services.history_words import called_words, nothing_words, told_words
from nmx_desk.ui.kit.badges import StateBadge
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.door import Changes
from nmx_desk.ui.kit.labels import Label
from nmx_desk.ui.kit.layout import STRETCH, Card, Item, column, empty_layout, holder, row
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.theme import Hue
from nmx_desk.ui.theme.tokens import Space

MIND = (HistoryTopic.ALLERGIES, HistoryTopic.MEDICATION, HistoryTopic.SUPPLEMENTS, HistoryTopic.DIAGNOSES)
WHOLE = (*MIND, HistoryTopic.TRIED, HistoryTopic.TESTS, HistoryTopic.OPERATIONS, HistoryTopic.FAMILY)
TABLES = frozenset({"history_item", "medicine", "allergy", "prior_test", "tried_before", "history_asked", "advice_call"})


class HistorySummary(Card):
    """``open`` it for a client; it hides for who may not read it. ``quiet``: nothing is said where nobody asked, and a call is passed over.

    The page around it hands its ``refresh`` on.
    """

    def __init__(self, frame: Frame, topics: Sequence[HistoryTopic] = MIND, *, quiet: bool = False) -> None:
        more = Button(_("Open"), self._open_part, kind="quiet", name=_("Open the medical history"))
        super().__init__(_("Medical history"), actions=(more,))
        self.frame, self.topics, self.quiet = frame, tuple(topics), quiet
        self.client_id = ""
        self.body.setSpacing(Space.S)
        self.hide()

    def open(self, client_id: str) -> None:
        """Show a client's; without an id nothing."""
        if client_id != self.client_id:
            self.client_id = client_id
            self.hide()
        if client_id and self.frame.desk.may("notes.read"):
            self.frame.runner.latest(("history summary", id(self)), history.summary, client_id, then=self._came, owner=self)

    def refresh(self, changes: Changes | None) -> None:
        """Follow what others write down."""
        if self.client_id and (changes is None or changes.tables & TABLES):
            self.open(self.client_id)

    def _came(self, sheet: HistorySheet) -> None:
        if self.client_id:
            self.show_sheet(sheet)

    def show_sheet(self, sheet: HistorySheet) -> None:
        """Show what is known: what stands, then of which lists there is nothing, then which were not asked about."""
        empty_layout(self.body)
        items = history_items(sheet, self.topics, quiet=self.quiet)
        for item in items:
            self.body.addWidget(item)
        self.setVisible(bool(items) and not sheet.closed)

    def _open_part(self) -> None:
        self.frame.go("care", client_id=self.client_id, part="history")


def history_items(sheet: HistorySheet, topics: Sequence[HistoryTopic], *, quiet: bool = False) -> list[QWidget]:
    """What stands in these lists, then of which there is nothing, then which were not asked about."""
    told = [_told(sheet, topic, quiet=quiet) for topic in topics]
    items: list[QWidget] = [one for one in told if one is not None]
    blank = [topic for topic, one in zip(topics, told, strict=True) if one is None]
    nothing = [topic for topic in blank if sheet.nothing(topic)]
    items += [_small(_nothing(sheet, topic)) for topic in nothing]
    unasked = [_(HISTORY_TOPIC_NAMES[topic]) for topic in blank if topic not in nothing]
    if unasked and not (quiet and not items):
        items.append(_small(_("Not asked yet: {lists}").format(lists=", ".join(name.lower() for name in unasked))))
    return items


def _told(sheet: HistorySheet, topic: HistoryTopic, *, quiet: bool) -> QWidget | None:
    """A list with what stands in it; None where nothing does."""
    t = translator(language())
    lines = [told_words(one, t).line for one in sheet.standing(topic)]
    if not quiet and (called := called_words(sheet, topic, t)):
        lines.insert(0, called)
    if not lines:
        return None
    name = _(HISTORY_TOPIC_NAMES[topic])
    heavy = topic is HistoryTopic.ALLERGIES
    head: Item = row(StateBadge(name, Hue.WARN, "triangle-alert"), STRETCH) if heavy else Label(name, look="small", role="muted")
    return holder(column(head, *(Label(line, wrap=True, selectable=True) for line in lines), space=Space.XS))


def _nothing(sheet: HistorySheet, topic: HistoryTopic) -> str:
    words = nothing_words(sheet, topic, translator(language()))
    return _("{list}: {words}").format(list=_(HISTORY_TOPIC_NAMES[topic]), words=words[:1].lower() + words[1:])


def _small(text: str) -> Label:
    return Label(text, look="small", role="muted", wrap=True)
