"""The clause-by-clause table of the manual: every clause has its evidence, and every link opens it in the window (ISO 9001 4–10)."""

import pytest
from PySide6.QtCore import QUrl

from nmx_desk import i18n
from nmx_desk.app import PAGES, pages
from nmx_desk.domain.iso import CLAUSES
from nmx_desk.domain.people import Role
from nmx_desk.services import people
from nmx_desk.services.manual import OPENS, Kind, manual_page
from tests.clinic import PASSWORD
from tests.ui.hands import settle

AUDITORS = ("quality", "figures", "reports", "log")
"""Pages at which an auditor sits alone."""


def rows(language):
    return [block for block in manual_page("iso", language).blocks if block.kind is Kind.ROW][1:]


def links(row):
    return [span.link for span in row.spans if span.link]


def where(link):
    page, _sign, part = link.removeprefix(OPENS).partition("/")
    return page, part


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_clause_of_the_standard_has_a_row_with_evidence(language):
    assert [row.cells[0][0].text for row in rows(language)] == list(CLAUSES)
    for row in rows(language):
        assert len(row.cells) == 3 and links(row) and all(link.startswith(OPENS) for link in links(row)), row.text


def test_both_languages_open_the_same():
    assert [links(row) for row in rows("nl")] == [links(row) for row in rows("en")]
    assert {where(link)[0] for row in rows("nl") for link in links(row)} <= set(PAGES)


def part_in_sight(page):
    """The key of the part that a page shows, if it has parts."""
    parts = getattr(page, "list", None) or getattr(page, "tabs", None)
    return parts.current() if parts is not None and hasattr(parts, "current") else ""


def test_every_link_opens_its_evidence_for_the_manager(window_of):
    window = window_of("manager", *pages())
    for link in dict.fromkeys(link for row in rows("nl") for link in links(row)):
        window.manual.open_at("iso")
        window.manual.text.anchorClicked.emit(QUrl(link))
        settle(window)
        page, part = where(link)
        assert window.current().name == page, link
        assert not part or part_in_sight(window.current()) == part, link
        assert not window.manual.isVisible()


def test_an_auditor_opens_registers_documents_figures_and_the_log_alone(clinic, window_of):
    clinic.as_("beheerder").do(people.add_user, "auditor", "U. Demo", (Role.AUDITOR,), password=PASSWORD)
    clinic.approve()
    window = window_of("auditor", *pages())
    alone = [link for row in rows("nl") for link in links(row) if where(link)[0] in AUDITORS]
    for link in dict.fromkeys(alone):
        window.manual.open_at("iso")
        window.manual.text.anchorClicked.emit(QUrl(link))
        settle(window)
        page, part = where(link)
        assert window.current().name == page, link
        assert not part or part_in_sight(window.current()) == part, link
    covered = {row.cells[0][0].text for row in rows("nl") if any(where(link)[0] in AUDITORS for link in links(row))}
    assert set(CLAUSES) - covered == {"5.3", "7.4", "8.1", "8.2"}  # roles, mail, agenda and requests: with the manager beside
