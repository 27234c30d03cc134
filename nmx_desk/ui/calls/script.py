"""What to say, step by step, in short sentences."""

from __future__ import annotations

from nmx_desk.i18n import N_, _
from nmx_desk.ui.kit.labels import Label
from nmx_desk.ui.kit.layout import Card, Item, column
from nmx_desk.ui.theme.tokens import Space

STEPS = (
    (N_("Greet"), N_("“Good day, this is {clinic}. You asked for a free advice call. Is this a good moment?”")),
    (N_("Check who it is"), N_("“May I check your name and your date of birth?”")),
    (N_("Say what this is"), N_("“This call is free and takes about fifteen minutes. It does not replace your GP.”")),
    (N_("Ask for help wanted"), N_("“What would you like help with? What do you hope for?”")),
    (N_("Complaints"), N_("“Which complaints bother you most, and since when? Which number from 0 to 10 fits the past 7 days?”")),
    (N_("What was done"), N_("“Were there tests? Have you seen your GP? Do you take medication or supplements?”")),
    (N_("Red flags"), N_("“I ask everybody these questions. Please say yes, no, or I do not know.”")),
    (N_("Explain"), N_("“This is how we work, what it costs, and what your insurer may pay back.”")),
    (N_("Agree"), N_("“Shall we agree on the next step?”")),
)


class Script(Card):
    """The steps of the call."""

    def __init__(self, clinic: str) -> None:
        steps: list[Item] = []
        for number, (title, text) in enumerate(STEPS, 1):
            head = Label(_("{n}. {title}").format(n=number, title=_(title)), look="strong", wrap=True)
            steps.append(column(head, Label(_(text).format(clinic=clinic), role="muted", wrap=True), space=2))
        super().__init__(_("Script"), *steps)
        self.body.setSpacing(Space.M)
