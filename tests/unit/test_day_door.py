"""The whole day at the door with every command that exists, ending with an intact log."""

import importlib
import pkgutil
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pyotp
import pytest

import nmx_desk.services
from nmx_desk.domain.agenda import AppointmentType, Channel, FeeDecision
from nmx_desk.domain.bookings import WaitingEntry
from nmx_desk.domain.calendars import BusySource, CalendarFeed, CalendarKind
from nmx_desk.domain.clients import Client
from nmx_desk.domain.complaints import Axis, Complaint, Insight
from nmx_desk.domain.consults import Answer, CallOutcome, RedFlagAnswer, Settled
from nmx_desk.domain.contacts import ContactMoment
from nmx_desk.domain.errors import Conflict
from nmx_desk.domain.family import Agreement, ConsentPurpose, Relation, Representative
from nmx_desk.domain.history import HistoryTopic, LifeEvent, Medicine, Taken
from nmx_desk.domain.intake_ways import ImportWay, Mailbox, MailOutcome
from nmx_desk.domain.lab_lines import read_lines
from nmx_desk.domain.labs import LabOrder, LabStatus
from nmx_desk.domain.mailing import MailSender
from nmx_desk.domain.note_states import NoteWatch
from nmx_desk.domain.notes import NoteKind, NoteSection
from nmx_desk.domain.people import Clinic, Role
from nmx_desk.domain.plans import GoalResult, PlanGoal, SideEffect, StopReason
from nmx_desk.domain.privacy import Decision, PrivacyKind
from nmx_desk.domain.referrals import SentHow
from nmx_desk.domain.request_views import NewRequest
from nmx_desk.domain.requests import AdviceRequest, AttemptResult, RequestStatus
from nmx_desk.domain.series import SeriesReach, SeriesRule, SeriesWish
from nmx_desk.domain.tasks import Repeat, Task
from nmx_desk.exchange.mails import read_mail
from nmx_desk.exchange.smtp import Handed, Handing
from nmx_desk.services import (
    access_list,
    account,
    agenda,
    agenda_pages,
    agenda_prints,
    appointment_types,
    axes,
    backups,
    calendars,
    calls,
    client_export,
    client_imports,
    client_tags,
    clients,
    code_lists,
    complaints,
    confirmations,
    consents,
    contact_log,
    contact_points,
    course,
    deceased,
    desk,
    documents,
    dossier,
    doubles,
    drafts,
    erasure,
    following,
    followups,
    frozen,
    grievances,
    history,
    households,
    import_files,
    imports,
    keys,
    labs,
    lengths,
    lifeline,
    locations,
    log,
    logbook,
    mail_sender,
    mail_texts,
    mailbox,
    merging,
    note_seats,
    note_steps,
    note_versions,
    note_watch,
    notes,
    noticing,
    options,
    outbox,
    people,
    plan_measures,
    plan_papers,
    plan_templates,
    plans,
    privacy,
    proofs,
    proposals,
    publishing,
    recalls,
    red_flags,
    referrals,
    reminders,
    reports,
    representatives,
    requests,
    rescue,
    restoring,
    retention,
    rooms,
    roster,
    scores,
    search,
    sending,
    series,
    signing,
    snippets,
    task_bookings,
    tasks,
    timeline,
    timestamps,
    today,
    waiting,
    watched_folder,
)
from nmx_desk.services.scores import ComplaintEntry
from tests import registers
from tests.authority import Authority, listening
from tests.clinic import PASSWORD
from tests.day import FORMS, whole_day
from tests.lists import approve_papers
from tests.registers.grievances import ended
from tests.registers.grievances import held as held_by

for module in pkgutil.iter_modules(nmx_desk.services.__path__, "nmx_desk.services."):
    importlib.import_module(module.name)
EVERY = {case.name for case in desk.USE_CASES.values() if case.__module__.startswith("nmx_desk.services.")}


def test_the_whole_day_at_the_door_with_every_command(clinic, tmp_path, monkeypatch):
    called = set()
    original = desk.Desk.do

    def counted(self, case, *args, **kwargs):
        called.add(case.name)
        return original(self, case, *args, **kwargs)

    monkeypatch.setattr(desk.Desk, "do", counted)
    made = dict(whole_day(clinic))
    reception(clinic, made)
    around_a_client(clinic.as_("receptie").do, made["anna"])
    bookings(clinic)
    practice(clinic, made)
    plan_steps(clinic, made)
    management(clinic, made, tmp_path)
    settings(clinic.as_("manager").do)
    four_eyes(clinic)
    the_outbox(clinic)
    privacy_requests(clinic, made)
    registers.live(clinic, made)
    assert EVERY - called == set()
    result = clinic.verified()
    assert result.ok, result.findings[:5]


