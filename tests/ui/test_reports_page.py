"""The reports page in a real window: a real PDF in it, on paper and in a file."""

from datetime import date

import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication, QFileDialog

from nmx_desk.domain.clients import Client
from nmx_desk.exchange.xlsx_read import read_sheet
from nmx_desk.services import clients, log, reports
from nmx_desk.services.log import LogFilter
from nmx_desk.ui import errors
from nmx_desk.ui import reports as report_pages
from nmx_desk.ui.frame.scheduled import ReportWatch
from nmx_desk.ui.kit.a11y import unnamed
from nmx_desk.ui.kit.pdf import print_pdf
from nmx_desk.ui.kit.period import PeriodInput
from nmx_desk.ui.theme import theme
from tests.day import whole_day


@pytest.fixture
def at_reports(window_of):
    """``at_reports(user, report=…)``: the window of a user, at the reports."""

    def open_window(username, **where):
        window = window_of(username, report_pages.PAGE)
        window.go("reports", **where)
        settle(window)
        return window

    return open_window


def settle(window):
    for _turn in range(3):
        QApplication.processEvents()
        window.runner.idle()


def logged(clinic):
    return [(r.code, r.obj_type, r.client_id) for r in clinic.as_("manager").do(log.list_log, LogFilter(codes=("PRINT", "EXPORT")))]


def save_to(monkeypatch, path):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(path), ""))


def test_choose_with_the_keyboard_and_see_it_at_once(qtbot, clinic, at_reports):
    window = at_reports("manager")
    page = window.page("reports")
    listed = [choice.name for choice in clinic.as_("manager").do(reports.list_reports)]
    assert [c.name for c in page.table.records.rows] == listed
    assert listed[0] == "month"  # a manager's begin with the figures
    assert unnamed(window) == []
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_Down)
    qtbot.keyClick(page.table, Qt.Key.Key_Up)
    assert page.table.current().name == "month"
    assert page.right_side.currentWidget() is page.empty
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    settle(window)
    assert page.right_side.currentWidget() is page.preview
    assert page.preview.pages == 6
    assert page.pages.text() == "6 pages"
    assert logged(clinic) == [("PRINT", "month", None)]
    assert unnamed(window) == []


def test_what_is_seen_is_what_was_asked(clinic, at_reports):
    window = at_reports("manager", report="month")
    page = window.page("reports")
    assert page.preview.pages == 6
    page.period._step(-1)
    assert page.preview.pages == 0
    assert page.right_side.currentWidget() is page.empty
    page.make()
    settle(window)
    assert page.preview.pages == 6
    page.make()
    settle(window)
    assert len(logged(clinic)) == 2  # the same again is not made again


