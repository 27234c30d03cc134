"""Every reading use case there is: whoever gets a client's content back stands in the log, once per opening; free text in values only."""

import importlib
import pkgutil
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

import nmx_desk.services
from nmx_desk.audit.seal import Recorder
from nmx_desk.domain.calendars import CalendarFeed
from nmx_desk.domain.clients import Client
from nmx_desk.domain.consults import Answer, RedFlagAnswer
from nmx_desk.domain.errors import DeskError, EnvironmentProblem
from nmx_desk.domain.mailing import OutgoingMail
from nmx_desk.domain.privacy import PrivacyKind
from nmx_desk.domain.referrals import Referral
from nmx_desk.domain.series import SeriesRule, SeriesWish
from nmx_desk.services import (
    access_list,
    agenda,
    agenda_pages,
    agenda_prints,
    axes,
    calls,
    client_export,
    client_imports,
    clients,
    complaints,
    confirmations,
    consents,
    contact_log,
    contact_points,
    course,
    documents,
    doubles,
    following,
    followups,
    history,
    households,
    imports,
    labs,
    lifeline,
    log,
    logbook,
    merging,
    note_versions,
    note_watch,
    notes,
    outbox,
    people,
    plan_measures,
    plan_papers,
    plans,
    privacy,
    proofs,
    proposals,
    publishing,
    red_flags,
    referrals,
    reminders,
    reports,
    representatives,
    requests,
    retention,
    scores,
    search,
    series,
    tasks,
    timeline,
    today,
    waiting,
)
from nmx_desk.services.desk import USE_CASES
from tests import registers
from tests.clinic import once
from tests.day import FORMS, whole_day

WITHOUT = {
    "numbers, types, free moments, own data: nothing of a client": (
        "appointment_types", "month_overview", "starts_for", "count_follow_ups", "count_no_shows", "count_privacy_due", "counts", "figures",
        "count_tasks", "flag_questions",
        "list_days", "list_absences", "list_stand_ins", "list_rooms", "list_locations", "list_places", "place_called",
        "count_waiting_list", "free_moments", "list_appointment_types",
        "list_closures", "list_code_lists", "list_filters", "list_people", "list_snippets",
        "list_practitioners", "list_reports", "log_state", "log_users", "next_free", "own_account", "confirm_signer", "plan_templates",
        "practitioner_roster", "preview_destruction", "read_clinic", "read_client_columns", "read_code_list", "read_import_columns",
        "suggested_closures", "two_step_setup", "would_be_late", "list_tags", "notes_of", "count_waiting", "look_for_news", "list_imports",
        "count_waiting_merges", "count_doubles", "count_lab_orders", "count_watched_notes", "count_unsigned_today",
    ),
    "the file, its log and its backups as such": (
        "ask_authority", "back_up", "back_up_on_schedule", "backup_due", "backup_state", "certify_log", "check_anchor", "check_daily",
        "check_stamp", "check_start", "consistency", "drill_backup", "last_backup", "list_stamps", "permit_in_rescue", "permit_of",
        "read_doubt", "stamp_question", "verify_log", "waiting_restores", "list_tombstones",
    ),
    "the clinic's mailbox and what was read of it, by fingerprints": ("account_to_try", "begin_visit", "known_mails", "read_mailbox"),
    "the clinic's account for mail, and how many messages there are": (
        "begin_round", "count_trouble", "mail_samples", "read_sender", "sender_to_try",
    ),
    "other calendars and where an agenda is published: addresses, no appointment": (
        "begin_looks", "feed_to_try", "list_feeds", "read_calendars", "source_to_try",
    ),
    "looked for while one types: logged by `settled` when the query stands still or a hit is opened": ("find",),
    "as well, logged by `doubles_looked_at`": ("doubles_of_typed",),
    "logs the search itself": ("settled", "doubles_looked_at"),
    "one's own typing": ("find_draft",),
    "says whom a page that logs its own look is about": ("client_id_of", "client_label"),
    "held to the log in tests of their own, with files and proposals": (
        "list_proposals", "open_privacy_request", "write_export", "open_document", "preview_clients", "preview_import",
    ),
}  # fmt: skip


