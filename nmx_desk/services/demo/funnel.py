"""From a request to the outcome of the free advice call, person by person."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import replace
from datetime import date, datetime, timedelta

from nmx_desk.domain import deciding
from nmx_desk.domain.agenda import Appointment
from nmx_desk.domain.agenda_views import Offer
from nmx_desk.domain.code_lists import RED_FLAGS
from nmx_desk.domain.consults import MOST_COMPLAINTS_IN_CALL, AdviceCall, Answer, CallOutcome, RedFlagAnswer
from nmx_desk.domain.people import CodeItem
from nmx_desk.domain.request_views import NewRequest
from nmx_desk.domain.requests import AdviceRequest, AttemptResult, RequestStatus, Source
from nmx_desk.services import agenda, calls, imports, requests
from nmx_desk.services.demo import chronicle, families, figures, letters, texts
from nmx_desk.services.demo.care import Care
from nmx_desk.services.demo.chronicle import HeldCall
from nmx_desk.services.demo.office import RECEPTION, ZONE, Journey, Office, Practitioner, wall
from nmx_desk.services.demo.persons import Person
from nmx_desk.services.scores import ComplaintEntry

COLUMNS = (
    "Naam (Voornaam)", "Naam (Tussenvoegsel)", "Naam (Achternaam)", "E-mailadres", "Telefoonnummer", "Geboortedatum",
    "Waar kunnen we u mee helpen?", "Voorkeursmoment", "Entry Id", "Entry Date",
)  # fmt: skip
IMPORTS_AT = (8 * 60 + 33, 13 * 60 + 2, 15 * 60 + 31, 16 * 60 + 50)
MISSED = {AttemptResult.VOICEMAIL: 45, AttemptResult.NO_ANSWER: 45, AttemptResult.BUSY: 10}
NOTES = {AttemptResult.VOICEMAIL: "voicemail_notes", AttemptResult.NO_ANSWER: "no_answer_notes"}
FLAGS = {
    "changed_stool": 24, "family": 18, "weight_loss": 14, "special": 16, "first_at_50": 9, "blood_stool": 7, "anaemia_swallow": 6,
    "fever_sweats": 4, "suicidal": 1, "acute": 1,
}  # fmt: skip
SPAM = "spam"
FATES = {"misses": 0.0, "missed lately": 0.0, "cancelled lately": figures.CALL_NO_SHOW}
SOON = frozenset({"missed lately", "cancelled lately", "intake today"})
LOOK_ALIKES = frozenset({"anna", "twin"})


class Funnel:
    """The reception and the practitioners with everybody who asks."""

    def __init__(self, office: Office, pace: figures.Pace, care: Care) -> None:
        self._office, self._pace, self._care = office, pace, care
        self._inbox: list[tuple[datetime, Person]] = []
        self._entry = 1000
        self._questions: tuple[CodeItem, ...] = ()

    # -- coming in -----------------------------------------------------------------------------------------------------------------------

    def ask(self, person: Person, source: Source | None = None) -> Journey:
        """Somebody asks for a call, now: by the form, which waits for its import, or of the reception."""
        office, rng = self._office, person.rng
        source = source or rng.choices(list(figures.SOURCES), list(figures.SOURCES.values()))[0]
        if source is Source.WEBSITE or person.script == SPAM:
            self._inbox.append((office.now, person))
            return
        yield office.working(office.now)
        phone, email = person.phone, person.email
        new = NewRequest(
            source=source, first_name=person.first_name, prefix=person.prefix, surname=person.surname, phone=phone, email=email,
            birth_date=person.born, question=person.question, preferred_times=person.preferred_times,
        )  # fmt: skip
        request = office.do(RECEPTION, requests.new_request, new)
        speaks = source in {Source.PHONE, Source.DESK}
        yield from self._follow(person, request, speaks=speaks)

    def imports(self) -> Journey:
        """The reception imports the website's forms a few times a day."""
        office = self._office
        day = office.today
        while True:
            if office.is_open(day):
                for minutes in IMPORTS_AT[:2] if office.long_past else IMPORTS_AT:
                    yield wall(day, minutes)
                    if self._inbox:
                        self._import()
            day += timedelta(days=1)

    def _import(self) -> None:
        office, waiting, self._inbox = self._office, self._inbox, []
        people: dict[str, Person] = {}
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(COLUMNS)
        for received, person in waiting:
            self._entry += 1
            people[f"gravity_forms:{self._entry}"] = person
            at = f"{received.astimezone(ZONE):%Y-%m-%d %H:%M:%S}"
            writer.writerow((*person.cells, person.question, person.preferred_times, self._entry, at))
        name = f"adviesgesprek-{office.now.astimezone(ZONE):%Y-%m-%d-%H%M}.csv"
        data = text.getvalue().encode("utf-8")
        office.look(RECEPTION, imports.preview_import, name, data)
        result = office.do(RECEPTION, imports.import_requests, name, data)
        made = sorted(office.find(AdviceRequest, import_id=result.batch.id), key=lambda request: request.external_key or "")
        for request in made:
            person = people[request.external_key or ""]
            if person.script in LOOK_ALIKES and (request.status is RequestStatus.DUPLICATE or request.client_id):
                office.start(self._told_apart(person, request))
            elif request.status is RequestStatus.NEW:
                office.start(self._follow(person, request))

    def _told_apart(self, person: Person, request: AdviceRequest) -> Journey:
        """Two people who look like one: the reception sees it and takes it back."""
        office = self._office
        yield office.now + timedelta(minutes=person.rng.uniform(4, 30))
        if request.status is RequestStatus.DUPLICATE:
            request = office.do(RECEPTION, requests.undo_request_step, request.id)
        if request.client_id is not None:
            request = office.do(RECEPTION, requests.link_client, request.id, None)
        yield from self._follow(person, request)

    # -- calling -------------------------------------------------------------------------------------------------------------------------

    def _follow(self, person: Person, request: AdviceRequest, *, speaks: bool = False) -> Journey:
        """Call until somebody answers or nobody does; then book. ``speaks``: they are on the line now."""
        office, rng = self._office, person.rng
        if not speaks:
            hours = rng.lognormvariate(math.log(figures.FIRST_ATTEMPT_HOURS), figures.FIRST_ATTEMPT_SPREAD)
            soon = office.working(office.now, rng.uniform(3, 40))
            yield max(office.working(request.received_at, min(hours, 4 if person.script else 70) * 60), soon)
        if person.script == SPAM:
            office.look(RECEPTION, requests.open_request, request.id)
            office.do(RECEPTION, requests.mark_invalid, request.id, texts.some(rng, "invalid_reasons"))
            return
        reached = speaks or bool(person.script) or rng.random() < figures.REACHED
        tries = (1 if speaks or person.script else min(1 + int(rng.expovariate(1.05)), 4)) if reached else rng.randint(3, 5)
        for left in reversed(range(tries)):
            office.look(RECEPTION, requests.open_request, request.id)
            if left == 0 and reached:
                break
            yield from self._missed(person, request, last=left == 0, far=left % 2 == 0)
        if not reached:
            office.do(RECEPTION, requests.mark_unreachable, request.id)
            return
        yield office.now + timedelta(minutes=rng.uniform(0.5, 3))
        office.do(RECEPTION, requests.log_attempt, request.id, AttemptResult.SPOKEN, texts.some(rng, "spoken_notes"))
        if not person.script and rng.random() > figures.BOOKED_OF_REACHED:
            office.do(RECEPTION, requests.withdraw_request, request.id, texts.some(rng, "withdraw_reasons"))
            return
        yield office.now + timedelta(minutes=rng.uniform(0.5, 2))
        yield from self._book(person, request)

    def _missed(self, person: Person, request: AdviceRequest, *, last: bool, far: bool) -> Journey:
        """An attempt that reaches nobody, and the wait for the next; ``far``: on another day."""
        office, rng = self._office, person.rng
        result = rng.choices(list(MISSED), list(MISSED.values()))[0]
        note = texts.some(rng, NOTES[result]) if result in NOTES else ""
        recall = None if last else office.working(office.now, rng.uniform(500, 620) if far else rng.uniform(120, 400))
        office.do(RECEPTION, requests.log_attempt, request.id, result, note, recall)
        if recall is not None:
            yield office.working(recall, rng.uniform(0, 25))

    def _book(self, person: Person, request: AdviceRequest, *, again: bool = False) -> Journey:
        office, rng = self._office, person.rng
        days = 0.7 if person.script in SOON else rng.lognormvariate(math.log(2.0), 0.8)
        after = office.now + timedelta(days=min(days, 2 if person.script else 12))
        if person.script == "calls today":
            after = office.on_the_last_day()
        who = office.choose(after.astimezone(ZONE).date())
        offer = office.free(RECEPTION, calls.CALL_TYPE, who, after)
        if offer is not None:
            book = chronicle.book_call if office.long_past and not person.script else requests.book_call
            appointment = office.do(RECEPTION, book, request.id, offer)
            yield from self._until_call(person, request, appointment, who, again=again)

    # -- the call ------------------------------------------------------------------------------------------------------------------------

    def _until_call(
        self, person: Person, request: AdviceRequest, appointment: Appointment, who: Practitioner, *, again: bool
    ) -> Journey:  # fmt: skip
        """The booked call is moved, cancelled, missed or held."""
        office, rng = self._office, person.rng
        appointment = yield from self._care.moved(appointment, who, rng, "advice_call")
        fate = FATES.get(person.script, 1.0) if person.script else rng.random()
        if fate < figures.CALL_NO_SHOW:
            yield appointment.starts_at + timedelta(minutes=rng.uniform(11, 20))
            office.do(who.username, agenda.mark_no_show, appointment.id)
        elif fate < figures.CALL_NO_SHOW + figures.CALL_CANCELLED:
            yield self._care.between(appointment, rng)
            reason = texts.some(rng, "cancel_reasons")
            office.do(RECEPTION, agenda.cancel, appointment.id, "client", reason, ill=reason == "Ziek")
        else:
            yield appointment.starts_at + timedelta(seconds=rng.uniform(5, 150))
            yield from self._held(person, request, appointment, who)
            return
        yield from self._fallen_through(person, request, again=again)

    def _fallen_through(self, person: Person, request: AdviceRequest, *, again: bool) -> Journey:
        """After a no-show or a cancelled call: once more, or closed."""
        office, rng = self._office, person.rng
        if person.script in FATES and person.script.endswith("lately"):
            return  # nobody has called them yet
        yield office.working(office.now, rng.uniform(60, 900))
        if not again and (person.script or rng.random() < figures.TAKEN_UP_AGAIN):
            office.do(RECEPTION, requests.log_attempt, request.id, AttemptResult.SPOKEN, texts.some(rng, "spoken_notes"))
            yield office.now + timedelta(minutes=1)
            yield from self._book(person, request, again=True)
            return
        office.do(RECEPTION, requests.close_request, request.id, texts.some(rng, "close_reasons"))

    def _held(self, person: Person, request: AdviceRequest, appointment: Appointment, who: Practitioner) -> Journey:
        office, rng = self._office, person.rng
        if office.long_past and not person.script and not deciding.is_minor(person.born, office.today):
            yield from self._held_long_ago(person, request, appointment, who)
            return
        office.do(who.username, agenda.start, appointment.id)
        sheet = office.do(who.username, calls.open_call, request.id, appointment.id)
        yield office.now + timedelta(minutes=rng.uniform(8, 13))
        answers = self._answers(person, sheet.questions)
        outcome, reason = self._outcome(person, answers, sheet.actions)
        if outcome is CallOutcome.INTAKE_BOOKED and self._care.knows(sheet.client.id):
            outcome = CallOutcome.INFORMATION_ONLY
        call = _written(person, sheet.call, outcome)
        sheet = office.do(who.username, calls.save_call, call, answers, self._entries(person))
        if reason:
            yield office.now + timedelta(minutes=0.5)
            office.do(who.username, calls.override_flags, sheet.check.id, reason)
        families.write_parents_down(office, person, sheet.client.id, who.username)
        yield office.now + timedelta(minutes=rng.uniform(1, 3))
        yield from self._completed(person, sheet, who, outcome)

    def _held_long_ago(self, person: Person, request: AdviceRequest, appointment: Appointment, who: Practitioner) -> Journey:
        office, rng, began = self._office, person.rng, self._office.now
        yield began + timedelta(minutes=rng.uniform(9, 15))
        questions = self._questions or tuple(office.find(CodeItem, list_code=RED_FLAGS))
        self._questions = tuple(sorted(questions, key=lambda item: item.position))
        answers = self._answers(person, self._questions)
        outcome, reason = self._outcome(person, answers, {item.code: item.action for item in self._questions})
        known = self._care.knows(office.get(AdviceRequest, request.id).client_id)
        offer = self._intake_moment(person, who) if outcome is CallOutcome.INTAKE_BOOKED and not known else None
        if outcome is CallOutcome.INTAKE_BOOKED and offer is None:
            outcome = CallOutcome.INFORMATION_ONLY
        later, why = self._loose_ends(person, outcome)
        call = _written(person, AdviceCall(question=request.question, started_at=began), outcome)
        call = replace(call, outcome=outcome, next_date=later, fit_reason=why)
        held = HeldCall(call=call, answers=answers, entries=self._entries(person), override=reason, intake=offer)
        client_id = office.do(who.username, chronicle.complete_call, request.id, office.get(Appointment, appointment.id), held)
        if offer is not None:
            yield from self._care.intake(person, client_id, self._booked(request), who)

    def _intake_moment(self, person: Person, who: Practitioner) -> Offer | None:
        after = self._office.now + timedelta(days=person.rng.uniform(*self._pace.intake_lead))
        if person.script == "intake today":
            after = self._office.on_the_last_day()
        offer = self._office.free(who.username, calls.INTAKE_TYPE, who, after)
        return offer if offer is not None and who.works_on(offer.starts_at.astimezone(ZONE).date()) else None

    def _booked(self, request: AdviceRequest) -> Appointment:
        return self._office.find(Appointment, request_id=request.id, type_code=calls.INTAKE_TYPE)[0]

    def _loose_ends(self, person: Person, outcome: CallOutcome) -> tuple[date | None, str]:
        """When to call again, and why our offer does not fit: for the outcomes that ask."""
        later = self._office.today + timedelta(days=person.rng.randint(10, 50)) if outcome is CallOutcome.CALL_LATER else None
        return later, texts.some(person.rng, "not_fitting") if outcome is CallOutcome.NOT_FITTING else ""

    def _completed(self, person: Person, sheet: calls.CallSheet, who: Practitioner, outcome: CallOutcome) -> Journey:
        office = self._office
        if outcome is CallOutcome.INTAKE_BOOKED:
            offer = self._intake_moment(person, who)
            outcome = outcome if offer is not None else CallOutcome.INFORMATION_ONLY
            office.do(who.username, calls.complete_call, sheet.call.id, outcome, intake=offer)
            if offer is not None:
                yield from self._care.intake(person, sheet.client.id, self._booked(sheet.request), who)
            return
        later, why = self._loose_ends(person, outcome)
        office.do(who.username, calls.complete_call, sheet.call.id, outcome, next_date=later, fit_reason=why)
        if outcome in {CallOutcome.REFERRED_GP, CallOutcome.EMERGENCY}:
            office.start(letters.letter(office, person.rng, sheet.call.id, who))
        if later is not None:
            office.start(letters.called_again(office, person.rng, sheet.request.id, later))
        if person.script == "referred":  # back with a letter from the GP
            person.script = "cleared"
            yield office.working(office.now + timedelta(days=self._pace.gap * 0.7))
            office.start(self.ask(person, Source.PHONE))

    def _answers(self, person: Person, questions: tuple[CodeItem, ...]) -> list[RedFlagAnswer]:
        rng = person.rng
        told: dict[str, RedFlagAnswer] = {}
        if person.script in {"referred", "cleared", "overridden"}:
            assessed = person.script == "cleared"
            code = "special" if person.script == "overridden" else "blood_stool"
            told[code] = self._yes(person, code, assessed=assessed)
        elif not person.script and rng.random() < figures.RED_FLAG:
            code = figures.choose(rng, FLAGS)
            told[code] = self._yes(person, code, assessed=rng.random() >= figures.FLAG_OPEN)
        return [told.get(item.code) or RedFlagAnswer(code=item.code, answer=Answer.NO) for item in questions]

    def _yes(self, person: Person, code: str, *, assessed: bool) -> RedFlagAnswer:
        if not assessed:
            return RedFlagAnswer(code=code, answer=Answer.YES)
        on = self._office.today - timedelta(days=person.rng.randint(3, 200))
        return RedFlagAnswer(code=code, answer=Answer.YES, assessed=True, assessed_on=on, note=texts.some(person.rng, "flag_notes"))

    def _outcome(self, person: Person, answers: list[RedFlagAnswer], actions: dict[str, str]) -> tuple[CallOutcome, str]:
        """The outcome, and why a red flag was set aside ("" when it was not)."""
        rng = person.rng
        if person.script == families.DIVORCED:
            return CallOutcome.CALL_LATER, ""
        wished = CallOutcome.INTAKE_BOOKED if person.script else CallOutcome(figures.choose(rng, figures.OUTCOMES))
        flagged = next((answer.code for answer in answers if answer.answer is Answer.YES and not answer.assessed), None)
        if flagged is None:
            return wished, ""
        if actions[flagged] == "emergency":
            return CallOutcome.EMERGENCY, ""
        overridden = person.script == "overridden" or (actions[flagged] == "decide" and rng.random() < 0.7)
        return (CallOutcome.INTAKE_BOOKED, texts.some(rng, "override_reasons")) if overridden else (CallOutcome.REFERRED_GP, "")

    def _entries(self, person: Person) -> list[ComplaintEntry]:
        return [self._care.entry(person, code) for code in person.codes[:MOST_COMPLAINTS_IN_CALL]]


def _written(person: Person, call: AdviceCall, outcome: CallOutcome) -> AdviceCall:
    """A call with what the practitioner writes down."""
    rng = person.rng
    return replace(
        call, identity_checked=True, information_given=True, expectation=texts.some(rng, "expectations"), prior_tests=_prior_tests(person),
        treated_by=texts.some(rng, "treated_by"), gp_seen=Answer.YES if rng.random() < 0.8 else Answer.NO,
        medication=texts.some(rng, "medication") if rng.random() < 0.45 else "nee", note=texts.some(rng, "call_notes"),
        file_agreed=outcome is CallOutcome.INTAKE_BOOKED or rng.random() < 0.3,
    )  # fmt: skip


def _prior_tests(person: Person) -> str:
    rng = person.rng
    if rng.random() >= figures.PRIOR_TESTS:
        return ""
    return texts.some(rng, "tests_normal" if rng.random() < figures.PRIOR_NORMAL else "tests_abnormal")


