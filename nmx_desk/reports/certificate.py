"""The integrity certificate of the log (D3)."""

from __future__ import annotations

from dataclasses import replace
from gettext import NullTranslations

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Spacer

from nmx_desk.i18n import translator
from nmx_desk.reports import formats
from nmx_desk.reports.paper import ACCENT, BODY, H1, H2, SMALL, WARN, WIDTH, Code, Head, para, pdf, style
from nmx_desk.reports.records import CertificatePrint, PrintContext, Progress, SignerRow
from nmx_desk.reports.tables import Column, Rows, beside, facts, over

SIDE = 32 * mm
BESIDE = WIDTH - SIDE - 6 * mm
NAMES = 0.36


def certificate(ctx: PrintContext, check: CertificatePrint, *, progress: Progress | None = None) -> bytes:
    """The outcome of one check of the log as PDF: what was checked, against what, whose keys signed, and how anyone can check it again."""
    t = translator(ctx.language)
    head = Head(title=t.gettext("Integrity certificate"), cut_off=formats.moment(check.verified_at, ctx.zone))
    story: list[Flowable] = [para(t.gettext("Integrity certificate of the log"), H1), *_verdict(check, t)]
    found = replace(ctx, log_size=check.size, log_root=check.root, log_database=check.database_id)
    story.append(beside(_log(ctx, check, t), Code(found, SIDE), SIDE))
    story.append(facts(
        [(t.gettext("Root of the log (SHA-256)"), check.root), (t.gettext("Database"), check.database_id)], share=NAMES * BESIDE / WIDTH
    ))  # fmt: skip
    story += [*_findings(check, t), *_anchors(check, t), *_signers(ctx, check, t), KeepTogether(_again(check, t))]
    return pdf(ctx, head, story, progress)


def _verdict(check: CertificatePrint, t: NullTranslations) -> list[Flowable]:
    if check.findings:
        n = len(check.findings)
        text = t.ngettext("Not intact: {n} finding", "Not intact: {n} findings", n).format(n=n)
        return [para(text, style(13, bold=True, colour=WARN, after=6))]
    text = t.gettext("Intact: every entry, value, signature and record was checked, and nothing was found.")
    return [para(text, style(13, bold=True, colour=ACCENT, after=6))]


def _log(ctx: PrintContext, check: CertificatePrint, t: NullTranslations) -> Flowable:
    none = t.gettext("none")
    rows = [
        (t.gettext("Clinic"), ctx.clinic_name),
        (t.gettext("Entries in the log"), formats.whole(check.size, t)),
        (t.gettext("First entry"), formats.moment(check.first_at, ctx.zone) if check.first_at else none),
        (t.gettext("Last entry"), formats.moment(check.last_at, ctx.zone) if check.last_at else none),
        (t.gettext("Checked at"), formats.moment(check.verified_at, ctx.zone)),
        (t.gettext("Checked by"), check.verified_by),
        (t.gettext("Values checked"), formats.whole(check.values, t)),
        (t.gettext("Signed heads checked"), formats.whole(check.heads, t)),
        (t.gettext("Records held against the log"), formats.whole(check.records, t)),
        (t.gettext("Findings"), formats.whole(len(check.findings), t)),
    ]
    return facts(rows, share=NAMES, width=BESIDE, most=4)  # beside the code: it must fit the page


def _findings(check: CertificatePrint, t: NullTranslations) -> list[Flowable]:
    story: list[Flowable] = []
    if check.findings:
        columns = [Column(t.gettext("Entry"), 10, "RIGHT"), Column(t.gettext("What was found"), 90)]
        rows = [["–" if seq is None else formats.whole(seq, t), text] for seq, text in check.findings]
        story += [para(t.gettext("Findings"), H2), Rows(columns, rows), Spacer(0, 4)]
        story.append(para(t.gettext("Keep the database and all backups as they are, and tell the manager and the auditor."), BODY))
    if check.notices:
        story += [para(t.gettext("Notices"), H2), *(para(n, BODY) for n in check.notices)]
    return story


def _anchors(check: CertificatePrint, t: NullTranslations) -> list[Flowable]:
    """What the log was held against."""
    story = over(t.gettext("Held against what was kept elsewhere"), 35 * mm)
    if not check.anchors:
        return [*story, para(t.gettext("Nothing was kept elsewhere that this computer knows: no witness, no backup, no time stamp."), BODY)]
    columns = [
        Column(t.gettext("Kept by"), 42),
        Column(t.gettext("Entries"), 12, "RIGHT"),
        Column(t.gettext("Root"), 30),
        Column(t.gettext("Outcome"), 16, bold=True),
    ]
    outcome = (t.gettext("does not fit"), t.gettext("fits"))
    rows = [[a.name, formats.whole(a.size, t), a.root[:20], outcome[a.holds]] for a in check.anchors]
    return [*story, Rows(columns, rows)]


def _signers(ctx: PrintContext, check: CertificatePrint, t: NullTranslations) -> list[Flowable]:
    """Whose keys there are. The first is the one on which all others rest."""
    if not check.signers:
        return []
    columns = [
        Column(t.gettext("Whose"), 22),
        Column(t.gettext("Public key (Ed25519)"), 36),
        Column(t.gettext("Key period"), 14, "RIGHT"),
        Column(t.gettext("Made known by"), 18),
        Column(t.gettext("Heads"), 10, "RIGHT"),
    ]
    rows = [
        [_whose(s, ctx.zone, t), f"{s.key[:32]}\n{s.key[32:]}", str(s.epoch), s.attested, formats.whole(s.heads, t)] for s in check.signers
    ]
    note = t.gettext("Each head of the log is signed with the key of who acted. The first key made the others known, directly or not.")
    return [*over(t.gettext("Who signed"), 35 * mm), Rows(columns, rows), Spacer(0, 3), para(note, SMALL)]


def _whose(signer: SignerRow, zone: str, t: NullTranslations) -> str:
    """Who, when they signed first and last, and whether the key ended."""
    when = " –\n".join(formats.moment(at, zone) for at in (signer.first, signer.last) if at)
    return "\n".join(filter(None, (signer.name, when, t.gettext("ended") if signer.ended else "")))


def _again(check: CertificatePrint, t: NullTranslations) -> list[Flowable]:
    steps = (
        t.gettext(
            "1. Ask the clinic for an export of the log, “nmx-desk log export --no-values --out log.jsonl”, and for the program that checks"
            " it, “nmx-desk log checker --out nmx_check.py”: one readable file that shares nothing with NMX Desk."
        ),
        t.gettext(
            "2. On any computer with Python and its package “cryptography”: “python nmx_check.py log.jsonl --size {size} --root {root}”."
            " It must end with EVERYTHING HOLDS, and name the first key of the table above."
        ).format(size=check.size, root=check.root[:20]),
        t.gettext(
            "3. The footer of every print and every backup names the size and the root of the log at that moment. Whether an older print"
            " fits: “--size” and “--root” as it says, or “nmx-desk log anchor --check SIZE:ROOT” in the clinic."
        ),
        t.gettext("4. “nmx-desk log verify” recomputes everything on the database or a backup, and holds it against the records as well."),
        t.gettext("The QR code holds the database, the size and the whole root."),
    )
    limit = t.gettext(
        "What no check can see: entries of one's own after the last head signed by somebody else or printed, "
        "untrue input, the use of another person's password, and the loss of the database together with all anchors."
    )
    return [para(t.gettext("How to check this again"), H2), *(para(s, BODY) for s in steps), para(limit, SMALL)]