def reception(clinic, made):
    do = clinic.as_("receptie").do
    assert do(today.today)
    data = (FORMS / "calendly.csv").read_bytes()
    assert "Invitee Email" in do(imports.read_import_columns, data)
    assert do(imports.preview_import, "again.csv", data).count("new") == 0
    extra = b"Voornaam;Achternaam;Telefoon;E-mailadres;Klachten\nTest;Persoon;0600111222;test@example.org;moe\n"
    result = do(imports.import_requests, "extra.csv", extra)
    assert do(imports.undo_import, result.batch.id)
    assert "Telefoon" in do(client_imports.read_client_columns, extra)
    assert do(client_imports.preview_clients, "extra.csv", extra).count("new") == 1
    brought = do(client_imports.import_clients, "extra.csv", extra).batch
    (known,) = [found.client.id for found in do(clients.list_clients, "persoon").rows]
    assert do(client_imports.imported_rows, known)[0].file_name == "extra.csv"
    assert do(client_imports.undo_client_import, brought.id).removed == 1
    new = [
        do(requests.new_request, NewRequest(first_name="Nieuw", surname=f"Nummer{n}", phone=f"06001112{n:02}", question="moe"))
        for n in range(6)
    ]
    changed = do(requests.change_request, replace(new[0], preferred_times="ochtend"))
    assert do(requests.open_request, changed.id).request.preferred_times == "ochtend"
    attempt = do(requests.log_attempt, new[1].id, AttemptResult.VOICEMAIL)
    do(requests.undo_attempt, attempt.id)
    do(requests.mark_duplicate, new[1].id, new[0].id)
    do(requests.mark_invalid, new[2].id, "proef")
    do(requests.withdraw_request, new[3].id)
    do(requests.undo_request_step, new[3].id)
    for _ in range(3):
        do(requests.log_attempt, new[3].id, AttemptResult.NO_ANSWER)
        clinic.clock.move(days=1)
    do(requests.mark_unreachable, new[3].id)
    offer = do(agenda.next_free, "advice_call")[0]
    booked = do(requests.book_call, new[4].id, offer)
    do(agenda.cancel, booked.id, "client", "geen tijd")
    do(requests.close_request, new[4].id, "wil niet meer")
    assert do(requests.counts) and do(noticing.count_waiting) > 0 and do(requests.due_recalls) is not None
    client = do(clients.create_client, Client(first_name="Anna", surname="de Vries", phone="0600222333"))
    do(clients.change_client, replace(client, city="Zwolle"))
    do(requests.link_client, new[5].id, client.id)
    assert do(clients.list_clients, "anna").rows
    assert do(clients.client_id_of, client.client_no) == client.id
    looks_alike(do, client)
    assert do(clients.find_doubles, Client(first_name="Anna", surname="de Vries", phone="0600222333"))
    assert (
        do(clients.open_client, client.id)
        and do(clients.client_requests, client.id)
        and do(clients.client_appointments, client.id) is not None
    )
    people_around(clinic, client)
    hits = do(search.find, "anna vries").clients
    assert hits
    do(search.settled, "anna vries", len(hits))
    made["anna"] = client


def around_a_client(do, client):
    """Numbers, contact log, household, tags, and what happened in order of time."""
    reached = do(contact_points.contact_points, client.id)
    assert do(contact_points.save_contact_points, client.id, [*reached, replace(reached[0], value="0600222444")], reached)
    moment = do(contact_log.add_contact_moment, client.id, ContactMoment(text="belt morgen terug"))
    moment = do(contact_log.correct_contact_moment, replace(moment, text="belt overmorgen terug"))
    assert do(contact_log.contact_log, client.id)[0].moment == moment
    assert do(timeline.timeline, client.id).rows
    do(contact_log.remove_contact_moment, moment.id)
    other = do(clients.create_client, Client(first_name="Bert", surname="de Vries", phone="0600222333"))
    assert do(households.household_suggestions, client.id) == ()
    do(households.link_household, client.id, other.id)
    [home] = do(clients.open_client, client.id).households
    do(households.set_household_role, home.member_id, "other")
    do(households.put_back_household, do(households.unlink_household, home.member_id))
    do(client_tags.add_tag, client.id, "nieuwsbrief")
    assert do(client_tags.list_tags) == ("nieuwsbrief",)
    do(client_tags.remove_tag, client.id, "nieuwsbrief")
    offer = do(agenda.next_free, "intake")[0]
    do(agenda.book, "intake", offer.practitioner_id, offer.starts_at, client_id=other.id)
    do(clients.change_client, replace(other, deceased_on=offer.starts_at.date() - timedelta(days=9)))
    gone = do(deceased.cancel_all_coming, other.id)
    do(deceased.put_back_coming, tuple(item.id for item in gone))
    do(deceased.cancel_all_coming, other.id)


def people_around(clinic, client):
    """Who may decide for a client, and what was agreed to."""
    do = clinic.as_("receptie").do
    agreed = do(consents.give_consent, client.id, ConsentPurpose.NEWSLETTER, 1)
    assert [row.stands for row in agreed.rows].count(True) == 1
    do(consents.withdraw_consent, client.id, ConsentPurpose.NEWSLETTER, "per e-mail")
    assert not any(row.stands for row in do(consents.consents_of, client.id).rows)
    person = do(representatives.add_representative, client.id, Representative(first_name="Els", relation=Relation.MANDATE))
    do(representatives.change_representative, replace(person, note="gezien"))
    kid = do(clients.create_client, Client(first_name="Saar", phone="0600222444", birth_date=clinic.clock().date()))
    refuser = do(representatives.add_representative, kid.id, Representative(first_name="Els", agreement=Agreement.REFUSED))
    clinic.as_("manager").do(representatives.go_on_despite, refuser.id, reason="de rechter heeft toestemming gegeven")
    assert do(representatives.representatives_of, client.id).people and do(representatives.what_hinders, client.id, "intake") == ""


def looks_alike(do, client):
    (alike,) = do(doubles.doubles_of_typed, {"surname": "de Vries", "phone": "06 00222333"})
    do(doubles.doubles_looked_at, [alike.client.id])
    assert not do(doubles.list_doubles).more and do(doubles.count_doubles) == 0
    twin = do(clients.create_client, Client(first_name="Bram", surname="de Vries", phone="0600222333"))
    do(doubles.forget_apart, do(doubles.keep_apart, client.id, twin.id, "een tweeling"))


