"""Controlled documents in words: their states as badges, a version in a line."""

from __future__ import annotations

from nmx_desk.domain.controlled import PAPER_KIND_NAMES, VERSION_STATUS_NAMES, PaperKind, VersionStatus
from nmx_desk.domain.people import ROLE_NAMES, Role
from nmx_desk.i18n import _
from nmx_desk.services.papers import PaperRow, PaperSheet, VersionRow
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.badges import Badge
from nmx_desk.ui.kit.form import Field
from nmx_desk.ui.theme import Hue

_S = VersionStatus
_LOOKS = {
    _S.DRAFT: (Hue.NEUTRAL, "pencil"), _S.OFFERED: (Hue.WARN, "hourglass"), _S.APPROVED: (Hue.ACCENT, "calendar-clock"),
    _S.IN_FORCE: (Hue.OK, "circle-check"), _S.OBSOLETE: (Hue.NEUTRAL, "ban"), _S.REFUSED: (Hue.DANGER, "circle-x"),
}  # fmt: skip


def state(status: VersionStatus) -> Badge:
    """The state of a version."""
    return Badge(_(VERSION_STATUS_NAMES[status]), *_LOOKS[status])


def attention(row: PaperRow) -> Badge | None:
    """What a document waits for, the most pressing first."""
    if row.to_decide:
        return Badge(_("To approve"), Hue.WARN, "signature")
    if row.to_read:
        return Badge(_("To read"), Hue.WARN, "eye")
    if row.copies_due:
        return Badge(_("Paper to take back"), Hue.DANGER, "circle-alert")
    if row.late:
        return Badge(_("Review overdue"), Hue.DANGER, "circle-alert")
    return state(row.open) if row.open else None


def kind_words(row: PaperRow) -> str:
    """Its kind, and the clause of the standard."""
    kind = _(PAPER_KIND_NAMES[row.kind])
    return _("{kind} · ISO 9001 {clause}").format(kind=kind, clause=row.clause) if row.clause else kind


def version_words(one: VersionRow) -> str:
    """A version in a line, to choose it by."""
    return _("Version {n} · {state}").format(n=one.number, state=_(VERSION_STATUS_NAMES[one.status]))


def facts(sheet: PaperSheet) -> list[tuple[str, str]]:
    """What is known of the version in sight, and of the document: a word and what it is."""
    one, found = sheet.shown, []
    if one is not None:
        approver = _("{who}, alone, the day after").format(who=one.approver) if one.alone else one.approver
        found = [
            (_("Author"), one.author), (_("Why"), one.reason), (_("Approved by"), approver),
            (_("Approved on"), dates.full(one.approved_at) if one.approved_at else ""),
            (_("Valid from"), dates.full_day(one.valid_from) if one.valid_from else ""),
            (_("Look at it again on"), dates.full_day(one.review_on) if one.review_on and one.status is _S.IN_FORCE else ""),
            (_("Ended on"), dates.full_day(one.ended_on) if one.ended_on else ""),
            (_("Why it was refused"), one.refuse_reason),
        ]  # fmt: skip
    document = sheet.document
    roles = ", ".join(_(ROLE_NAMES[Role(role)]) for role in document.audience.split(",") if role)
    found += [(_("Owner"), sheet.row.owner), (_("Who must read it"), roles), (_("Why it was withdrawn"), document.withdraw_reason)]
    return [(word, said) for word, said in found if said]


def waiting_words(sheet: PaperSheet) -> str:
    """For whom a version waits."""
    if sheet.alone:
        return _("Nobody else can approve this: its author does so the day after it was offered, and it is logged so.")
    return _("Waits for approval by {who}.").format(who=_(" or ").join(sheet.deciders))


def standing(sheet: PaperSheet) -> str:
    """What must be known of the version in sight before it is read; empty for one that is in force."""
    one = sheet.shown
    if one is None:
        return ""
    why = _("What changed: {reason}").format(reason=one.reason) if one.reason else ""
    refused = _("Was refused: {reason}").format(reason=one.refuse_reason) if one.refuse_reason else ""
    said = {
        _S.OFFERED: "\n".join(filter(None, (why, waiting_words(sheet)))), _S.REFUSED: refused, _S.DRAFT: refused,
        _S.OBSOLETE: _("Obsolete: this version is not used any more."),
    }.get(one.status, "")  # fmt: skip
    return said or (_("Another version waits for approval.") if sheet.row.open is _S.OFFERED else "")


def fields(people: list[tuple[str, str]], *, own: bool) -> list[Field]:
    """What a document is called and who it is for. ``own``: it is neither a code list nor a template."""
    kinds = [(kind, _(name)) for kind, name in PAPER_KIND_NAMES.items() if kind not in {PaperKind.LIST, PaperKind.TEMPLATE}]
    named = [
        Field(name="code", label=_("Code"), required=True, max_length=20, placeholder="PR-01"),
        Field(name="title", label=_("Title"), required=True, max_length=120),
        Field(name="kind", label=_("Kind"), kind="choice", required=True, options=kinds),
    ]  # fmt: skip
    return [
        *(named if own else []),
        Field(name="clause", label=_("Clause of the standard"), max_length=40, placeholder="7.5"),
        Field(name="owner_id", label=_("Owner"), kind="choice", required=True, options=people),
        Field(name="audience", label=_("Who must read it"), kind="several", lines=2,
              options=[(role, _(name)) for role, name in ROLE_NAMES.items()]),
        Field(name="review_months", label=_("Months until it is looked at again (0: never)"), kind="int", most=60),
    ]  # fmt: skip
