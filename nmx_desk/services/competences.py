"""Competences (ISO 9001 7.2): what each role needs and what each person can show. The manager keeps them; everybody sees their own.

The evidence is a file of the competence; who it is about reads it too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from nmx_desk.data.people import names_by_id
from nmx_desk.data.store import table_of
from nmx_desk.domain.cases import CaseFile, parts_of, subject_of
from nmx_desk.domain.competence import (
    GAPS,
    Competence,
    CompetenceKind,
    CompetenceNeed,
    Judged,
    Standing,
    holds,
    judged,
    standing_of,
)
from nmx_desk.domain.errors import Conflict, NotAllowed, UserError
from nmx_desk.domain.people import Role, User, UserRole
from nmx_desk.i18n import _
from nmx_desk.services import cases
from nmx_desk.services.case_parts import CaseParts, parts
from nmx_desk.services.cases import CaseFileRow
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.typed import one_line

TABLE = "competence"
LONGEST_NAME = 160
MOST_POINTS = 1000
_FIRST = (Role.PRACTITIONER, Role.RECEPTIONIST, Role.MANAGER, Role.ADMIN, Role.AUDITOR)
"""The order in which roles are listed."""


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody who works here, with the roles that ask for competences."""

    user_id: str
    name: str
    roles: frozenset[Role]


@dataclass(frozen=True, kw_only=True)
class NeedRow:
    """A need against the people: ``cells`` by user id, only of those whose role asks for it."""

    need: CompetenceNeed
    cells: dict[str, Judged]

    @property
    def id(self) -> str:
        """Id of the need."""
        return self.need.id


@dataclass(frozen=True, kw_only=True)
class CompetenceRow:
    """A competence in a list. ``over``: it was renewed or ended."""

    competence: Competence
    person: str
    need: str
    standing: Standing
    over: bool = False

    @property
    def id(self) -> str:
        """Id of the competence."""
        return self.competence.id


@dataclass(frozen=True, kw_only=True)
class CompetenceSheet:
    """The matrix and the list. ``whole`` False: only one's own."""

    people: tuple[Person, ...]
    needs: tuple[NeedRow, ...]
    rows: tuple[CompetenceRow, ...]
    whole: bool
    today: date

    def gaps(self) -> int:
        """How many needs of how many people are not met."""
        return sum(cell.standing in GAPS for row in self.needs for cell in row.cells.values())


@dataclass(frozen=True, kw_only=True)
class CompetenceView:
    """One competence with its evidence."""

    row: CompetenceRow
    parts: CaseParts


# -- reading -----------------------------------------------------------------------------------------------------------------------------


@use_case("quality.use", writes=False)
def open_competences(work: Work) -> CompetenceSheet:
    """Everybody's for the manager and the auditor; for anybody else their own."""
    whole = work.reach("registers.read") is not None
    work.seen("competence_list", work.today().isoformat() if whole else work.user.id, None)
    return competence_sheet(work, None if whole else work.user.id)


def competence_sheet(work: Work, user_id: str | None = None) -> CompetenceSheet:
    """The same for other use cases, unlogged; of one person or of everybody who works here."""
    people, today = staff(work, user_id), work.today()
    order = [table_of(Competence).c.obtained_on.desc(), table_of(Competence).c.id]
    found = [one for one in work.store.find(Competence, order=order) if user_id is None or one.user_id == user_id]
    needs = sorted(
        work.store.find(CompetenceNeed, is_active=True), key=lambda one: (_FIRST.index(Role(one.role)), one.name.casefold())
    )
    named, here = {one.id: one.name for one in work.store.find(CompetenceNeed)}, {person.user_id: person.name for person in people}
    rows = [_row(one, here[one.user_id], named, today) for one in found if one.user_id in here]
    asked = [NeedRow(need=need, cells=_cells(need, people, found, today)) for need in needs]
    return CompetenceSheet(
        people=people, needs=tuple(row for row in asked if user_id is None or row.cells), rows=tuple(rows), whole=user_id is None,
        today=today,
    )  # fmt: skip


