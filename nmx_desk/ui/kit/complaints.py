"""Lines for complaints in the client's own words: what, since when, how bad now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from nmx_desk.domain import partial_dates
from nmx_desk.i18n import _
from nmx_desk.services.scores import ComplaintEntry
from nmx_desk.ui.kit.inputs import TextInput
from nmx_desk.ui.kit.labels import Label
from nmx_desk.ui.kit.layout import STRETCH, column, empty_layout, row
from nmx_desk.ui.kit.order import follow_reading_order
from nmx_desk.ui.kit.score import ScoreInput, walk_scores
from nmx_desk.ui.theme.tokens import Space

SINCE_WIDTH = 96


class ComplaintRow(QWidget):
    """One complaint."""

    edited = Signal()

    def __init__(self, number: int, entry: ComplaintEntry, before: int | None) -> None:
        super().__init__()
        self._entry = entry
        self.words = TextInput(
            max_length=200, placeholder=_("Complaint in the client's own words"), name=_("Complaint {n}").format(n=number)
        )
        self.since = TextInput(
            max_length=7, placeholder=_("since"), name=_("Complaint {n} since: year, or month and year").format(n=number)
        )
        self.since.setFixedWidth(SINCE_WIDTH)
        self.score = ScoreInput(_("Score of complaint {n}").format(n=number), before=before)
        self.words.set_value(entry.words)
        self.since.set_value(partial_dates.typed(entry.onset))
        self.score.set_value(entry.score)
        for part in (self.words, self.since, self.score):
            part.edited.connect(self.edited)
        top = row(self.words, self.since)
        top.setStretch(0, 1)
        self.setLayout(column(top, self.score, space=Space.XS))

    @property
    def blank(self) -> bool:
        """Whether nothing stands here and nothing ever stood here."""
        entry = self.entry()
        return not (entry.id or entry.words or entry.onset or entry.score is not None)

    def entry(self) -> ComplaintEntry:
        """What stands here."""
        known = self._entry
        return ComplaintEntry(id=known.id, code=known.code, words=self.words.value(), onset=self.since.value(), score=self.score.value())

    def set_read_only(self, on: bool) -> None:
        """Show without letting anything be changed."""
        self.words.set_read_only(on)
        self.since.set_read_only(on)
        self.score.setEnabled(not on)


class ComplaintRows(QWidget):
    """Complaints and room for the next one, up to ``most``."""

    edited = Signal()
    rows_changed = Signal()

    def __init__(self, *, most: int = 12) -> None:
        super().__init__()
        self._most = most
        self._read_only = False
        self.rows: list[ComplaintRow] = []
        self._box = column(space=Space.M)
        self.hint = Label(_("0 is no trouble, 10 the worst imaginable, over the past 7 days; empty is not measured."), look="small",
                          role="muted", wrap=True)  # fmt: skip
        self.setLayout(column(self.hint, self._box, space=Space.S))

    def set_entries(
        self, entries: Sequence[ComplaintEntry], before: dict[str, int | None] | None = None, *, read_only: bool = False
    ) -> None:
        """Show these; ``before`` holds the last score by complaint id."""
        self._read_only = read_only
        empty_layout(self._box)
        self.rows.clear()
        for entry in entries:
            self._add(entry, (before or {}).get(entry.id))
        if read_only and not entries:
            self._box.addLayout(row(Label(_("No complaints written down."), role="muted"), STRETCH))
        self._room()
        self._walk()

    def scores(self) -> list[ScoreInput]:
        """The scores of the complaints that stand here, in order."""
        return [line.score for line in self.rows if not line.blank]

    def _walk(self) -> None:
        walk_scores(self.scores())
        self.rows_changed.emit()

    def entries(self) -> list[ComplaintEntry]:
        """What stands in the lines; blank lines are left out."""
        return [line.entry() for line in self.rows if not line.blank]

    def _add(self, entry: ComplaintEntry, before: int | None = None) -> None:
        made = ComplaintRow(len(self.rows) + 1, entry, before)
        made.set_read_only(self._read_only)
        made.edited.connect(self._edited)
        self.rows.append(made)
        self._box.addWidget(made)
        follow_reading_order(*self.rows[-2:])

    def _room(self) -> None:
        if not self._read_only and len(self.rows) < self._most and (not self.rows or not self.rows[-1].blank):
            self._add(ComplaintEntry())

    def _edited(self) -> None:
        self._room()
        self._walk()
        self.edited.emit()


def entry_data(entry: ComplaintEntry) -> dict[str, Any]:
    """An entry as JSON, for a draft."""
    return {"id": entry.id, "words": entry.words, "onset": entry.onset, "code": entry.code, "score": entry.score}


def entry_from(data: dict[str, Any]) -> ComplaintEntry:
    """An entry from a draft."""
    score = data.get("score")
    return ComplaintEntry(
        id=str(data.get("id", "")), words=str(data.get("words", "")), onset=str(data.get("onset", "")), code=str(data.get("code", "")),
        score=score if isinstance(score, int) else None,
    )  # fmt: skip
