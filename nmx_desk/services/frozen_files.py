"""What was signed or went out, as files of the copy of a client's file: a PDF as it was printed then, marked as a copy."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from nmx_desk.domain.notes import FROZEN_KIND_NAMES, FrozenKind, FrozenPrint
from nmx_desk.i18n import _
from nmx_desk.reports.records import NotePrint, PlanPrint, ReferralPrint
from nmx_desk.services.desk import Work
from nmx_desk.services.frozen import content_of
from nmx_desk.services.plan_prints import built
from nmx_desk.services.report_base import print_context

NUMBERS: Final = {FrozenKind.NOTE: "B2", FrozenKind.PLAN: "B3", FrozenKind.LETTER: "B5"}


def frozen_pdf(work: Work, kept: FrozenPrint) -> bytes:
    """The print as it was kept, in its own language. Raises ``EnvironmentProblem`` when what was kept was changed afterwards."""
    from nmx_desk.reports.note import note_report
    from nmx_desk.reports.plan import plan_report
    from nmx_desk.reports.referral import referral_letter

    ctx, found = replace(print_context(work, NUMBERS[kept.kind]), language=kept.language), content_of(kept)
    if kept.kind is FrozenKind.NOTE:
        return note_report(ctx, replace(built(NotePrint, found), copy=True))
    if kept.kind is FrozenKind.LETTER:
        return referral_letter(ctx, replace(built(ReferralPrint, found), copy=True))
    return plan_report(ctx, replace(built(PlanPrint, found), copy=True))


def frozen_name(kept: FrozenPrint) -> str:
    """A name for it as a file: what it is, and of which day."""
    return re.sub(r"[^\w .-]", "_", f"{_(FROZEN_KIND_NAMES[kept.kind])} {kept.created_at:%Y-%m-%d}.pdf")
