"""The integrity certificate (D3): one verification, and everything that whoever reads it needs to do it again."""

from __future__ import annotations

from contextlib import suppress

from nmx_desk.data import log as data
from nmx_desk.data.people import names_by_id
from nmx_desk.domain.errors import EnvironmentProblem
from nmx_desk.reports.records import AnchorRow, CertificatePrint, PrintContext, SignerRow
from nmx_desk.services import log
from nmx_desk.services.desk import Work

_DAMAGED = (EnvironmentProblem, LookupError, TypeError, ValueError, OverflowError)


def make(work: Work, ctx: PrintContext) -> tuple[log.Verification, bytes]:
    """Verify the log once; the outcome and the print."""
    from nmx_desk.reports.certificate import certificate

    found = log.verified(work)
    when = signers = None
    with suppress(*_DAMAGED):  # of a damaged log only what was found is said
        when, signers = data.period(work.store), _signers(work)
    check = CertificatePrint(
        database_id=work.desk.db_uuid, size=found.size, root=found.root, first_at=when[0] if when else None,
        last_at=when[1] if when else None, verified_at=ctx.generated_at, verified_by=work.user.display_name, values=found.values,
        heads=found.heads, records=found.rows, signers=tuple(signers or ()),
        anchors=tuple(AnchorRow(name=one.name, size=one.size, root=one.root, holds=one.holds) for one in found.held),
        findings=tuple(zip((f.seq for f in found.findings), found.finding_sentences(), strict=True)), notices=tuple(log.notices(found)),
    )  # fmt: skip

    def go_on(done: int, total: int) -> bool:
        work.progress.report(done, total)
        return True

    return found, certificate(ctx, check, progress=go_on)


def _signers(work: Work) -> list[SignerRow]:
    names = names_by_id(work.store)
    return [
        SignerRow(
            name=names.get(one.user_id, one.user_id), key=one.public_key, epoch=one.epoch, attested=names.get(one.attested_by, "–"),
            heads=one.heads, first=one.first, last=one.last, ended=one.ended,
        ) for one in data.signers(work.store)
    ]  # fmt: skip
