"""One item of a code list: its words in both languages, its group, and what a Yes asks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from nmx_desk.domain.code_lists import CODE_LISTS, LONGEST_LABEL, ListKind
from nmx_desk.domain.errors import UserError
from nmx_desk.domain.mail_texts import IN_SUBJECT, PLACEHOLDERS, fill, is_subject
from nmx_desk.domain.note_templates import LONGEST_SHORT, SIGN
from nmx_desk.domain.people import CodeItem
from nmx_desk.i18n import _
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.inputs import ChoiceInput, MultilineInput
from nmx_desk.ui.kit.labels import Label
from nmx_desk.ui.kit.layout import Card

_SAID = ("label_nl", "label_en", "group", "action")


class ItemCard(Card):
    """The chosen item. ``edited`` is called with what it says now, at every change."""

    def __init__(self, edited: Callable[[CodeItem], object], list_code: str) -> None:
        action = _(CODE_LISTS[list_code].action)
        self.form = Form(
            [
                Field(name="label_nl", label=_("Dutch"), kind="multiline", lines=3, max_length=LONGEST_LABEL),
                Field(name="label_en", label=_("English"), kind="multiline", lines=3, max_length=LONGEST_LABEL),
                Field(name="group", label=_("Group"), kind="choice"),
                Field(name="action", label=action, kind="choice"),
                Field(name="short", label=action, max_length=LONGEST_SHORT + len(SIGN)),
            ],
        )
        self.preview = Label("", look="small", role="muted", wrap=True, selectable=True)
        super().__init__("", self.form, self.preview)
        self.samples: dict[str, dict[str, str]] = {}
        self.item: CodeItem | None = None
        self._edited = edited
        self._of: ListKind | None = None
        self.form.edited.connect(self._typed)

    def show_item(self, list_code: str, item: CodeItem | None, *, read_only: bool) -> None:
        """Show an item; None: nothing is chosen."""
        self._choose_from(CODE_LISTS[list_code])
        self.item = item
        said = {name: getattr(item, name) for name in _SAID} | {"short": item.action} if item else {}
        self.form.set_values({name: said.get(name) for name in self.form.values()})
        self.form.set_read_only(read_only or item is None)
        self._show_preview()

    def _choose_from(self, kind: ListKind) -> None:
        """The groups and actions of this list."""
        if kind is self._of:
            return
        self._of = kind
        for name in ("label_nl", "label_en"):
            written = self.form.input(name)
            if isinstance(written, MultilineInput):
                written.set_room(kind.longest, 7 if kind.lines else 3)
        for name, words in (("group", kind.groups), ("action", kind.actions)):
            choice = self.form.input(name)
            if isinstance(choice, ChoiceInput):
                choice.set_options([(code, _(word)) for code, word in words.items()])
        self.form.set_visible("group", bool(kind.groups))
        self.form.set_visible("action", bool(kind.actions))
        self.form.set_visible("short", kind.typed)

    def _typed(self) -> None:
        if self.item is not None:
            said = {name: str(value or "") for name, value in self.form.values().items()}
            action = said["short"] if self._of is not None and self._of.typed else said["action"]
            self.item = replace(self.item, label_nl=said["label_nl"], label_en=said["label_en"], group=said["group"], action=action)
            self._edited(self.item)
            self._show_preview()

    def show_samples(self, samples: dict[str, dict[str, str]]) -> None:
        """What stands in for placeholders in a preview."""
        self.samples = samples
        self._show_preview()

    def _show_preview(self) -> None:
        """A text of the mail as it would go out."""
        shown = self.item if self._of is not None and self._of.letters else None
        self.preview.setVisible(shown is not None and bool(self.samples))
        if shown is not None and self.samples:
            names = [name for name in PLACEHOLDERS if not is_subject(shown.code) or name in IN_SUBJECT]
            told = [_("What stands in for what:"), *(f"{{{name}}}  {_(PLACEHOLDERS[name])}" for name in names)]
            texts = [fill(shown.label(language), values) for language, values in self.samples.items()]
            self.preview.setText("\n\n———\n\n".join([*texts, "\n".join(told)]))

    def refuse(self, error: UserError) -> None:
        """Say beside its field what is missing."""
        typed = error.field == "action" and self._of is not None and self._of.typed
        self.form.show_error(UserError("short", error.message) if typed else error)