def bookings(clinic):
    do = clinic.as_("receptie").do
    kinds = {kind.code for kind in do(agenda.appointment_types)}
    assert kinds == {"advice_call", "intake", "follow_up"}
    first = do(agenda.next_free, "intake", count=4)
    day = first[0].starts_at.date()
    assert do(agenda.free_moments, "intake", day, day + timedelta(days=3))
    one = do(agenda.book, "intake", first[0].practitioner_id, first[0].starts_at, who="Bezoek A")
    moved = do(agenda.move, one.id, first[-1].starts_at, first[-1].practitioner_id)
    assert do(confirmations.confirm_appointment, moved.id).pdf.startswith(b"%PDF")
    clinic.clock.moment = moved.starts_at + timedelta(minutes=1)
    for step in (agenda.check_in, agenda.undo_status, agenda.check_in, agenda.start, agenda.complete):
        do(step, moved.id)
    other = do(agenda.next_free, "follow_up")[0]
    late = do(agenda.book, "follow_up", other.practitioner_id, other.starts_at, who="Bezoek B")
    assert do(agenda.would_be_late, late.id) in {True, False}
    clinic.clock.moment = late.starts_at + timedelta(minutes=11)
    do(agenda.mark_no_show, late.id)
    assert do(agenda.decide_fee, late.id, FeeDecision.WAIVED).fee is FeeDecision.WAIVED
    around_bookings(do)
    assert do(agenda.day_agenda, late.starts_at.date()).columns
    again = do(agenda.next_free, "follow_up")[0]
    longer = do(agenda.book, "follow_up", again.practitioner_id, again.starts_at, who="Bezoek C")
    assert do(lengths.starts_for, longer.id, [(longer.practitioner_id, longer.starts_at.date())])
    assert do(lengths.resize, longer.id, longer.starts_at, longer.ends_at - timedelta(minutes=5)).sequence == 1
    assert do(agenda_pages.week_agenda, late.practitioner_id, late.starts_at.date()).is_week
    assert do(agenda_prints.week_sheet, late.practitioner_id, late.starts_at.date()).startswith(b"%PDF")
    assert any(day.appointments for day in do(agenda_pages.month_overview, late.starts_at.date()))


def around_bookings(do):
    """Held moments, two that change places, a series, the waiting list."""
    first, *_others, last = do(agenda.next_free, "follow_up", count=12)
    do(options.release, do(options.hold, "follow_up", first.practitioner_id, first.starts_at).id)
    pair = [do(agenda.book, "follow_up", one.practitioner_id, one.starts_at, who="Bezoek C") for one in (first, last)]
    swapped = do(options.swap, *(one.id for one in pair))
    assert [one.starts_at for one in do(options.undo_swap, *(one.id for one in swapped))] == [first.starts_at, last.starts_at]
    client = do(clients.create_client, Client(first_name="Reeks", surname="Wacht", phone="0600222555"))
    start = do(agenda.next_free, "follow_up", after=first.starts_at + timedelta(days=7))[0]
    wish = SeriesWish("follow_up", start.practitioner_id, client.id, start.starts_at, SeriesRule(times=3))
    assert len(do(series.preview_series, wish)) == 3
    made = do(series.book_series, wish)
    more = made.appointments[-1].starts_at + timedelta(days=8)
    assert do(series.preview_another, made.appointments[0].id, more).state == "free"
    assert do(series.book_another, made.appointments[0].id, more).instance == 4
    moved = do(series.move_following, made.appointments[1].id, made.appointments[1].starts_at + timedelta(days=1), start.practitioner_id)
    do(series.undo_move_following, tuple(one.id for one in moved))
    last = do(series.series_of, made.appointments[0].id).appointments[-1]
    gone = do(series.cancel_series, last.id, SeriesReach.ALL, "client", "geen tijd")
    do(series.put_back_series, tuple(one.id for one in gone))
    entry = do(waiting.add_waiting, WaitingEntry(client_id=client.id, type_code="follow_up", appointment_id=last.id))
    entry = do(waiting.change_waiting, replace(entry, note="liefst vroeg"))
    do(waiting.offer_waiting, entry.id, first.practitioner_id, last.starts_at - timedelta(days=1))
    assert do(waiting.count_waiting_list) == len(do(waiting.waiting_list)) == 1
    do(waiting.book_waiting, entry.id, first.practitioner_id, last.starts_at - timedelta(days=2))
    do(waiting.put_back_waiting, entry.id)
    do(waiting.withdraw_waiting, entry.id)
    assert not do(waiting.who_fits, gone[0].id)


def the_versions(clinic, do, note_id):
    assert do(note_versions.note_versions, note_id)[0].is_now
    do(note_versions.compare_notes, note_id, note_id, note_id)
    assert do(frozen.print_note, note_id).startswith(b"%PDF")
    boss = clinic.as_("manager").do
    assert boss(note_watch.watch_notes).of(NoteWatch.LEFT) == [] and boss(note_watch.count_watched_notes) == 0
    assert do(note_watch.count_unsigned_today) == do(note_watch.count_watched_notes)
    mine = clinic.as_("behandelaar").user.id
    wrong = do(clients.create_client, Client(first_name="Verkeerd", surname="Dossier", phone="0612345679", practitioner_id=mine))
    draft = do(notes.open_note, wrong.id, NoteKind.FREE).note
    with pytest.raises(Conflict, match="still here"):
        boss(note_steps.give_draft, draft.id, clinic.as_("collega").user.id)
    do(notes.sign_note, draft.id, [NoteSection(code="text", text="Stond in het verkeerde dossier")])
    do(note_steps.void_note, draft.id, "verkeerde cliënt")


def the_complaints(do, client_id):
    do(signing.confirm_signer, PASSWORD)
    one = do(complaints.add_complaint, client_id, Complaint(words="Moe"))
    other = do(complaints.split_complaint, one.id, "Moe na het eten")
    do(complaints.change_complaint, replace(one, onset="2019"))
    active = [series.complaint.id for series in do(complaints.open_complaints, client_id).active]
    do(complaints.order_complaints, client_id, active[::-1])
    source = do(complaints.measure, client_id, [complaints.Measured(complaint_id=one.id, score=0)])
    do(complaints.forget_measurement, client_id, source)
    do(complaints.merge_complaints, one.id, other.id)
    do(complaints.unmerge_complaint, other.id)
    do(complaints.resolve_complaint, other.id)
    do(complaints.reopen_complaint, other.id)


