"""What a client brings along: told, changed, taken away and put back; and that there is nothing to tell (DOMAIN §1 R3, R12, R13, R19).

Nothing told is no gap: a list that was asked about says so with the day, one that was not is open.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from nmx_desk.data import documents
from nmx_desk.data import history as query
from nmx_desk.domain import partial_dates
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import Conflict, UserError
from nmx_desk.domain.history import EFFECT_NAMES, HistoryAsked, HistoryItem, HistoryKind, HistoryTopic, Medicine, PriorTest, TriedBefore
from nmx_desk.domain.history_rules import MEDICINE_UNITS, Told, in_order, topic_of, until_of
from nmx_desk.domain.partial_dates import OLDEST_AGE
from nmx_desk.domain.plan_rules import parse_dose
from nmx_desk.i18n import _
from nmx_desk.services.care_file import read_file, write_file
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.history_sheet import HistorySheet, sheet_of
from nmx_desk.services.treating import treats
from nmx_desk.services.typed import fitting, one_line

LONGEST_NAME, LONGEST_WORDS, LONGEST_NOTE = 200, 120, 1000
_LINES = ("relation", "treated_by", "frequency", "prescriber", "place")
_TEXTS = ("words", "note", "stop_note")
_DAYS = ("began", "ended", "stopped")


@use_case("notes.read", writes=False)
def open_history(work: Work, client_id: str) -> HistorySheet:
    """All that a client told, with the documents there are. Own clients; others with a reason. The look is logged."""
    client = read_file(work, client_id, "history")
    return replace(sheet_of(work, client), documents=tuple(documents.rows(work.store, client.id)))


@use_case("notes.read", writes=False)
def summary(work: Work, client_id: str) -> HistorySheet:
    """The history beside other work, of one's own clients: logged as a look. Others' stay ``closed``, and nobody is asked for a reason."""
    client = work.store.get(Client, client_id)
    if not treats(work, client):
        return HistorySheet(closed=True)
    work.seen("history", client.id, client.id)
    return sheet_of(work, client)


@use_case("notes.write")
def add_told(work: Work, client_id: str, told: Told) -> Told:
    """Write down what a client tells, behind what stands in that list."""
    client = write_file(work, client_id)
    last = max((one.position for one in query.told_of(work.store, client.id) if topic_of(one) is topic_of(told)), default=0)
    made: Told = work.store.add(_tidy(work, client, replace(told, id="", version=0, client_id=client.id, position=last + 1)))
    return made


@use_case("notes.write")
def change_told(work: Work, told: Told) -> Told:
    """Other words; it stays in its list and its place."""
    stored = work.store.get(type(told), told.id)
    client = write_file(work, stored.client_id)
    if topic_of(stored) is not topic_of(told):
        raise Conflict(_("This stands in another list. Remove it here and write it down there."))
    kept = replace(
        told, client_id=client.id, position=stored.position, created_at=stored.created_at, created_by=stored.created_by
    )  # fmt: skip
    wanted = _tidy(work, client, kept)
    changed: Told = stored if wanted == stored else work.store.change(wanted)
    return changed


@use_case("notes.write")
def remove_told(work: Work, told: Told) -> Told:
    """Take away what was written down by mistake; the log keeps it, and it can be put back."""
    stored = work.store.get(type(told), told.id)
    write_file(work, stored.client_id)
    work.store.remove(replace(stored, version=told.version))
    return stored


@use_case("notes.write")
def put_back_told(work: Work, told: Told) -> Told:
    """The undo of taking away: as it was, where it was."""
    client = write_file(work, told.client_id)
    if work.store.find_one(type(told), id=told.id) is not None:
        raise Conflict(_("There is nothing to take back."))
    back: Told = work.store.add(_tidy(work, client, told))
    return back


@use_case("notes.write")
def tell_nothing(work: Work, client_id: str, topic: HistoryTopic | str) -> HistoryAsked:
    """A list was asked about today, and there is nothing to tell (now)."""
    client, of = write_file(work, client_id), HistoryTopic(topic)
    sheet = sheet_of(work, client)
    if sheet.standing(of):
        raise Conflict(_("Something stands in this list. Remove it first, or say until when it was."))
    before = sheet.asked.get(of)
    if before is not None and before.asked_on == work.today():
        return before
    return work.store.add(HistoryAsked(client_id=client.id, topic=of, asked_on=work.today()))


@use_case("notes.write")
def untell_nothing(work: Work, asked_id: str) -> None:
    """It was not asked after all."""
    asked = work.store.get(HistoryAsked, asked_id)
    write_file(work, asked.client_id)
    work.store.remove(asked)


# -- what may stand ----------------------------------------------------------------------------------------------------------------------


def _tidy(work: Work, client: Client, told: Told) -> Told:
    """As it is kept. Raises ``UserError`` for what cannot be."""
    values: dict[str, Any] = {"name": one_line("name", told.name, LONGEST_NAME)}
    if not values["name"]:
        raise UserError("name", _("Write down what it is."))
    for name in (name for name in _LINES if hasattr(told, name)):
        values[name] = one_line(name, getattr(told, name), LONGEST_WORDS)
    for name in (name for name in _TEXTS if hasattr(told, name)):
        values[name] = fitting(name, getattr(told, name).strip(), LONGEST_NOTE)
    for name in (name for name in _DAYS if hasattr(told, name)):
        values[name] = tidy_day(work, name, getattr(told, name))
    found = replace(told, **values)
    if not in_order(found.began, until_of(found), client.birth_date):
        raise UserError("stopped" if isinstance(found, Medicine) else "ended", _("This ends before it begins. Look at both dates."))
    return _tidy_kind(work, client, found)


def tidy_day(work: Work, name: str, text: str) -> str:
    """A date as precise as it is known. Raises ``UserError``."""
    found = partial_dates.parse(text, work.today())
    if found is None:
        raise UserError(name, _("Write when as a year, a month and year, a day or an age, such as 2019, 5-2019 or 7 years."))
    return found


def _tidy_kind(work: Work, client: Client, told: Told) -> Told:
    """What only some lists have."""
    match told:
        case HistoryItem() if told.kind is HistoryKind.FAMILY and not told.relation:
            raise UserError("relation", _("Write down who of the family it is."))
        case HistoryItem() if told.relative_age is not None and not 0 <= told.relative_age <= OLDEST_AGE:
            raise UserError("relative_age", _("Write an age from 0 to {most}.").format(most=OLDEST_AGE))
        case Medicine():
            return _tidy_dose(told)
        case TriedBefore() if told.effect is not None and told.effect not in EFFECT_NAMES:
            raise UserError("effect", _("Choose an effect from the list, or leave it open."))
        case PriorTest() if told.document_id:
            if told.document_id not in {row.id for row in documents.rows(work.store, client.id)}:
                raise UserError("document_id", _("Choose a document of this client."))
    return told


def _tidy_dose(medicine: Medicine) -> Medicine:
    dose = parse_dose(medicine.dose)
    if dose is None or bool(dose) != bool(medicine.dose_unit) or (dose and medicine.dose_unit not in MEDICINE_UNITS):
        raise UserError("dose", _("Write the dose as a number with its unit, such as 20 mg or 1,5 ml."))
    return replace(medicine, dose=dose)