@pytest.fixture
def lived(clinic):
    """A day: what was made, by step."""
    return dict(whole_day(clinic))


def merges(clinic, client_id):
    """Another client merged into this one, a third proposed: merge and proposal."""
    desk, boss = clinic.as_("receptie"), clinic.as_("manager")
    others = [desk.do(clients.create_client, Client(surname=f"Dubbel {n}", phone=f"068000000{n}")).id for n in (1, 2)]
    boss.do(proposals.approve_proposal, desk.do(merging.propose_merge, client_id, others[0], None, "dubbel").id)
    merge = desk.do(merging.merges_of, client_id).merges[0]
    return merge.id, desk.do(merging.propose_merge, client_id, others[1], None, "dubbel").id, others[1]


def calls_of(clinic, made):
    """Name of a use case → (user, arguments, what must be named: client id or None for a list)."""
    note = made["note_signed"]
    client_id, day = note.client_id, clinic.clock().date()
    care, desk, boss = "behandelaar", "receptie", "manager"
    asked = made["booked"].request_id
    seq = clinic.as_(boss).do(log.list_log, log.LogFilter(client=client_id, codes=("CHANGE",), limit=1))[0].seq
    who = clinic.as_(care).do(clients.open_client, client_id).client
    merge, merge_asked, third = merges(clinic, client_id)
    offer = clinic.as_(desk).do(agenda.next_free, "intake")[0]
    visit = clinic.as_(desk).do(agenda.book, "intake", offer.practitioner_id, offer.starts_at, client_id=client_id)
    gone = clinic.as_(desk).do(agenda.cancel, visit.id, "clinic", "ziek")
    visit = clinic.as_(desk).do(agenda.book, "intake", offer.practitioner_id, offer.starts_at, client_id=client_id)
    first = clinic.as_(desk).do(agenda.next_free, "follow_up", after=offer.starts_at + timedelta(days=3))[0]
    weekly = SeriesWish("follow_up", first.practitioner_id, client_id, first.starts_at, SeriesRule(times=2))
    one_of = clinic.as_(desk).do(series.book_series, weekly).appointments[0]
    home = Client(phone="0680000009", postcode="1234AB", house_no="1")
    living = [clinic.as_(desk).do(clients.create_client, replace(home, surname=name)).id for name in ("Een", "Twee")]
    feed = clinic.as_(boss).do(publishing.save_feed, CalendarFeed(practitioner_id=visit.practitioner_id, address="https://example.org/a/"))
    whose = next(one.username for one in clinic.as_(desk).do(people.list_practitioners) if one.id == visit.practitioner_id)
    letter = clinic.as_(care).do(referrals.save_letter, Referral(client_id=client_id, body="Graag beoordelen."))
    told_yes = RedFlagAnswer(code=clinic.as_(care).do(red_flags.flag_questions)[0].code, answer=Answer.YES)
    clinic.as_(care).do(red_flags.recheck_flags, client_id, [told_yes])
    mail = clinic.as_(desk).do(once(lambda work: work.store.add(OutgoingMail(client_id=client_id, message_id="<1@x>")), "mail.send"))
    return {
        "begin_publication": (desk, (publishing.begin_publication, feed.id), client_id),
        "export_agenda": (desk, (publishing.export_agenda, whose), client_id),
        "begin_letter": (care, (referrals.begin_letter, client_id), client_id),
        "letters_of": (care, (referrals.letters_of, client_id), client_id),
        "open_letter": (care, (referrals.open_letter, letter.id), client_id),
        "list_outbox": (desk, (outbox.list_outbox,), None),
        "list_reminders": (desk, (reminders.list_reminders,), None),
        "open_mail": (desk, (outbox.open_mail, mail.id), client_id),
        "preview_mail": (desk, (outbox.preview_mail, visit.id), client_id),
        "confirm_appointment": (desk, (confirmations.confirm_appointment, visit.id), client_id),
        "merges_of": (desk, (merging.merges_of, client_id), client_id),
        "preview_merge": (desk, (merging.preview_merge, client_id, third), client_id),
        "preview_proposal": (boss, (merging.preview_proposal, merge_asked), client_id),
        "preview_undo": (boss, (merging.preview_undo, merge), client_id),
        "waiting_merges": (boss, (merging.waiting_merges,), client_id),
        "client_appointments": (desk, (clients.client_appointments, client_id), client_id),
        "client_history": (boss, (log.client_history, client_id), client_id),
        "contact_log": (desk, (contact_log.contact_log, client_id), client_id),
        "household_suggestions": (desk, (households.household_suggestions, living[0]), living[1]),
        "series_of": (desk, (series.series_of, one_of.id), client_id),
        "preview_series": (desk, (series.preview_series, weekly), client_id),
        "preview_another": (desk, (series.preview_another, one_of.id, one_of.starts_at), client_id),
        "waiting_list": (desk, (waiting.waiting_list,), None),
        "who_fits": (desk, (waiting.who_fits, gone.id), None),
        "timeline": (desk, (timeline.timeline, client_id), client_id),
        "contact_points": (desk, (contact_points.contact_points, client_id), client_id),
        "imported_rows": (desk, (client_imports.imported_rows, client_id), client_id),
        "client_requests": (desk, (clients.client_requests, client_id), client_id),
        "consents_of": (desk, (consents.consents_of, client_id), client_id),
        "day_agenda": (desk, (agenda.day_agenda, day), None),
        "week_agenda": (desk, (agenda_pages.week_agenda, clinic.as_("behandelaar").user.id, day), None),
        "week_sheet": (desk, (agenda_prints.week_sheet, clinic.as_("behandelaar").user.id, day), None),
        "due_recalls": (desk, (requests.due_recalls, clinic.clock() + timedelta(days=30)), None),
        "entry_proof": (boss, (proofs.entry_proof, seq), client_id),
        "export_client_list": (boss, (client_export.export_client_list,), client_id),
        "export_fhir": (care, (client_export.export_fhir, client_id), client_id),
        "export_vcard": (care, (client_export.export_vcard, client_id), client_id),
        "final_plan": (desk, (plans.final_plan, client_id), client_id),
        "draft_paper": (care, (plan_papers.draft_paper, made["draft_version"]), client_id),
        "goal_measures": (care, (plan_measures.goal_measures, client_id), client_id),
        "find_notes": (care, (search.find_notes, "tekst bij"), client_id),
        "find_doubles": (desk, (clients.find_doubles, replace(who, id="")), client_id),
        "list_clients": (desk, (clients.list_clients,), None),
        "list_doubles": (desk, (doubles.list_doubles,), None),
        "list_documents": (care, (documents.list_documents, client_id), client_id),
        "list_due": (boss, (retention.list_due,), None),
        "list_follow_ups": (desk, (followups.list_follow_ups,), None),
        "list_holds": (boss, (retention.list_holds,), None),
        "list_log": (boss, (log.list_log, log.LogFilter(client=client_id)), client_id),
        "list_privacy_requests": (boss, (privacy.list_privacy_requests,), None),
        "list_requests": (desk, (requests.list_requests,), None),
        "log_details": (boss, (log.log_details, seq), client_id),
        "make_report": (desk, (reports.make_report, "plan"), client_id),
        "open_care": (care, (clients.open_care, client_id), client_id),
        "open_client": (desk, (clients.open_client, client_id), client_id),
        "open_plan": (care, (plans.open_plan, client_id), client_id),
        "open_request": (desk, (requests.open_request, asked), client_id),
        "read_note": (care, (notes.read_note, note.id), client_id),
        "representatives_of": (desk, (representatives.representatives_of, client_id), client_id),
        "watch_notes": (care, (note_watch.watch_notes,), None),
        "note_versions": (care, (note_versions.note_versions, note.id), client_id),
        "compare_notes": (care, (note_versions.compare_notes, note.id, note.id, note.id), client_id),
        "open_axes": (care, (axes.open_axes, client_id), client_id),
        "open_course": (care, (course.open_course, client_id), client_id),
        "open_history": (care, (history.open_history, client_id), client_id),
        "summary": (care, (history.summary, client_id), client_id),
        "open_lifeline": (care, (lifeline.open_lifeline, client_id), client_id),
        "open_labs": (care, (labs.open_labs, client_id), client_id),
        "list_lab_orders": (care, (labs.list_lab_orders,), None),
        "list_tasks": (care, (tasks.list_tasks,), None),
        "client_tasks": (care, (tasks.client_tasks, client_id), client_id),
        "open_alarms": (care, (red_flags.open_alarms, client_id), client_id),
        "open_following": (care, (following.open_following, client_id), client_id),
        "open_complaints": (care, (complaints.open_complaints, client_id), client_id),
        "score_series": (care, (scores.score_series, client_id), client_id),
        "statements_of": (care, (privacy.statements_of, client_id), client_id),
        "today": (desk, (today.today,), None),
        "what_hinders": (desk, (representatives.what_hinders, client_id, "intake"), client_id),
        "who_saw": (boss, (access_list.who_saw, client_id), client_id),
        "export_filtered": (boss, (logbook.export_filtered, log.LogFilter(client=client_id), "json", "x"), client_id),
        "compare_versions": (care, (plans.compare_versions, made["versions"][0], made["versions"][-1]), client_id),
    } | registers.looks(clinic, made)  # fmt: skip