def axes_and_labs(do, client_id):
    judged = do(axes.judge_axis, client_id, Axis.BARRIER, 2, Insight.SELF_REPORT, "klachten na brood")
    assert do(axes.open_axes, client_id).axes[0].now == judged and do(course.open_course, client_id).scores.complaints
    do(axes.forget_judgement, judged.id)
    day = judged.assessed_on
    order = do(labs.add_lab_order, client_id, LabOrder(panel="Ontlasting uitgebreid", lab="RP", cost_cents=18900, cost_told_on=day))
    do(labs.change_lab_order, replace(order, note="nuchter"))
    do(labs.step_lab_order, order.id, LabStatus.ORDERED)
    do(labs.step_lab_order, order.id, LabStatus.SENT)
    do(labs.take_back_lab_step, order.id)
    do(labs.save_lab_results, order.id, read_lines("Zonuline 38 ng/ml <48")[0], None, "uitslag.pdf", b"%PDF-1.4 uitslag")
    assert do(labs.count_lab_orders) == 1 and [row.client.id for row in do(today.today).mine.labs] == [client_id]
    assert [row.id for row in do(labs.list_lab_orders)] == [order.id] and do(labs.open_labs, client_id).orders[0].documents


def how_it_goes(do, client_id):
    """Adherence, side effects, a stop rule, alarms, and the tasks that come of them."""
    running = do(following.open_following, client_id).running
    do(following.save_adherence, client_id, {running[0].line: 75})
    effect = do(following.report_side_effect, client_id, SideEffect(item_line=running[0].line, words="Kramp", began_on=do(today.today).day))
    do(following.change_side_effect, replace(effect, action="halve dosis"))
    do(following.take_back_side_effect, effect.id)
    do(following.meet_stop_rule, running[0].item.id, StopReason.SIDE_EFFECT, "weer kramp")
    do(following.take_back_stop_rule, running[0].item.id)
    asked = [RedFlagAnswer(code=one.code, answer=Answer.YES) for one in do(red_flags.flag_questions)[:1]]
    check = do(red_flags.recheck_flags, client_id, asked)
    assert do(red_flags.open_alarms, client_id)[0].check == check
    do(red_flags.settle_alarm, check.id, Settled.DISCUSSED, "besproken met de huisarts")
    do(red_flags.reopen_alarm, check.id)
    do(red_flags.settle_alarm, check.id, Settled.DISCUSSED, "besproken met de huisarts")
    the_tasks(do, client_id)


def the_tasks(do, client_id):
    day = do(today.today).day
    made = do(tasks.add_task, Task(title="Nabellen", client_id=client_id, due_on=day, repeat=Repeat.SIX_WEEKS))
    made = do(tasks.change_task, replace(made, note="na 17 uur"))
    do(tasks.hand_task, made.id, None, Role.PRACTITIONER)
    do(tasks.move_task, made.id, day + timedelta(days=1))
    do(tasks.do_task, made.id)
    do(tasks.undo_task, made.id)
    do(tasks.lapse_task, made.id, "niet meer nodig")
    assert do(tasks.client_tasks, client_id).rows and do(tasks.list_tasks).workers and do(tasks.count_tasks) >= 0


def the_history(do, client_id):
    made = do(history.add_told, client_id, Medicine(taken=Taken.SUPPLEMENT, name="Vitamine D", dose="20", dose_unit="µg"))
    made = do(history.change_told, replace(made, frequency="1x daags"))
    do(history.put_back_told, do(history.remove_told, made))
    asked = do(history.tell_nothing, client_id, HistoryTopic.ALLERGIES)
    assert do(history.open_history, client_id).nothing(HistoryTopic.ALLERGIES) == asked and do(history.summary, client_id).told
    do(history.untell_nothing, asked.id)
    event = do(lifeline.change_event, replace(do(lifeline.add_event, client_id, LifeEvent(name="Val", began="a7")), began="a8"))
    do(lifeline.put_back_event, *do(lifeline.remove_event, event))
    assert do(lifeline.open_lifeline, client_id).events