def _cells(need: CompetenceNeed, people: Iterable[Person], found: Iterable[Competence], today: date) -> dict[str, Judged]:
    mine = list(found)
    return {
        person.user_id: judged(need, [one for one in mine if one.user_id == person.user_id], today)
        for person in people if need.role in person.roles
    }  # fmt: skip


def _row(one: Competence, person: str, named: dict[str, str], today: date) -> CompetenceRow:
    return CompetenceRow(
        competence=one, person=person, need=named.get(one.need_id or "", ""), standing=standing_of(one, today), over=not holds(one, today)
    )


def staff(work: Work, user_id: str | None = None) -> tuple[Person, ...]:
    """Everybody who works here, by name; the auditor does not."""
    roles: dict[str, set[Role]] = {}
    for row in work.store.find(UserRole):
        roles.setdefault(row.user_id, set()).add(Role(row.role))
    found = [user for user in work.store.find(User) if user.is_active and roles.get(user.id, set()) - {Role.AUDITOR}]
    people = [Person(user_id=user.id, name=user.display_name, roles=frozenset(roles[user.id])) for user in found]
    return tuple(sorted((one for one in people if user_id in {None, one.user_id}), key=lambda one: one.name))


@use_case("quality.use", writes=False)
def open_competence(work: Work, competence_id: str) -> CompetenceView:
    """One competence with its evidence: one's own, or anybody's for who reads the registers."""
    one = work.store.get(Competence, competence_id)
    _own_or_reader(work, one)
    work.seen(TABLE, one.id, None)
    names = names_by_id(work.store)
    named = {need.id: need.name for need in work.store.find(CompetenceNeed)}
    return CompetenceView(
        row=_row(one, names.get(one.user_id, ""), named, work.today()), parts=parts(work, subject_of(TABLE, one.id))
    )  # fmt: skip


@use_case("quality.use", writes=False)
def open_evidence(work: Work, file_id: str) -> CaseFile:
    """The evidence of a competence with its content: one's own, or anybody's for who reads the registers. The look is logged."""
    found = work.store.get(CaseFile, file_id)
    table, record_id = parts_of(found.subject)
    if table != TABLE:
        raise NotAllowed(_("This file belongs to another register."), right="registers.read")
    _own_or_reader(work, work.store.get(Competence, record_id))
    return cases.given_file(work, found)


def _own_or_reader(work: Work, one: Competence) -> None:
    if one.user_id != work.user.id and work.reach("registers.read") is None:
        raise NotAllowed(_("You may see your own competences only."), right="registers.read")


# -- needs -------------------------------------------------------------------------------------------------------------------------------


@use_case("quality.manage")
def save_need(work: Work, need: CompetenceNeed) -> CompetenceNeed:
    """Write down what a role asks for, or change it."""
    name = one_line("name", need.name, LONGEST_NAME)
    if not name:
        raise UserError("name", _("Fill this in."))
    kept = work.store.get(CompetenceNeed, need.id) if need.id else CompetenceNeed()
    if need.id and kept.version != need.version:
        raise Conflict(_("Somebody else changed this in the meantime. Reload it and make your change again."))
    role, kind = Role(need.role), CompetenceKind(need.kind)
    if need.points is not None and (kind is not CompetenceKind.POINTS or not 0 < need.points <= MOST_POINTS):
        raise UserError("points", _("Points are asked of points for further training only: 1 to {n} a year.").format(n=MOST_POINTS))
    if kind is CompetenceKind.POINTS and need.points is None:
        raise UserError("points", _("Say how many points a year."))
    if any(one.id != need.id and one.is_active and one.role == role and one.name.casefold() == name.casefold()
           for one in work.store.find(CompetenceNeed)):  # fmt: skip
        raise UserError("name", _("This role is asked for that already."))
    wanted = replace(
        kept, role=role, kind=kind, name=name, points=need.points, note=one_line("note", need.note, 500), is_active=need.is_active
    )
    if not wanted.id:
        return work.store.add(wanted)
    return kept if wanted == kept else work.store.change(wanted)


@use_case("quality.manage")
def retire_need(work: Work, need_id: str, *, on: bool = False) -> CompetenceNeed:
    """A role is not asked for this any more; with ``on`` it is again. What people showed stays."""
    kept = work.store.get(CompetenceNeed, need_id)
    return kept if kept.is_active is on else work.store.change(kept, is_active=on)