def test_whoever_gets_a_clients_content_back_stands_in_the_log(clinic, lived):
    sheet = clinic.as_("behandelaar").do(plans.open_plan, lived["note_signed"].client_id)
    lived["versions"] = [version.id for version in sheet.versions]
    lived["draft_version"] = clinic.as_("behandelaar").do(plans.new_version, sheet.plan.id, "het gaat beter").version.id
    for module in pkgutil.iter_modules(nmx_desk.services.__path__):
        importlib.import_module(f"nmx_desk.services.{module.name}")
    told = calls_of(clinic, lived)
    excused = {name for names in WITHOUT.values() for name in names} | set(registers.WITHOUT)
    reading = {case.name for case in USE_CASES.values() if not case.writes and case.function.__module__.startswith("nmx_desk.")}
    assert reading == set(told) | excused, "a reading use case that nobody thought about"
    for name, (user, (case, *arguments), client_id) in told.items():
        desk = clinic.as_(user)
        desk.forget_seen()
        before = desk.log_size
        more = {"client_id": client_id} if name == "make_report" else {}
        desk.do(case, *arguments, reason="waarom ook", **more)
        entries = [row for row in clinic.as_("manager").do(log.list_log, log.LogFilter(limit=50)) if row.seq >= before and row.who]
        mine = [row for row in entries if row.code in {"VIEW", "SEARCH", "PRINT", "EXPORT", "BREAKGLASS"}]
        assert mine, name
        assert client_id is None or client_id in {row.client_id for row in mine}, name
    assert clinic.verified().ok