def practice(clinic, made):
    do = clinic.as_("behandelaar").do
    me = clinic.as_("behandelaar").user.id
    assert do(today.today)
    client_id = made["note"].client_id
    assert do(agenda.count_no_shows, client_id) == 0
    assert do(clients.open_care, client_id) and do(scores.score_series, client_id).complaints
    the_complaints(do, client_id)
    the_history(do, client_id)
    the_versions(clinic, do, made["note"].id)
    assert do(notes.notes_of, client_id).count == 1
    do(notes.read_note, made["note"].id)
    assert [hit.note_id for hit in do(search.find_notes, "tekst bij")] == [made["note"].id]
    assert do(client_export.export_vcard, client_id, reason="verwijzing") and do(client_export.export_fhir, client_id, reason="verwijzing")
    assert do(client_export.export_client_list)
    kept = do(documents.add_document, client_id, "brief huisarts.txt", b"Geen bijzonderheden.")
    assert [row.id for row in do(documents.list_documents, client_id)] == [kept.id]
    assert do(documents.open_document, kept.id).content == b"Geen bijzonderheden."
    do(documents.void_document, do(documents.add_document, client_id, "dubbel.txt", b"Twee keer.").id, "staat er al")
    do(documents.note_document, kept.id, "antwoord op onze brief")
    short = do(snippets.save_snippet, "eigen", "Eigen tekst.")
    assert short.short in {one.short for one in do(snippets.list_snippets)}
    do(snippets.drop_snippet, short.id)
    do(documents.remove_document, do(documents.add_document, client_id, "verkeerde cliënt.txt", b"Weg ermee.").id)
    do(notes.add_addendum, made["note"].id, "nagekomen uitslag", "was vergeten")
    follow = do(notes.open_note, client_id, NoteKind.FOLLOW_UP)
    do(drafts.keep_draft, notes.DRAFT_KIND, follow.note.id, client_id, "{}")
    assert do(drafts.find_draft, notes.DRAFT_KIND, follow.note.id)
    do(drafts.drop_draft, notes.DRAFT_KIND, follow.note.id)
    assert do(note_seats.take_seat, follow.note.id, follow.base).ours
    assert do(note_seats.keep_note, follow.note.id, follow.base, "{}").ours
    do(note_seats.throw_away, follow.note.id, "nothing was kept beside")
    do(note_seats.leave_seat, follow.note.id)
    entries = [
        ComplaintEntry(id=s.complaint.id, words=s.complaint.words, onset=s.complaint.onset, score=4) for s in follow.scores.complaints
    ]
    do(scores.save_scores, follow.note.id, entries)
    do(notes.delete_draft_note, follow.note.id)
    flagged = do(requests.new_request, NewRequest(first_name="Rood", surname="Teken", phone="0600333444", question="bloed"))
    offer = do(agenda.next_free, "advice_call", practitioner_id=me)[0]
    do(requests.book_call, flagged.id, offer)
    clinic.clock.moment = offer.starts_at
    sheet = do(calls.open_call, flagged.id)
    answers = [RedFlagAnswer(code=q.code, answer=Answer.YES if q.action == "gp" else Answer.NO) for q in sheet.questions]
    sheet = do(calls.save_call, sheet.call, answers, [])
    do(calls.override_flags, sheet.check.id, "alles door de huisarts beoordeeld, brief gezien")
    do(calls.complete_call, sheet.call.id, CallOutcome.CALL_LATER, next_date=clinic.clock().date() + timedelta(days=1))
    do(calls.reopen_call, sheet.call.id)
    do(calls.complete_call, sheet.call.id, CallOutcome.CALL_LATER, next_date=clinic.clock().date() + timedelta(days=1))
    assert do(recalls.ask_again, flagged.id).client_id == sheet.client.id
    letters(do, sheet.call)
    axes_and_labs(do, client_id)


def letters(do, call):
    letter = do(referrals.save_letter, do(referrals.begin_letter, call_id=call.id).letter)
    do(referrals.drop_letter, letter.id)
    letter = do(referrals.save_letter, do(referrals.begin_letter, call.client_id).letter)
    assert do(referrals.print_letter, letter.id).startswith(b"%PDF")
    for step in (referrals.send_letter, referrals.undo_sending, referrals.send_letter):
        do(step, letter.id, *([SentHow.CLIENT] if step is referrals.send_letter else []))
    do(referrals.record_feedback, letter.id, "gezien")
    assert do(referrals.open_letter, letter.id).letter.feedback == do(referrals.letters_of, call.client_id)[0].letter.feedback == "gezien"


def plan_steps(clinic, made):
    do = clinic.as_("behandelaar").do
    me = clinic.as_("behandelaar").user.id
    plan_id, client_id = made["plan"].id, made["plan"].client_id
    sheet = do(plans.open_plan, client_id)
    first = next(item for item in sheet.items)
    for step in (plans.pause_item, plans.resume_item, plans.complete_item, plans.reopen_item):
        do(step, first.id)
    do(plans.stop_item, first.id, StopReason.SIDE_EFFECT)
    sheet = do(plans.new_version, plan_id, "bijgesteld na evaluatie")
    sheet = do(plans.save_version, sheet.version, sheet.phases, sheet.items)
    versions = [version.id for version in do(plans.open_plan, plan_id=plan_id).versions]
    do(plans.compare_versions, versions[0], versions[-1])
    do(plans.discuss, plan_id)
    do(plans.redraft, plan_id)
    do(plans.discard_draft, plan_id)
    assert do(plans.final_plan, client_id)
    contact = made["follow_up"]
    do(followups.move_follow_up, contact.id, contact.due_on + timedelta(days=1), "op reis")
    clinic.clock.moment += timedelta(days=20)
    offer = do(agenda.next_free, "follow_up", practitioner_id=me)[0]
    do(followups.book_follow_up, contact.id, offer)
    recall = do(tasks.add_task, Task(title="Controle", client_id=contact.client_id, due_on=do(today.today).day))
    booked = do(task_bookings.book_task, recall.id, do(agenda.next_free, "follow_up", practitioner_id=me)[0])
    do(task_bookings.unbook_task, recall.id, booked.appointment.id)
    assert do(followups.list_follow_ups) and do(followups.count_follow_ups) >= 0
    more = [do(followups.plan_follow_up, plan_id, clinic.clock().date() + timedelta(days=n), Channel.PHONE) for n in (1, 2, 3)]
    do(followups.lapse_follow_up, more[0].id)
    do(followups.undo_follow_up, more[0].id)
    do(followups.lapse_follow_up, more[0].id)
    clinic.clock.moment += timedelta(days=15)
    do(followups.complete_follow_up, more[1].id, None, 80, "gaat goed")
    do(followups.miss_follow_up, more[2].id)
    how_it_goes(do, client_id)
    do(plans.complete_plan, plan_id)
    own = do(plan_templates.save_template, versions[-1], "Rustig begin", "Voor wie slecht slaapt")
    approve_papers(clinic)
    own = do(plan_templates.rename_template, own.code, "Rustig aan", "Voor wie slecht slaapt")
    approve_papers(clinic)
    do(plan_templates.retire_template, own.code)
    do(plan_templates.offer_template, own.code)
    again = do(plans.create_plan, client_id, own.code)
    aims = [PlanGoal(text="Beter slapen", measure="lifestyle:sleep_quality", baseline="4", target="7")]
    assert do(plan_measures.goal_measures, client_id)
    again = do(plans.save_version, again.version, again.phases, again.items, aims)
    assert do(plan_papers.draft_paper, again.version.id, "en").startswith(b"%PDF")
    do(plans.discuss, again.plan.id)
    do(plans.agree, again.plan.id, clinic.clock().date(), "haar moeder")
    again = do(plans.activate, again.plan.id)
    do(plans.begin_phase, again.phases[1].id)
    do(plans.judge_goal, again.goals[0].id, GoalResult.PARTLY)
    do(plans.stop_plan, again.plan.id, StopReason.WISH)


