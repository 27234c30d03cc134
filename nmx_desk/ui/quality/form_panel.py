"""The panel that makes forms about satisfaction: a pile for nobody in particular, or one for a client."""

from __future__ import annotations

from nmx_desk.domain.satisfaction import ASKED_AT_NAMES, AskedAt, asked_after
from nmx_desk.i18n import _
from nmx_desk.services import satisfaction_forms
from nmx_desk.services.satisfaction import SatisfactionSheet
from nmx_desk.ui.kit.beside import EditPanel
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.client_picker import ClientPicker
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.inputs import ChoiceInput
from nmx_desk.ui.kit.keys import on_ctrl_enter
from nmx_desk.ui.kit.labels import Label, muted
from nmx_desk.ui.kit.layout import column
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.paper import PaperDialog
from nmx_desk.ui.theme.tokens import Space

OWN = "own"  # a required choice has no empty value
A_PILE = 10


class FormsPanel(EditPanel):
    """How many forms of which kind; they are seen before they are printed."""

    def __init__(self, frame: Frame) -> None:
        super().__init__(_("Forms to hand out"))
        self.frame = frame
        moments = [(one, _(name)) for one, name in ASKED_AT_NAMES.items()]
        languages = [(OWN, _("The client's own, else Dutch")), ("nl", _("Dutch")), ("en", _("English"))]
        self.client = ClientPicker(frame.runner, name=_("Client"), placeholder=_("Nobody: without a name"))
        self.form = Form([
            Field(name="count", label=_("How many"), kind="int", required=True, least=1, most=satisfaction_forms.MOST_FORMS, span=0),
            Field(name="moment", label=_("Asked"), kind="choice", required=True, options=moments),
            Field(name="practitioner_id", label=_("About whom"), kind="choice"),
            Field(name="spoken", label=_("Language"), kind="choice", required=True, options=languages),
        ])  # fmt: skip
        words = _("Show and print")
        self.make_button = Button(words, self.make, kind="primary", icon="printer", tip=_("{step} (Ctrl+Enter)").format(step=words))
        hint = _("Each form has a code of its own. Without a client nobody can see whose the answer is; with one the form says so.")
        who = column(Label(_("For a client"), look="small", role="muted"), self.client, space=Space.XS)
        self.body.addWidget(muted(hint))
        self.body.addLayout(who)
        self.body.addWidget(self.form)
        self.foot.addStretch(1)
        self.foot.addWidget(self.make_button)
        self.client.picked.connect(lambda client_id: self.form.set_visible("count", not client_id))
        self.form.submitted.connect(self.make)
        on_ctrl_enter(self, self.make)
        self.hide()

    @property
    def dirty(self) -> bool:
        """What is chosen here is quickly chosen again."""
        return False

    def know(self, sheet: SatisfactionSheet) -> None:
        """Whom a form may be about."""
        whom = self.form.input("practitioner_id")
        if isinstance(whom, ChoiceInput):
            whom.set_options(sheet.practitioners)

    def begin(self, *, client_id: str = "", client: str = "", type_code: str = "", practitioner_id: str = "") -> None:
        """Make some, or one for a client: after an appointment of this type, with this practitioner."""
        moment = asked_after(type_code)
        self.form.set_values({"count": A_PILE, "moment": moment, "practitioner_id": practitioner_id or None, "spoken": OWN})
        self.client.set_client(client_id, client)
        self.form.set_visible("count", not client_id)
        self.show()
        self.form.focus_first()

    def make(self) -> None:
        """Hand them out: their codes are kept, they are shown to be printed."""
        values, client_id = self.form.checked(), self.client.client_id
        if values is None:
            return
        spoken = "" if values["spoken"] == OWN else values["spoken"]
        self.frame.runner.do(
            satisfaction_forms.print_forms, 1 if client_id else values["count"], AskedAt(values["moment"]), spoken=spoken,
            practitioner_id=values["practitioner_id"] or None, client_id=client_id or None, then=self._made, owner=self.form,
        )  # fmt: skip

    def _made(self, data: bytes) -> None:
        self.close_panel()
        dialog = PaperDialog(self.frame, self.window(), _("Forms about satisfaction"), data, _("satisfaction"))
        dialog.exec()
        dialog.deleteLater()