def test_what_cannot_be_logged_is_not_shown(clinic, lived, monkeypatch):
    """A full disk, a file that became read-only: every reading use case gives back nothing."""
    sheet = clinic.as_("behandelaar").do(plans.open_plan, lived["note_signed"].client_id)
    lived["versions"] = [version.id for version in sheet.versions]
    lived["draft_version"] = clinic.as_("behandelaar").do(plans.new_version, sheet.plan.id, "het gaat beter").version.id
    told = calls_of(clinic, lived)

    def full(*_arguments):
        raise EnvironmentProblem("full")

    monkeypatch.setattr(Recorder, "seal", full)
    for name, (user, (case, *arguments), client_id) in told.items():
        clinic.as_(user).forget_seen()
        with pytest.raises(EnvironmentProblem):
            clinic.as_(user).do(case, *arguments, reason="waarom ook", **({"client_id": client_id} if name == "make_report" else {}))


def test_opening_again_what_one_may_also_change_is_a_look(clinic, lived):
    """Use cases that write and hand back content: without a change there is a look in the log."""
    care, note, call = clinic.as_("behandelaar"), lived["note_signed"], lived["call_saved"]
    care.do(notes.open_note, note.client_id, notes.NoteKind.FOLLOW_UP)
    for case, arguments in (
        (calls.open_call, (call.request_id,)),
        (notes.open_note, (note.client_id, notes.NoteKind.FOLLOW_UP)),
    ):
        care.forget_seen()
        before = care.log_size
        care.do(case, *arguments)
        assert care.log_size > before, case.name