def other_hours_and_rooms(do, who, day):
    assert do(roster.set_day, who, day, [(600, 720)]).spans == do(roster.list_days, day, day)[0].spans
    do(roster.close_part, who, day, [(660, 690)])
    do(roster.clear_day, who, day)
    begins = datetime.combine(day, time(9), UTC)
    away = do(roster.add_absence, who, begins, begins + timedelta(days=1))
    assert do(roster.list_absences, day, day) == [away.record]
    do(roster.remove_absence, away.record.id)
    other = next(one.id for one in do(people.list_practitioners) if one.id != who)
    do(roster.stand_in, other, who, day, day + timedelta(days=14))
    do(roster.end_stand_in, do(roster.list_stand_ins)[0])
    made_rooms = [do(rooms.add_room, name) for name in ("Kamer 1", "Kamer 2")]
    renamed = do(rooms.change_room, made_rooms[0], "Spreekkamer")
    do(rooms.open_room, do(rooms.close_room, renamed).room)
    assert len(do(rooms.order_rooms, [made_rooms[1].id])) == len(do(rooms.list_rooms)) == 2
    place = do(locations.add_location, "Noord", "Noorderweg 3, 1234 AB Proefstad")
    place = do(locations.change_location, place, "Noord", "Noorderweg 5, 1234 AB Proefstad")
    assert do(locations.place_called, "noord") == do(locations.list_places)[1][0] == place.id
    do(locations.open_location, do(locations.close_location, do(locations.list_locations)[0]))


def management(clinic, made, tmp_path):
    do = clinic.as_("manager").do
    who = clinic.as_("behandelaar").user.id
    assert do(today.today)
    rows = do(log.list_log)
    assert do(log.log_details, rows[0].seq) and do(log.log_users) and do(log.log_state).size > 300
    assert do(log.client_history, made["note"].client_id)
    assert {choice.name for choice in do(reports.list_reports)} >= {"month", "certificate"}
    assert do(reports.client_label, made["note"].client_id)
    first = clinic.clock().date().replace(month=9, day=1)
    assert do(reports.figures, first, first.replace(day=30)).figures
    for name in ("month", "certificate"):
        pdf = do(reports.make_report, name, date_from=first, date_to=first.replace(day=30))
        assert pdf.startswith(b"%PDF")
    rules = do(roster.practitioner_roster, who)
    do(roster.set_roster, who, rules)
    day = clinic.clock().date() + timedelta(days=60)
    closed = do(roster.add_closure, day, day, "feestdag")
    assert do(roster.list_closures, day, day)
    do(roster.remove_closure, closed.record.id)
    assert do(roster.suggested_closures, 2027)
    other_hours_and_rooms(do, who, day)
    clinic_now = do(people.read_clinic)
    assert isinstance(clinic_now, Clinic)
    do(people.change_clinic, replace(clinic_now, phone="0381234567"))
    do(people.choose_language, "en")
    assert len(do(people.list_people)) == 5 and len(do(people.list_practitioners)) == 2
    assert do(log.check_daily).ok
    while do(log.index_log):
        pass
    kept = do(logbook.save_filter, "vandaag", "{}")
    assert do(logbook.list_filters) == [kept]
    do(logbook.drop_filter, kept.id)
    for form in logbook.FORMATS:
        assert do(logbook.export_filtered, log.LogFilter(actor=who), form, "behandelaar", reason="audit")
    assert do(access_list.who_saw, made["note"].client_id)
    assert do(log.check_start).ok
    assert do(log.verify_log).ok and do(reports.certify_log)[0].ok
    assert proofs.export_log(clinic.as_("manager"), tmp_path / "log.jsonl", reason="audit").entries > 300
    assert do(proofs.entry_proof, rows[0].seq) and do(proofs.consistency, 100)
    assert not do(proofs.check_anchor, 100, "0" * 20).holds
    stamps(clinic, Authority(tmp_path / "authority", "Stempel"))
    admin = clinic.as_("beheerder").do
    admin(people.add_user, "tijdelijk", "T. Demo", (Role.RECEPTIONIST,))
    accounts(clinic)
    made_backup = admin(backups.back_up, tmp_path / "day.nmxbackup")
    assert made_backup.size > 300 and do(backups.last_backup)
    assert admin(backups.drill_backup, tmp_path / "day.nmxbackup").size == made_backup.size
    assert do(backups.change_schedule, 600, 12).backup_hours == 12
    assert do(backups.backup_due) and do(backups.back_up_on_schedule) and do(backups.backup_state).files
    restores(clinic, tmp_path / "day.nmxbackup")
    do(people.sign_in, [])
    do(people.sign_out)


def settings(do):
    kind = do(appointment_types.add_appointment_type, AppointmentType(name_nl="Massage", name_en="Massage"))
    kind = do(appointment_types.change_appointment_type, replace(kind, duration=40))
    kind = do(appointment_types.retire_appointment_type, kind).kind
    assert do(appointment_types.revive_appointment_type, kind) in do(appointment_types.list_appointment_types)
    the_mailbox(do)
    the_calendars(do)
    assert all(do(code_lists.read_code_list, found.code, found.current) for found in do(code_lists.list_code_lists))


