"""The integrity certificate of the log (D3)."""

from __future__ import annotations

from gettext import NullTranslations

from reportlab.platypus import Flowable, Spacer

from nmx_desk.i18n import translator
from nmx_desk.reports import formats
from nmx_desk.reports.paper import ACCENT, BODY, H1, H2, SMALL, WARN, Head, para, pdf, style
from nmx_desk.reports.records import CertificatePrint, PrintContext, Progress
from nmx_desk.reports.tables import Column, Rows, facts


def certificate(ctx: PrintContext, check: CertificatePrint, *, progress: Progress | None = None) -> bytes:
    """The outcome of one check of the log as PDF, with what was found and how anyone can check it again."""
    t = translator(ctx.language)
    head = Head(title=t.gettext("Integrity certificate"), cut_off=formats.moment(check.verified_at, ctx.zone))
    story: list[Flowable] = [para(t.gettext("Integrity certificate of the log"), H1), *_verdict(check, t), *_facts(ctx, check, t)]
    story += _findings(check, t)
    return pdf(ctx, head, [*story, *_again(t)], progress)


def _verdict(check: CertificatePrint, t: NullTranslations) -> list[Flowable]:
    if check.findings:
        n = len(check.findings)
        text = t.ngettext("Not intact: {n} finding", "Not intact: {n} findings", n).format(n=n)
        return [para(text, style(13, bold=True, colour=WARN, after=6))]
    if check.full:
        text = t.gettext("Intact: every entry, value, signature and record was checked, and nothing was found.")
    else:
        text = t.gettext("Intact since the last full check: the entries added since then were checked, and nothing was found.")
    return [para(text, style(13, bold=True, colour=ACCENT, after=6))]


def _facts(ctx: PrintContext, check: CertificatePrint, t: NullTranslations) -> list[Flowable]:
    none = t.gettext("none")
    rows = [
        (t.gettext("Clinic"), ctx.clinic_name),
        (t.gettext("Database"), check.database_id),
        (t.gettext("Entries in the log"), formats.whole(check.size, t)),
        (t.gettext("Root of the log (SHA-256)"), check.root),
        (t.gettext("Last head signed at"), formats.moment(check.head_at, ctx.zone) if check.head_at else none),
        (t.gettext("Last head signed by"), check.signer or none),
        (t.gettext("Public key of the signer"), check.signer_key or none),
        (t.gettext("Checked at"), formats.moment(check.verified_at, ctx.zone)),
        (t.gettext("Checked by"), check.verified_by),
        (t.gettext("Entries checked"), formats.whole(check.entries, t)),
        (t.gettext("Values checked"), formats.whole(check.values, t)),
        (t.gettext("Signed heads checked"), formats.whole(check.heads, t)),
        (t.gettext("Findings"), formats.whole(len(check.findings), t)),
    ]
    return [facts(rows)]


def _findings(check: CertificatePrint, t: NullTranslations) -> list[Flowable]:
    story: list[Flowable] = []
    if check.findings:
        columns = [
            Column(t.gettext("Entry"), 12, "RIGHT"),
            Column(t.gettext("Kind"), 20, bold=True),
            Column(t.gettext("Place"), 28),
            Column(t.gettext("What was found"), 40),
        ]
        rows = [
            ["–" if f.seq is None else formats.whole(f.seq, t), f.kind, " / ".join(x for x in (f.table, f.row, f.field) if x), f.detail]
            for f in check.findings
        ]
        story += [para(t.gettext("Findings"), H2), Rows(columns, rows), Spacer(0, 4)]
        story.append(para(t.gettext("Keep the database and all backups as they are, and tell the manager and the auditor."), BODY))
    if check.notices:
        story += [para(t.gettext("Notices"), H2), *(para(n, BODY) for n in check.notices)]
    return story


def _again(t: NullTranslations) -> list[Flowable]:
    steps = (
        t.gettext("1. Run “nmx-desk log verify” on the database or on a backup. It recomputes everything and names each finding."),
        t.gettext(
            "2. Compare the root and the number of entries with those in the footer of earlier prints and in the manifests of the backups."
        ),
        t.gettext("3. The QR code in the footer holds the size and the whole root of the log at the moment of printing."),
    )
    limit = t.gettext(
        "What no check can see: entries of one's own after the last head signed by somebody else or printed, "
        "untrue input, the use of another person's password, and the loss of the database together with all anchors."
    )
    return [para(t.gettext("How to check this again"), H2), *(para(s, BODY) for s in steps), para(limit, SMALL)]