# -- what people show --------------------------------------------------------------------------------------------------------------------


@use_case("quality.manage")
def save_competence(work: Work, told: Competence) -> Competence:
    """Write down what somebody can show, or mend it."""
    wanted = _checked(work, told)
    if not wanted.id:
        return work.store.add(wanted)
    kept = work.store.get(Competence, told.id)
    return kept if wanted == kept else work.store.change(wanted)


@use_case("quality.manage")
def renew_competence(work: Work, competence_id: str, told: Competence) -> Competence:
    """It was obtained anew: the new one takes the place of the old one, which stays with its evidence."""
    old = work.store.get(Competence, competence_id)
    if old.replaced_by is not None:
        raise Conflict(_("This competence was renewed already."))
    if told.obtained_on < old.obtained_on:
        raise UserError("obtained_on", _("This day lies before the day of what it renews."))
    new = work.store.add(_checked(work, replace(told, id="", version=0, user_id=old.user_id, need_id=old.need_id, kind=old.kind)))
    work.store.change(old, replaced_by=new.id)
    return new


@use_case("quality.manage")
def end_competence(work: Work, competence_id: str, *, on: bool = True) -> Competence:
    """It does not count any more, though nothing took its place; ``on`` False takes that back."""
    kept = work.store.get(Competence, competence_id)
    if (kept.ended_on is not None) is on:
        raise Conflict(_("This competence was ended already.") if on else _("There is nothing to take back."))
    return work.store.change(kept, ended_on=work.today() if on else None)


@use_case("quality.manage")
def take_back_competence(work: Work, competence_id: str) -> None:
    """Take away what was written down today by oneself; what it renewed counts again. The log keeps it."""
    one = work.store.get(Competence, competence_id)
    fresh = one.created_by == work.user.id and one.created_at.astimezone(work.zone).date() == work.today()
    if not fresh or cases.files(work, subject_of(TABLE, one.id)):
        raise Conflict(_("Only what you wrote down today can be taken back, as long as no file belongs to it. End it instead."))
    for old in work.store.find(Competence, replaced_by=one.id):
        work.store.change(old, replaced_by=None)
    work.store.remove(one)


@use_case("quality.manage")
def add_competence_file(work: Work, competence_id: str, name: str, content: bytes, note: str = "") -> CaseFileRow:
    """Keep the evidence: a diploma, a certificate, an extract of a register."""
    work.store.get(Competence, competence_id)
    return cases.add_file(work, subject_of(TABLE, competence_id), None, name, content, note)


def _checked(work: Work, told: Competence) -> Competence:
    name = one_line("name", told.name, LONGEST_NAME)
    need = work.store.get(CompetenceNeed, told.need_id) if told.need_id else None
    if not name:
        raise UserError("name", _("Fill this in."))
    if told.user_id not in {person.user_id for person in staff(work)}:
        raise UserError("user_id", _("Choose somebody who works here."))
    if told.obtained_on > work.today():
        raise UserError("obtained_on", _("This day is still to come. Choose today or a day before."))
    if told.valid_to is not None and told.valid_to < told.obtained_on:
        raise UserError("valid_to", _("This day lies before the one it was obtained on."))
    kind = CompetenceKind(need.kind if need else told.kind)
    if told.points is not None and not 0 < told.points <= MOST_POINTS:
        raise UserError("points", _("Choose 1 to {n} points.").format(n=MOST_POINTS))
    if kind is CompetenceKind.POINTS and told.points is None:
        raise UserError("points", _("Say how many points it gave."))
    kept = work.store.get(Competence, told.id) if told.id else Competence()
    if told.id and kept.version != told.version:
        raise Conflict(_("Somebody else changed this in the meantime. Reload it and make your change again."))
    return replace(
        kept, user_id=told.user_id, need_id=told.need_id, kind=kind, name=name, issuer=one_line("issuer", told.issuer, 160),
        number=one_line("number", told.number, 60), obtained_on=told.obtained_on, valid_to=told.valid_to, points=told.points,
        note=one_line("note", told.note, 500),
    )  # fmt: skip