def the_mailbox(do):
    wanted = Mailbox(host="mail.example.org", username="aanvragen@example.org", name="Website")
    assert do(mailbox.account_to_try, wanted, "geheim").password == "geheim"
    box = do(mailbox.save_mailbox, wanted, "geheim").mailbox
    assert do(mailbox.read_mailbox).has_password and do(mailbox.begin_visit).mailbox == box
    letter = read_mail(b"Message-ID: <1@x>\n\nNaam: Per Mail\nE-mail: per@example.org\n", box.created_at)
    assert do(mailbox.keep_mails, box.id, 1, 7, [letter]).new == 1
    assert list(do(mailbox.known_mails, box.id, [letter.key.partition(":")[0]]).values()) == [MailOutcome.REQUEST]
    assert len(do(noticing.look_for_news, box.created_at - timedelta(days=1)).arrived) > 0
    export = b"Naam;Telefoon;E-mailadres\nUit Map;0600999888;map@example.org\n"
    assert do(import_files.list_imports)[0].batch.way is ImportWay.MAIL
    assert do(watched_folder.import_found_file, "map.csv", export, box.created_at).batch.way is ImportWay.FOLDER
    assert do(mailbox.end_visit, box.id, "de server antwoordt niet").trouble


def the_outbox(clinic):
    """Mail is switched on; what follows from the agenda waits, is sent, refused, doubted and withdrawn."""
    boss, do = clinic.as_("manager").do, clinic.as_("receptie").do
    wanted = MailSender(host="mail.example.org", username="praktijk", from_address="praktijk@example.org", is_active=True)
    assert boss(mail_sender.sender_to_try, wanted, "geheim").account.password == "geheim"
    account = boss(mail_sender.save_sender, wanted, "geheim").sender
    assert boss(mail_sender.read_sender).has_password and boss(mail_texts.mail_samples)["nl"]["name"]
    client = do(clients.create_client, Client(first_name="Post", surname="Proef", phone="0600777888", email="post@example.org"))
    offer = do(agenda.next_free, "intake")[0]
    visit = do(agenda.book, "intake", offer.practitioner_id, offer.starts_at, client_id=client.id)
    assert do(outbox.preview_mail, visit.id).address == "post@example.org"
    (row,) = do(outbox.list_outbox).rows
    do(outbox.withdraw_mail, row.mail.id)
    mail = do(outbox.send_now, row.mail.id)
    for what, then in ((Handing.UNSURE, outbox.send_now), (Handing.REFUSED, outbox.send_now), (Handing.UNSURE, outbox.mark_sent)):
        assert mail.id in do(sending.begin_round).due
        do(sending.claim_mail, mail.id, do(sending.prepare_mail, mail.id))
        do(sending.keep_answer, mail.id, Handed(what, "proef"))
        do(then, mail.id)
    mail = do(outbox.send_confirmation, visit.id)
    do(sending.claim_mail, mail.id, do(sending.prepare_mail, mail.id))
    assert do(sending.doubt_stuck, [mail.id]) == 1 and do(outbox.count_trouble) == 1
    assert do(outbox.open_mail, mail.id).state == "unsure" and do(sending.end_round, account.id, "stil").trouble == "stil"
    clinic.clock.moment = visit.starts_at - timedelta(hours=1)
    assert visit.id in {row.appointment_id for row in do(reminders.list_reminders).rows}
    assert do(reminders.queue_reminders, [visit.id]) == 1
    boss(mail_sender.save_sender, replace(wanted, is_active=False))


def the_calendars(do):
    whose = do(people.list_practitioners)[0]
    wanted = BusySource(practitioner_id=whose.id, kind=CalendarKind.CALDAV, address="https://cal.example.org/a/", username="a")
    assert do(calendars.source_to_try, wanted, "geheim").account.password == "geheim"
    source = do(calendars.save_source, wanted, "geheim")
    assert [look.source for look in do(calendars.begin_looks)] == [source]
    assert do(calendars.keep_busy, source.id, [(100, 200)], "", "7") == 1 and do(calendars.read_calendars).sources[0].busy == 1
    assert do(calendars.end_look, source.id, "de server antwoordt niet").trouble
    do(calendars.remove_source, source.id)
    wanted = CalendarFeed(practitioner_id=whose.id, address="https://cal.example.org/b/", username="b")
    assert do(publishing.feed_to_try, wanted, "geheim").password == "geheim"
    feed = do(publishing.save_feed, wanted, "geheim")
    assert do(publishing.list_feeds) == [feed]
    send = do(publishing.begin_publication, feed.id).send
    do(publishing.keep_published, feed.id, [publishing.Sent(one.uid, "/b/x.ics", "1", one.fingerprint) for one in send], [])
    assert do(publishing.begin_publication, feed.id).send == ()
    assert do(publishing.end_publication, feed.id, "de server antwoordt niet").trouble
    assert do(publishing.export_agenda, whose.username).count("BEGIN:VEVENT") == len(send)
    do(publishing.remove_feed, feed.id)


def stamps(clinic, authority):
    boss = clinic.as_("manager")
    boss.do(timestamps.set_authority, "", authority.trusted)
    answer = authority.answer(boss.do(timestamps.stamp_question))
    assert boss.do(timestamps.keep_stamp, answer) == boss.do(timestamps.check_stamp, answer)
    with listening(lambda asked: (200, {}, authority.answer(asked))) as url:
        boss.do(timestamps.set_authority, url, authority.trusted)
        assert boss.do(timestamps.keep_stamp, boss.do(timestamps.ask_authority)) == boss.do(timestamps.list_stamps)[0]


def restores(clinic, file):
    admin, boss = clinic.as_("beheerder").do, clinic.as_("manager").do
    wanted = admin(restoring.propose_restore, file, "de verkeerde dag")
    boss(proposals.approve_proposal, wanted.id)
    assert [item.approved for item in boss(restoring.waiting_restores)] == [True]
    assert admin(restoring.permit_of, wanted.id).file == str(file)
    assert boss(restoring.permit_in_rescue).approver and boss(rescue.read_doubt) is None
    with pytest.raises(Conflict):
        boss(rescue.log_acceptance, reason="er is niets weg")
    admin(backups.log_restore, 1, "00", "")


