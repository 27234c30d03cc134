"""A client's consents: one row per purpose with what stands, who gave it and when; giving and withdrawing in place, the history below."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from nmx_desk.domain.errors import UserError
from nmx_desk.domain.family import CONSENT_PURPOSE_NAMES, ConsentPurpose
from nmx_desk.i18n import _
from nmx_desk.services import consents
from nmx_desk.services.consents import ConsentLine, ConsentSheet, PurposeRow
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.badges import Badge, StateBadge
from nmx_desk.ui.kit.buttons import Button, Kind
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.labels import Label, muted
from nmx_desk.ui.kit.layout import STRETCH, Card, Item, bring_into_sight, column, empty_layout, holder, row
from nmx_desk.ui.kit.order import follow_reading_order
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.theme import Hue
from nmx_desk.ui.theme.tokens import Space

CLIENT = "·"  # in the list of who agrees: the client, whose name is kept as nobody's
WORDS = 2  # the column that says when and by whom


def state_badge(found: PurposeRow) -> Badge:
    """Whether a consent stands, as icon, word and hue."""
    if found.stands:
        return Badge(_("Given"), Hue.OK, "circle-check")
    if found.lacks:
        return Badge(_("Not complete"), Hue.WARN, "hourglass")
    last = found.last
    if last is None:
        return Badge(_("Not given"), Hue.NEUTRAL, "circle-dashed")
    return Badge(_("Withdrawn"), Hue.NEUTRAL, "ban") if last.consent.withdrawn_at else Badge(_("Lapsed at 16"), Hue.WARN, "hourglass")


def line_words(item: ConsentLine, client: str) -> str:
    """One consent in words: when, by whom, under which text, what shows it, and what became of it."""
    kept = item.consent
    version = _("text version {n}").format(n=kept.text_version) if kept.text_version else ""
    given = " · ".join(filter(None, (dates.short(dates.local(kept.given_at).date()), kept.given_by or client, version, kept.evidence)))
    if kept.withdrawn_at is None:
        return given
    gone = _("withdrawn on {day}").format(day=dates.short(dates.local(kept.withdrawn_at).date()))
    return " · ".join(filter(None, (given, gone, kept.withdrawn_how)))


class AskForm(QFrame):
    """What is asked before a consent is given or withdrawn, under its row. ``sent`` carries what was typed."""

    sent = Signal(dict)
    cancelled = Signal()

    def __init__(self, found: PurposeRow, sheet: ConsentSheet, *, gives: bool) -> None:
        super().__init__()
        self.gives = gives
        self.form = Form(_giving(sheet) if gives else [Field(name="how", label=_("How it was said"), max_length=300, span=0)], columns=3)
        name = _(CONSENT_PURPOSE_NAMES[found.purpose])
        words = _("Write down") if gives else _("Withdraw")
        self.send_button = Button(words, self._send, kind="primary", icon="check" if gives else "ban")
        self.send_button.setAccessibleName(_("{action}: {what}").format(action=words, what=name))
        text = Label(_("“{text}” (version {n})").format(text=found.text, n=found.text_version), wrap=True, selectable=True)
        foot = row(Button(_("Cancel"), self.cancelled.emit, kind="quiet"), self.send_button, STRETCH)
        parts: list[QWidget] = [text, self.form] if gives else [self.form]
        self.setLayout(column(*parts, foot, space=Space.M))
        self.form.submitted.connect(self._send)

    @property
    def dirty(self) -> bool:
        """Whether something was typed."""
        return self.form.dirty

    def _send(self) -> None:
        values = self.form.checked()
        if values is not None:
            self.sent.emit(values)

    def show_error(self, error: UserError) -> bool:
        """Beside its field."""
        return self.form.show_error(error)


def _giving(sheet: ConsentSheet) -> list[Field]:
    givers = [(name or CLIENT, shown) for name, shown in sheet.givers]
    return [
        Field(name="given_by", label=_("Who agrees"), kind="choice", required=True, options=givers),
        Field(name="on", label=_("On"), kind="date", past=True, help=_("Empty: today")),
        Field(name="evidence", label=_("How, or where it is kept"), max_length=300, placeholder=_("Such as: signed form, by phone")),
    ]


class ConsentsCard(Card):
    """Every purpose in a row; none of them opens or closes the file."""

    def __init__(self, frame: Frame) -> None:
        super().__init__(_("Consents"))
        self._frame = frame
        self._may = frame.desk.may("clients.change")
        self.sheet: ConsentSheet | None = None
        self._asking: AskForm | None = None
        self._unfolded: set[ConsentPurpose] = set()
        self._keys: dict[tuple[str, ConsentPurpose], Button] = {}
        self._rows = QGridLayout()
        self._rows.setHorizontalSpacing(Space.L)
        self._rows.setVerticalSpacing(Space.S)
        self._rows.setColumnStretch(WORDS, 1)
        self.body.addWidget(muted(_("Treatment and the file need none of these. Each can be withdrawn as easily as it was given.")))
        self.body.addLayout(self._rows)

    @property
    def dirty(self) -> bool:
        """Whether something was typed that is not saved."""
        return self._asking is not None and self._asking.dirty

    def show_sheet(self, sheet: ConsentSheet) -> None:
        """Show what stands; what is being typed stays."""
        other = self.sheet is not None and self.sheet.client.id != sheet.client.id
        if other:
            self._unfolded.clear()
        if sheet == self.sheet or (self.dirty and not other):
            return  # the focus stays where it is, and so does what is being typed
        self.sheet, self._asking = sheet, None
        self._build()

    def _build(self, asking: ConsentPurpose | None = None, *, gives: bool = True) -> None:
        """All rows anew; under the one of ``asking`` what is asked for it."""
        if self.sheet is None:
            return
        empty_layout(self._rows)
        self._keys.clear()
        asked = None
        for found in self.sheet.rows:
            at = self._rows.rowCount()
            for place, part in enumerate(self._head(found)):
                self._rows.addWidget(part, at, place)
            below: list[QWidget] = []
            if found.purpose is asking:
                asked = self._ask(found, self.sheet, gives=gives)
                below.append(asked)
            if found.purpose in self._unfolded:
                below.append(self._history(found))
            for number, part in enumerate(below, 1):
                self._rows.addWidget(part, at + number, 0, 1, -1)
        follow_reading_order(self)
        self._asking = asked
        if asked is not None:
            bring_into_sight(asked.send_button)
            asked.form.focus_first()

    def _head(self, found: PurposeRow) -> list[QWidget]:
        badge = state_badge(found)
        last = line_words(found.last, self._client) if found.last else ""
        words = Label(" ".join(filter(None, (found.lacks, last))), look="small", role="muted", elide=True)
        buttons = self._buttons(found) if self._may else []
        if found.history:
            buttons.insert(0, self._button(_("History"), found, partial(self._unfold, found.purpose), "history", kind="quiet"))
        title = Label(_(CONSENT_PURPOSE_NAMES[found.purpose]), look="strong")
        return [title, StateBadge(badge.text, badge.hue, badge.icon), words, holder(row(STRETCH, *buttons))]

    def _buttons(self, found: PurposeRow) -> list[QWidget]:
        """Give, while somebody's word is missing; withdraw, while anything was given."""
        made: list[QWidget] = []
        if not found.stands:
            made.append(self._button(_("Give"), found, partial(self._build, found.purpose), "check"))
            made[0].setEnabled(bool(self.sheet and self.sheet.givers))
        if found.stands or found.lacks:
            made.append(self._button(_("Withdraw"), found, partial(self._build, found.purpose, gives=False), "ban"))
        return made

    def _button(self, text: str, found: PurposeRow, run: Callable[[], object], icon: str, kind: Kind = "secondary") -> Button:
        button = Button(text, run, icon=icon, kind=kind)
        button.setAccessibleName(_("{action}: {what}").format(action=text, what=_(CONSENT_PURPOSE_NAMES[found.purpose])))
        self._keys[icon, found.purpose] = button
        return button

    @property
    def _client(self) -> str:
        return self.sheet.client.name if self.sheet else ""

    def _history(self, found: PurposeRow) -> QWidget:
        lines: list[Item] = []
        for item in found.history:
            lines.append(Label(line_words(item, self._client), wrap=True))
            about = _("Written down by {name}").format(name=item.entered_by) if item.entered_by else ""
            text = _("“{text}”").format(text=item.text) if item.text else ""
            lines.append(Label(" · ".join(filter(None, (text, about))), look="small", role="muted", wrap=True))
        made = column(*lines, space=Space.XS)
        made.setContentsMargins(Space.XL, 0, 0, Space.S)
        return holder(made)

    def _unfold(self, purpose: ConsentPurpose) -> None:
        self._unfolded ^= {purpose}
        self._build()
        self._focus(("history", purpose))

    # -- giving and withdrawing ----------------------------------------------------------------------------------------------------------

    def _ask(self, found: PurposeRow, sheet: ConsentSheet, *, gives: bool) -> AskForm:
        made = AskForm(found, sheet, gives=gives)
        made.sent.connect(partial(self._give if gives else self._withdraw, found))
        made.cancelled.connect(partial(self._done, found.purpose, None))
        return made

    def _give(self, found: PurposeRow, values: dict[str, Any]) -> None:
        by = "" if values["given_by"] == CLIENT else values["given_by"]
        self._frame.runner.do(
            consents.give_consent, self.sheet.client.id if self.sheet else "", found.purpose, found.text_version, given_by=by,
            on=values["on"], evidence=values["evidence"], then=partial(self._done, found.purpose), owner=self._asking,
        )  # fmt: skip

    def _withdraw(self, found: PurposeRow, values: dict[str, Any]) -> None:
        client_id = self.sheet.client.id if self.sheet else ""
        self._frame.runner.do(
            consents.withdraw_consent, client_id, found.purpose, values["how"], then=partial(self._done, found.purpose), owner=self._asking,
        )  # fmt: skip

    def _done(self, purpose: ConsentPurpose, sheet: ConsentSheet | None) -> None:
        """Back to the rows, with the focus where it was."""
        self._asking = None
        if sheet is not None:
            self.sheet = sheet
        self._build()
        self._focus(("check", purpose), ("ban", purpose))

    def _focus(self, *keys: tuple[str, ConsentPurpose]) -> None:
        for key in keys:
            if key in self._keys:
                self._keys[key].setFocus(Qt.FocusReason.OtherFocusReason)
                return
