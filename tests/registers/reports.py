"""Reports: what there is to narrow them to."""

from nmx_desk.services import reports


def live(clinic, _made):
    assert clinic.as_("manager").do(reports.report_filters).practitioner


WITHOUT = ("report_filters",)
