"""The steps of a controlled document, as they are asked for in the window."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Literal

from PySide6.QtWidgets import QFileDialog, QWidget

from nmx_desk.domain.controlled import VersionStatus
from nmx_desk.i18n import _
from nmx_desk.services import paper_drafts, paper_prints, paper_readings, paper_steps
from nmx_desk.services.papers import CopyRow, PaperSheet
from nmx_desk.ui import errors
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.asking import ask_values
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.dialogs import ask, ask_reason
from nmx_desk.ui.kit.form import Field
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.paper import show_paper
from nmx_desk.ui.quality.paper_compare import compare
from nmx_desk.ui.quality.paper_words import waiting_words

Kind = Literal["primary", "secondary", "quiet"]
_Step = tuple[str, str, Callable[[], object], Kind, str]


def step_buttons(steps: list[_Step]) -> dict[str, Button]:
    """A button for each step, by its name."""
    return {name: Button(text, run, kind=kind, icon=sign) for name, text, run, kind, sign in steps}


class PaperActs:
    """What can be done with the version in sight. ``done`` gets the document as it is afterwards; None when it is gone."""

    def __init__(
        self, frame: Frame, view: Any, sheet: Callable[[], PaperSheet], done: Callable[[PaperSheet | None], None]
    ) -> None:
        self._frame, self._view, self._sheet, self._done = frame, view, sheet, done

    def steps(self) -> list[_Step]:
        """Name, word, what it does, look and sign of each, as their buttons stand."""
        return [
            ("file", _("Choose a PDF"), self.choose_file, "secondary", "paperclip"),
            ("save", _("Save the draft"), self.save, "secondary", "save"),
            ("new", _("New version"), self.begin, "secondary", "file-plus"),
            ("take_back", _("Withdraw the offer"), self.take_back, "secondary", "undo-2"),
            ("rework", _("Write on"), self.rework, "secondary", "pencil"),
            ("refuse", _("Refuse"), self.refuse, "secondary", "x"),
            ("offer", _("Offer for approval"), self.offer, "primary", "send"),
            ("approve", _("Approve"), self.approve, "primary", "signature"),
            ("read", _("Read and understood"), self.mark_read, "primary", "check"),
        ]

    def seldom(self) -> list[_Step]:
        """The same of what is seldom wanted."""
        return [
            ("compare", _("Compare with another version"), self.compare, "quiet", "history"),
            ("copy", _("Note a copy on paper"), self.hand_out, "quiet", "printer"),
            ("discard", _("Throw the draft away"), self.discard, "quiet", "trash-2"),
            ("withdraw", _("Take the document out of use"), self.withdraw, "quiet", "ban"),
            ("stop", _("Stop before its day"), self.stop, "quiet", "ban"),
        ]

    @property
    def _id(self) -> str:
        shown = self._sheet().shown
        return shown.id if shown else ""

    @property
    def _window(self) -> QWidget:
        window: QWidget = self._view.window()
        return window

    def _do(self, case: Any, *args: Any, said: str | Callable[[PaperSheet], str] = "", undo: Callable[[], object] | None = None) -> None:
        def then(sheet: PaperSheet | None) -> None:
            self._done(sheet)
            words = said(sheet) if callable(said) and sheet is not None else said
            if isinstance(words, str) and words:
                self._frame.toast(words, undo)

        self._frame.runner.do(case, *args, then=then, failed=lambda error: errors.show(error, self._view), owner=self._view)

    # -- writing ---------------------------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """A draft with what is in force."""
        self._do(paper_drafts.begin_version, self._sheet().document.id)

    def save(self) -> None:
        """Keep what was typed."""
        self._do(paper_drafts.save_text, self._id, self._view.editor.value(), said=_("The draft has been saved."))

    def choose_file(self) -> None:
        """A PDF in place of text."""
        name, _kind = QFileDialog.getOpenFileName(self._view, _("Choose a PDF"), "", "PDF (*.pdf)")
        if not name:
            return
        try:
            content = Path(name).read_bytes()
        except OSError:
            self._frame.toast(_("This file cannot be read. Choose another one."))
            return
        self._do(paper_drafts.save_file, self._id, Path(name).name, content, said=_("The draft is this PDF now."))

    def discard(self) -> None:
        """Throw the draft away, once more asked: it cannot be taken back."""
        text = _("What is written in this draft is gone. Versions that were approved stay.")
        if ask(self._window, _("Throw the draft away?"), text, yes=_("Throw the draft away"), danger=True):
            key = self._sheet().document.id if len(self._sheet().versions) > 1 else ""
            then = partial(self._discarded, key)
            failed = partial(errors.show, owner=self._view)
            self._frame.runner.do(paper_drafts.discard_version, self._id, then=then, failed=failed, owner=self._view)

    def _discarded(self, key: str, _nothing: object) -> None:
        if key:
            self._view.sheet = None
            self._view.open_paper(key)
        else:
            self._done(None)

    # -- approval --------------------------------------------------------------------------------------------------------------------

    def offer(self) -> None:
        """Say why it changed and from when it is to hold; what was typed is saved with it."""
        sheet, one = self._sheet(), self._sheet().shown
        if one is None:
            return
        fields = [Field(name="reason", label=_("What changed, and why"), required=one.number > 1, max_length=300)]
        day = Field(name="valid_from", label=_("Valid from"), kind="date", help=_("Empty: from the day of its approval."))
        said = ask_values(self._window, _("Offer for approval"), self._decided_by(sheet), [*fields, day], yes=_("Offer for approval"),
                          values={"reason": one.reason})  # fmt: skip
        if said is None:
            return

        def go_on(_sheet: object = None) -> None:
            self._do(paper_steps.offer_version, one.id, said["reason"] or "", said["valid_from"], said=self.waits)

        if self._view.typed:
            self._frame.runner.do(
                paper_drafts.save_text, one.id, self._view.editor.value(), then=go_on, owner=self._view,
                failed=lambda error: errors.show(error, self._view),
            )  # fmt: skip
        else:
            go_on()

    @staticmethod
    def _decided_by(sheet: PaperSheet) -> str:
        if sheet.alone:
            return _("Nobody else can approve this: you confirm it yourself tomorrow or later.")
        return _("Another person approves it: {who}.").format(who=_(" or ").join(sheet.deciders))

    def waits(self, sheet: PaperSheet) -> str:
        """For whom it waits now."""
        return waiting_words(sheet)

    def take_back(self) -> None:
        """Write on what one offered oneself."""
        self._do(paper_steps.take_back_version, self._id)

    def rework(self) -> None:
        """Write on what was refused."""
        self._do(paper_steps.rework_version, self._id)

    def approve(self) -> None:
        """It holds from its day on."""
        self._do(paper_steps.approve_version, self._id, said=self._approved)

    def _approved(self, sheet: PaperSheet) -> str:
        one = sheet.shown
        if one is None or one.valid_from is None or one.status is VersionStatus.IN_FORCE:
            return _("Approved: version {n} is in force from now on.").format(n=one.number if one else 0)
        return _("Approved: version {n} comes into force on {day}.").format(n=one.number, day=dates.full_day(one.valid_from))

    def refuse(self) -> None:
        """Its author reads why."""
        text = _("The author reads the reason, and can write on.")
        if reason := ask_reason(self._window, _("Refuse this version"), text, yes=_("Refuse")):
            self._do(paper_steps.refuse_version, self._id, reason)

    def stop(self) -> None:
        """What was approved does not come into force."""
        text = _("The version that is in force now stays so.")
        if reason := ask_reason(self._window, _("Stop this version before its day"), text, yes=_("Stop this version")):
            self._do(paper_steps.stop_version, self._id, reason)

    def withdraw(self) -> None:
        """No version holds any more."""
        text = _("No version of it holds from today on. It stays to be read, marked as obsolete.")
        if reason := ask_reason(self._window, _("Take the document out of use?"), text, yes=_("Take out of use")):
            self._do(paper_drafts.withdraw_paper, self._sheet().document.id, reason)

    # -- reading and paper -----------------------------------------------------------------------------------------------------------

    def mark_read(self) -> None:
        """Read and understood."""
        self._do(paper_readings.mark_read, self._sheet().document.id, said=_("Noted that you have read and understood it."))

    def hand_out(self) -> None:
        """Note a copy on paper and where it is."""
        text = _("When this version ends, the list says that the copy is to be taken back.")
        field = Field(name="place", label=_("Where it is kept"), required=True, max_length=80)
        said = ask_values(self._window, _("Note a copy on paper"), text, [field], yes=_("Note the copy"))
        if said is not None:
            case, key = paper_readings.hand_out_copy, self._sheet().document.id
            failed = partial(errors.show, owner=self._view)
            self._frame.runner.do(case, key, said["place"], then=self._handed_out, failed=failed, owner=self._view)

    def _handed_out(self, sheet: PaperSheet) -> None:
        """The copy with its number on it, to print."""
        self._done(sheet)
        self._print(sheet, sheet.copies[-1].id)

    def taken_back(self, copy: CopyRow) -> None:
        """It is gone from where it was."""
        undo = partial(self._do, paper_readings.put_copy_back, copy.id)
        self._do(paper_readings.take_copy_back, copy.id, said=_("The copy has been taken back."), undo=undo)

    def compare(self) -> None:
        """Hold two versions beside each other."""
        compare(self._frame, self._view, self._sheet())

    def print_it(self) -> None:
        """The version in sight on paper."""
        self._print(self._sheet())

    def _print(self, sheet: PaperSheet, copy_id: str = "") -> None:
        number = sheet.shown.number if sheet.shown else 0

        def show(data: bytes) -> None:
            show_paper(self._frame, self._view, sheet.row.title, data, f"{sheet.row.code}-v{number}")

        self._frame.runner.do(paper_prints.print_document, sheet.document.id, number, copy_id, then=show, owner=self._view)
