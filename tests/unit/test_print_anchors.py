"""Every print carries the log as it was before it: in the footer, and in a code that is read back from the rendered page."""

import pytest

from nmx_desk import i18n
from nmx_desk.audit import export
from nmx_desk.services import proofs, reports
from tests.day import whole_day
from tests.prints import page_texts, qr_codes


@pytest.fixture
def day(clinic):
    """A clinic after a whole day, and the number of the client with a plan in force."""
    for _step in whole_day(clinic):
        pass
    desk = clinic.as_("behandelaar")
    with desk.database.reading() as connection:
        clinic.client = connection.exec_driver_sql(
            "SELECT client_no FROM client JOIN plan ON plan.client_id = client.id WHERE plan.status = 'active'"
        ).scalar_one()
    return clinic


@pytest.mark.parametrize("name", reports.REPORTS)
@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_page_of_every_report_carries_the_log(day, name, language):
    i18n.use(language)
    desk = day.as_("manager")
    desk.do(proofs.check_anchor, 1, "0" * 16)
    with desk.database.reading():
        head = export.newest(desk.database.reading_driver)
    today = day.clock().date()
    made = desk.do(reports.make_report, name, date_from=today, date_to=today, client_no=day.client, reason="audit")
    texts, codes = page_texts(made), qr_codes(made)
    assert len(codes) == len(texts) > 0
    for text, found in zip(texts, codes, strict=True):
        code = found[0]
        assert set(found) == {code}
        assert head.root.hex()[:20] in text
        assert str(head.size) in text.replace(",", "").replace(".", "")
        assert code == f"NMX:{desk.db_uuid.upper()}:{head.size}:{head.root.hex().upper()}"
        assert desk.do(proofs.check_anchor, *proofs.read_anchor(code)).holds
    assert desk.log_size > head.size  # the print itself was logged after the head that it carries
