"""The auditor's view: whatever the role may ask at the door or print holds nothing of a client's."""

import html
import zipfile
from datetime import timedelta
from io import BytesIO

import pypdfium2
import pytest

from nmx_desk.data.tables import client_tables
from nmx_desk.domain.errors import DeskError
from nmx_desk.domain.people import Role
from nmx_desk.services import people, plans, reports
from nmx_desk.services.cases import NAMELESS
from tests.clinic import PASSWORD
from tests.day import whole_day
from tests.unit.test_reads_audit import calls_of

SHORTEST = 12  # a text of fewer letters may be anybody's word


@pytest.fixture
def auditor(clinic):
    clinic.as_("beheerder").do(people.add_user, "auditor", "E. Auditor", (Role.AUDITOR,), password=PASSWORD)
    clinic.approve()
    return clinic.as_("auditor")


def asked(clinic):
    """Every reading use case with something of a client behind it."""
    made = dict(whole_day(clinic))
    sheet = clinic.as_("behandelaar").do(plans.open_plan, made["note_signed"].client_id)
    made["versions"] = [version.id for version in sheet.versions]
    made["draft_version"] = clinic.as_("behandelaar").do(plans.new_version, sheet.plan.id, "het gaat beter").version.id
    return calls_of(clinic, made)


def secrets(desk):
    """Names, numbers and every sentence that stands in a row about a client."""
    found = set()
    with desk.database.reading() as connection:
        for row in connection.exec_driver_sql("SELECT first_name, surname, client_no, phone, phone2, email, birth_date FROM client"):
            found |= {part for part in (f"{row[0]} {row[1]}".strip(), *row[1:]) if part and len(part) > 5}
        for table in client_tables():
            for row in connection.exec_driver_sql(f"SELECT * FROM {table}").mappings():
                if table != "case_text" or row["code"] not in NAMELESS:
                    found |= {cell for cell in row.values() if isinstance(cell, str) and " " in cell and len(cell) >= SHORTEST}
    return found


def words_of(answer):
    """Everything an answer says, the pages of a PDF and the sheets of a workbook too."""
    if isinstance(answer, bytes) and answer.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(answer)) as parts:
            return " ".join(html.unescape(parts.read(name).decode()) for name in parts.namelist())
    if isinstance(answer, bytes) and answer.startswith(b"%PDF"):
        return " ".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(answer))
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else repr(answer)


def said_to(desk, clinic, told):
    """What somebody is answered, a refusal too, by what was asked: every reading use case, every report in every form."""
    found, day = {}, clinic.clock().date()
    for name, (_user, (case, *arguments), client_id) in told.items():
        try:
            found[name] = desk.do(case, *arguments, reason="de audit", **({"client_id": client_id} if name == "make_report" else {}))
        except DeskError as error:
            found[name] = str(error)
    for one in desk.do(reports.list_reports):
        for form in one.formats if "client" not in one.needs else ():
            given = {"date_from": day - timedelta(days=60), "date_to": day, "format": form, "reason": "de audit"}
            found[f"{one.name}.{form}"] = desk.do(reports.make_report, one.name, **given)
    return found


def leaks(answers, hidden):
    """What an answer should not have said, by what was asked."""
    said = {name: words_of(answer) for name, answer in answers.items()}
    return {name: found for name, words in said.items() if (found := sorted(secret for secret in hidden if secret in words))}


def test_nothing_of_a_client_reaches_the_auditor(clinic, auditor):
    told = asked(clinic)
    clinic.clock.move(days=30)  # something is overdue
    hidden = secrets(clinic.as_("manager"))
    answers = said_to(auditor, clinic, told)
    assert {"grievances.xlsx", "review.pdf"} <= set(answers)
    assert leaks(answers, hidden) == {}
    shown = leaks(said_to(clinic.as_("manager"), clinic, told), hidden)
    assert {"open_grievance", "open_incident", "list_overdue", "rows_behind"} <= set(shown), "the manager sees what is looked for here"