def test_the_paper_is_white_in_the_dark(at_reports):
    theme().start(QApplication.instance())
    theme().use("dark")
    try:
        window = at_reports("manager", report="certificate")
        page = window.page("reports")
        QApplication.processEvents()
        for _turn in range(50):
            shot = page.preview.view.viewport().grab().toImage()
            middle = shot.pixelColor(shot.width() // 2, 40)
            if middle.lightness() > 250:
                break
            QApplication.processEvents()
        assert middle.lightness() > 250
    finally:
        theme().use("light")


def test_print_draws_every_page_on_white(tmp_path, at_reports):
    page = at_reports("manager", report="month").page("reports")
    printer = QPrinter(QPrinter.PrinterMode.ScreenResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "out.pdf"))
    assert print_pdf(page.preview.document, printer) == 6
    document = pypdfium2.PdfDocument(tmp_path / "out.pdf")
    assert len(document) == 6
    document[0].render(scale=1).to_pil().save(tmp_path / "page.png")
    document.close()
    shot = QImage(str(tmp_path / "page.png"))
    assert shot.pixelColor(5, 5).lightness() == 255
    assert any(shot.pixelColor(x, y).lightness() < 120 for x in range(0, shot.width(), 2) for y in range(0, shot.height() // 4, 2))


def test_save_as_pdf_and_as_table(tmp_path, monkeypatch, clinic, at_reports):
    window = at_reports("manager", report="month")
    page = window.page("reports")
    save_to(monkeypatch, tmp_path / "cijfers")
    page.save_pdf()
    settle(window)
    assert (tmp_path / "cijfers.pdf").read_bytes()[:5] == b"%PDF-"
    page.save_csv()
    settle(window)
    assert (tmp_path / "cijfers.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert window.toaster.text == "cijfers.csv has been saved."
    assert [code for code, *_rest in logged(clinic)] == ["EXPORT", "PRINT"]


def test_a_folder_that_cannot_be_written_is_said(tmp_path, monkeypatch, at_reports):
    window = at_reports("manager", report="month")
    save_to(monkeypatch, tmp_path / "nowhere" / "cijfers.pdf")
    window.page("reports").save_pdf()
    settle(window)
    assert "could not be written" in window.banner.text


def test_a_managers_list_of_people_asks_for_a_reason(tmp_path, monkeypatch, clinic, at_reports):
    window = at_reports("manager")
    page = window.page("reports")
    page.table.choose("recalls")
    save_to(monkeypatch, tmp_path / "lijst.csv")
    monkeypatch.setattr(errors, "reason_for", lambda *_args: "Overdracht")
    page.save_csv()
    settle(window)
    assert (tmp_path / "lijst.csv").exists()
    assert clinic.as_("manager").do(log.list_log, LogFilter(codes=("EXPORT",)))[0].reason == "Overdracht"


def test_a_missing_client_is_said_beside_the_field(at_reports):
    window = at_reports("behandelaar", report="plan")
    page = window.page("reports")
    assert page.problem.isVisible()
    assert page.problem.text() == "Choose the client this report is about."


def test_reception_prints_the_plan_without_seeing_it(tmp_path, monkeypatch, clinic, at_reports):
    for _step in whole_day(clinic):
        pass
    desk = clinic.as_("receptie")
    client = next(c.client for c in desk.do(clients.list_clients).rows if c.client.practitioner_id)
    window = at_reports("receptie", report="plan", client_id=client.id)
    page = window.page("reports")
    assert not page.show_it.isVisible()
    assert page.preview.pages == 0
    page.make()
    settle(window)
    assert page.right_side.currentWidget() is page.empty
    save_to(monkeypatch, tmp_path / "plan.pdf")
    page.save_pdf()
    settle(window)
    assert (tmp_path / "plan.pdf").exists()
    assert logged(clinic) == [("PRINT", "plan_version", client.id)]


def test_a_report_of_another_role_is_said_not_to_be_there(clinic, at_reports):
    client = clinic.as_("receptie").do(clients.create_client, Client(first_name="Sanne", surname="Meer", phone="0612345678"))
    window = at_reports("receptie", report="access", client_id=client.id)
    assert window.toaster.text == "This report is not available to you."
    assert logged(clinic) == []


def test_periods(qtbot):
    period = PeriodInput(date(2026, 9, 14))
    qtbot.addWidget(period)
    assert period.days() == (date(2026, 9, 1), date(2026, 9, 30))
    period._step(6)
    assert period.days() == (date(2027, 3, 1), date(2027, 3, 31))
    period.kind.set_value("quarter")
    period.kind.edited.emit()
    assert period.days() == (date(2027, 1, 1), date(2027, 3, 31))
    period._step(-1)
    assert period.days() == (date(2026, 10, 1), date(2026, 12, 31))
    assert period.shown.text() == "quarter 4, 2026"
    period.kind.set_value("year")
    period.kind.edited.emit()
    assert period.days() == (date(2026, 1, 1), date(2026, 12, 31))
    period.kind.set_value("free")
    period.kind.edited.emit()
    period.first.setText("1-2-2026")
    period.last.setText("29-2-2026")
    assert period.days() == (date(2026, 2, 1), None)


# -- narrowed, of one client, under a name -----------------------------------------------------------------------------------------------


def test_a_workbook_is_saved(tmp_path, monkeypatch, clinic, at_reports):
    page = at_reports("manager", report="month").page("reports")
    save_to(monkeypatch, tmp_path / "cijfers")
    page.save_xlsx()
    settle(page.frame)
    assert read_sheet((tmp_path / "cijfers.xlsx").read_bytes()).rows[0][0] == "Code"
    assert logged(clinic)[0][0] == "EXPORT"


def test_what_is_chosen_to_narrow_down_is_in_the_print_and_said_beside_it(qtbot, at_reports):
    page = at_reports("manager", report="funnel").page("reports")
    qtbot.mouseClick(page.asking.narrow.head, Qt.MouseButton.LeftButton)
    assert page.asking.filters["source"].isVisible() and not page.asking.filters["type"].isVisible()
    page.asking.filters["source"].set_value("website")
    page.asking.filters["source"].edited.emit()
    assert page.preview.pages == 0  # what was shown is not what is asked any more
    page.make()
    settle(page.frame)
    assert page.preview.pages == 2 and page.asking.narrow.said.text() == "Website"
    assert unnamed(page.frame) == []


def test_a_paper_of_one_client(clinic, at_reports):
    for _step in whole_day(clinic):
        pass
    client = next(c.client for c in clinic.as_("behandelaar").do(clients.list_clients).rows if c.client.practitioner_id)
    page = at_reports("behandelaar", report="note").page("reports")
    assert "Choose what is to be printed" in page.problem.text()
    page.client.set_client(client.id, client.name)
    settle(page.frame)
    assert "Intake" in page.asking.paper.currentText() and not page.name_it.isVisible()
    page.make()
    settle(page.frame)
    assert page.preview.pages >= 1
    assert ("PRINT", "consult_note", client.id) in logged(clinic)


def test_under_a_name_and_written_by_itself(qtbot, tmp_path, clinic, at_reports):
    page = at_reports("manager").page("reports")
    window = page.frame
    page.period._step(-1)
    qtbot.mouseClick(page.name_it, Qt.MouseButton.LeftButton)
    assert page.right_side.currentWidget() is page.naming and not page.naming.form.input("folder").isVisible()
    page.naming.form.input("every").set_value("month")
    page.naming.form.input("every").edited.emit()
    assert page.naming.form.input("folder").isVisible() and page.naming.form.input("formats").isVisible()
    page.naming.form.set_values({"name": "Overleg", "formats": "pdf csv", "every": "month", "folder": str(tmp_path / "er is niets")})
    page.naming.save()
    settle(window)
    line = page.table.current()
    assert line.title == "Overleg" and page.table.records.rows[0] is line and page.drop.isVisible()
    watch = ReportWatch(window.runner)
    told = []
    watch.trouble.connect(told.append)
    watch.look()
    settle(window)
    assert "cannot be written" in told[0]
    page.arrive()
    settle(window)
    assert page.table.records.rows[0].text.startswith("Not written:")
    (tmp_path / "er is niets").mkdir()
    watch.again()
    settle(window)
    assert sorted(path.suffix for path in (tmp_path / "er is niets").iterdir()) == [".csv", ".pdf"]
    page.drop_named()
    settle(window)
    assert page.table.records.rows[0].named is None
    window.toaster.run_action()
    settle(window)
    assert page.table.records.rows[0].title == "Overleg"
    assert clinic.verified().ok


def test_what_a_named_report_was_narrowed_to_is_its_own(at_reports):
    page = at_reports("manager").page("reports")
    page.table.choose("funnel")
    page.asking.filters["source"].set_value("phone")
    page.period._step(-2)
    page.open_naming()
    page.naming.form.set_values({"name": "Telefoon", "formats": "pdf", "every": None, "folder": ""})
    page.naming.save()
    settle(page.frame)
    page.table.choose("month")
    assert page.asking.filters["source"].value() is None
    page.period._step(1)
    page.table.choose(page.table.records.rows[0].name)
    assert page.asking.filters["source"].value() == "phone"
    assert page.period.days() == (date(2026, 7, 1), date(2026, 7, 31))