def four_eyes(clinic):
    admin, do = clinic.as_("beheerder").do, clinic.as_("manager").do
    who = [person.user.id for person in do(people.list_people) if Role.PRACTITIONER in person.roles]
    made = [admin(people.propose_roles, user_id, (Role.PRACTITIONER, Role.AUDITOR)) for user_id in who]
    assert len(do(proposals.list_proposals)) == 2
    do(proposals.refuse_proposal, made[0].id, "niet nodig")
    admin(proposals.withdraw_proposal, made[1].id)
    merges(clinic)


def merges(clinic):
    """Two clients become one and two again, each time by four eyes."""
    desk, do = clinic.as_("receptie"), clinic.as_("manager").do
    one, other = (desk.do(clients.create_client, Client(first_name=name, email="dubbel@example.org")) for name in ("Jo", "Johanna"))
    desk.do(merging.preview_merge, one.id, other.id)
    asked = desk.do(merging.propose_merge, one.id, other.id, None, "zelfde adres")
    assert [item.row.proposal for item in desk.do(merging.merges_of, other.id).waiting] == [asked]
    assert (do(merging.count_waiting_merges), len(do(merging.waiting_merges)), desk.do(merging.count_waiting_merges)) == (1, 1, 0)
    assert do(merging.preview_proposal, asked.id).proposal == asked
    do(proposals.approve_proposal, asked.id)
    [made] = desk.do(merging.merges_of, one.id).merges
    desk.do(merging.preview_undo, made.id)
    do(proposals.approve_proposal, desk.do(merging.propose_undo, made.id, "toch zussen").id)
    assert desk.do(merging.merges_of, one.id).merges == ()


def accounts(clinic):
    admin, do = clinic.as_("beheerder").do, clinic.as_("manager").do
    [row] = do(proposals.list_proposals)
    do(proposals.approve_proposal, row.proposal.id)
    user = next(p.user for p in do(people.list_people) if p.user.username == "tijdelijk")
    user = admin(people.change_person, replace(user, title="Therapeut", agb="12345678"))
    admin(people.block_user, user.id)
    do(people.unblock_user, user.id)
    assert admin(keys.reset_user, user.id)
    admin(keys.renew_recovery, keys.fresh_recovery_code())
    do(account.change_password, PASSWORD, "een ander lang wachtwoord")
    do(account.change_password, "een ander lang wachtwoord", PASSWORD)
    setup = do(account.two_step_setup)
    clock = clinic.as_("manager").now
    secret = setup.secret.replace(" ", "")
    do(account.turn_on_two_step, pyotp.TOTP(secret).at(clock()))
    clinic.clock.move(minutes=1)
    assert do(account.own_account).two_step
    do(account.turn_off_two_step, pyotp.TOTP(secret).at(clock()))
    do(people.change_clinic, replace(do(people.read_clinic), two_step_managers=False))
    admin(keys.remove_user, user.id)


def privacy_requests(clinic, made):
    reception, care, boss = (clinic.as_(name).do for name in ("receptie", "behandelaar", "manager"))
    client_id = made["note"].client_id
    asked = reception(privacy.register_request, PrivacyKind.CORRECTION, client_id, "geboortedatum")
    reception(privacy.identify, asked.id, "paspoort gezien")
    care(privacy.advise, asked.id, "klopt")
    care(privacy.propose_decision, asked.id, Decision.REFUSED, "klopt al")
    boss(privacy.refuse_decision, asked.id, "kijk nog eens")
    care(privacy.propose_decision, asked.id, Decision.GRANTED)
    boss(privacy.approve_decision, asked.id)
    care(privacy.add_statement, asked.id, "Ik zie het anders.")
    assert care(privacy.statements_of, client_id)
    care(privacy.carry_out_correction, asked.id)
    reception(privacy.close_privacy_request, asked.id)
    asked = reception(privacy.register_request, PrivacyKind.COPY, client_id)
    reception(privacy.identify, asked.id, "paspoort gezien")
    care(privacy.propose_decision, asked.id, Decision.GRANTED)
    boss(privacy.approve_decision, asked.id)
    assert care(dossier.copy_of_file, asked.id).records
    assert reception(privacy.list_privacy_requests, closed=True) and boss(privacy.open_privacy_request, asked.id)
    assert reception(privacy.count_privacy_due) == 0 and boss(privacy.list_tombstones) == []
    held = held_by(clinic.as_("receptie"), client_id)
    assert boss(retention.list_holds)
    ended(clinic.as_("manager"), held.id)
    with clinic.as_("manager").database.reading() as connection:
        store = clinic.as_("manager")._store(connection)
        client = store.get(Client, client_id)
        bare = next(item for item in store.find(AdviceRequest) if item.client_id is None)
    change = desk.use_case("session.use")(lambda work, record, **changes: work.store.change(record, **changes))
    boss(change, client, retention_until=clinic.clock().date() - timedelta(days=1))
    boss(change, bare, status=RequestStatus.WITHDRAWN, retention_class="request", closed_at=clinic.clock() - timedelta(days=400))
    due = boss(retention.list_due)
    assert due.requests == 1 and [item.client_id for item in due.files] == [client_id]
    boss(retention.propose_due_file, client_id)
    proposed = clinic.as_("beheerder").do(retention.propose_due_requests)
    boss(privacy.approve_decision, proposed.id)
    admin = clinic.as_("beheerder").do
    nobodys = held_by(clinic.as_("manager"))
    ended(clinic.as_("manager"), nobodys.id)
    closed = boss(grievances.open_grievance, nobodys.id).row.grievance
    boss(change, closed, closed_on=closed.closed_on - timedelta(days=1000))
    admin(retention.propose_due_cases)
    taken = admin(erasure.preview_destruction, proposed.id).total
    assert taken and admin(erasure.execute_destruction, proposed.id).rows == taken
    admin(erasure.part_for_erasures)
    assert admin(erasure.reapply_erasures) == 0