def test_a_repaint_is_no_new_opening(clinic, lived):
    desk, client_id = clinic.as_("behandelaar"), lived["note_signed"].client_id
    desk.do(clients.open_client, client_id)
    desk.do(notes.read_note, lived["note_signed"].id)
    before = desk.log_size
    for _ in range(3):
        desk.do(clients.open_client, client_id)
        desk.do(notes.read_note, lived["note_signed"].id)
    assert desk.log_size == before
    desk.forget_seen()
    desk.do(clients.open_client, client_id)
    assert desk.log_size > before


SECRETS = ("Zonderlingheim", "kwikzilverachtig", "wenteltrapje", "Pimpelpaars")


def test_free_text_stands_in_values_only(clinic):
    """Names, search words, reasons and what is typed: not in entries, heads or the list of words."""
    desk, colleague = clinic.as_("receptie"), clinic.as_("collega")
    own = clinic.as_("behandelaar").user.id
    who = Client(first_name="Pimpelpaars", surname="Zonderlingheim", phone="0612345678", practitioner_id=own)
    made = desk.do(clients.create_client, who)
    desk.do(search.settled, "wenteltrapje", 1)
    note = clinic.as_("behandelaar").do(notes.open_note, made.id, notes.NoteKind.FOLLOW_UP).note
    colleague.do(notes.read_note, note.id, reason="kwikzilverachtig druk vandaag")
    for user, case, arguments in (
        ("manager", log.list_log, (log.LogFilter(client="wenteltrapje"),)),
        ("manager", logbook.export_filtered, (log.LogFilter(client="wenteltrapje"), "json", "Pimpelpaars")),
        ("receptie", search.settled, ("Zonderlingheim", "kwikzilverachtig")),
        ("receptie", agenda.cancel, ("wenteltrapje", "kwikzilverachtig", "Pimpelpaars")),
        *((user, case, ("wenteltrapje",)) for user in ("receptie", "beheerder") for case in (
            clients.open_client, clients.open_care, log.client_history, access_list.who_saw, notes.read_note, plans.open_plan,
            requests.open_request, privacy.open_privacy_request, documents.list_documents, reports.make_report)),
    ):  # fmt: skip
        with suppress(DeskError):
            clinic.as_(user).do(case, *arguments, reason="kwikzilverachtig")
    with pytest.raises(DeskError):
        clinic.front.sign_in("Zonderlingheim", "wenteltrapje")
    clinic.close()
    desk = clinic.as_("receptie")
    with desk.database.reading() as connection:
        ask = connection.exec_driver_sql
        for table in ("audit_entry", "audit_head", "audit_word"):
            for row in ask(f"SELECT * FROM {table}"):
                said = " ".join(str(cell) for cell in row)
                assert not any(secret in said for secret in SECRETS), table
        values = " ".join(str(cell) for row in ask("SELECT old, new FROM audit_value") for cell in row)
    assert all(secret in values for secret in SECRETS)
    assert clinic.verified().ok


def test_the_preview_of_an_import_is_a_look(clinic):
    desk = clinic.as_("receptie")
    before = desk.log_size
    desk.do(imports.preview_import, "elementor.csv", (FORMS / "elementor.csv").read_bytes())
    between = desk.log_size
    assert between > before
    desk.do(client_imports.preview_clients, "x.csv", b"Naam;Telefoon\nKim Bos;0612345678\n")
    assert desk.log_size > between


def test_a_privacy_request_is_about_its_client(clinic):
    desk = clinic.as_("receptie")
    made = desk.do(clients.create_client, Client(first_name="Sanne", surname="Meer", phone="0612345678"))
    asked = desk.do(privacy.register_request, PrivacyKind.CORRECTION, made.id, "")
    boss = clinic.as_("manager")
    boss.do(privacy.open_privacy_request, asked.id)
    rows = boss.do(log.list_log, log.LogFilter(client=made.id, actor=boss.user.id))
    assert any(row.code == "VIEW" for row in rows)
