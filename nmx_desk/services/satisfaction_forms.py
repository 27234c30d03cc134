"""Forms about satisfaction that are handed out on paper: one for a client, or a pile for nobody in particular."""

from __future__ import annotations

from dataclasses import replace

from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import UserError
from nmx_desk.domain.people import User
from nmx_desk.domain.satisfaction import AskedAt, Invitation, code_from, shown_code
from nmx_desk.i18n import _
from nmx_desk.reports.records_people import FormPrint
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.plan_sheets import known_language
from nmx_desk.services.report_base import print_context, print_progress
from nmx_desk.services.satisfaction import known_client, known_practitioner

MOST_FORMS = 100


@use_case("satisfaction.enter")
def print_forms(
    work: Work, count: int, moment: AskedAt, *, practitioner_id: str | None = None, client_id: str | None = None, spoken: str = "",
) -> bytes:  # fmt: skip
    """So many forms as PDF, each with a code of its own. A client gets one, in the client's language unless another is asked for."""
    known = known_client(work, client_id)
    client = work.store.get(Client, known) if known else None
    made = hand_out(work, count, moment, practitioner_id=practitioner_id, client_id=client_id)
    for form in made:
        work.seen("invitation", form.id, client_id, code="PRINT")
    who = work.store.find_one(User, id=practitioner_id) if practitioner_id else None
    from nmx_desk.reports.satisfaction_form import satisfaction_form

    print_ = FormPrint(codes=tuple(shown_code(form.code) for form in made), named=client is not None,
                       practitioner=who.display_name if who else "")  # fmt: skip
    ctx = replace(print_context(work, "F1"), language=known_language(spoken or (client.language if client else "")))
    return satisfaction_form(ctx, print_, progress=print_progress(work))


@use_case("satisfaction.enter")
def hand_out(
    work: Work, count: int, moment: AskedAt, *, practitioner_id: str | None = None, client_id: str | None = None
) -> tuple[Invitation, ...]:
    """So many forms with their codes, however they reach people. A client gets one."""
    if not 1 <= count <= MOST_FORMS:
        raise UserError("count", _("Choose 1 to {n} forms.").format(n=MOST_FORMS))
    if client_id is not None and count > 1:
        raise UserError("count", _("A client gets one form."))
    kept = Invitation(
        client_id=known_client(work, client_id), practitioner_id=known_practitioner(work, practitioner_id), moment=AskedAt(moment),
        handed_on=work.today(),
    )  # fmt: skip
    ids = [work.new_id() for _number in range(count)]
    return tuple(work.store.add(replace(kept, id=form_id, code=code_from(form_id))) for form_id in ids)
