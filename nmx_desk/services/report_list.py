"""Every report there is (DOMAIN §5): its name, who may have it, what it needs, as what it comes. How each is made: ``report_makers``."""

from __future__ import annotations

from dataclasses import dataclass

from nmx_desk.i18n import N_

ALL_FORMATS = ("pdf", "xlsx", "csv")
GROUPS = {
    "desk": N_("Lists of the day"),
    "client": N_("One client"),
    "figures": N_("Figures"),
    "quality": N_("Quality"),
    "log": N_("Log and privacy"),
}


@dataclass(frozen=True, kw_only=True)
class Report:
    """A report. ``right`` gives it; ``needs`` "period", "day", "client" (optional where ``client_optional``), "paper" (one of a client's).

    ``filters``: what it can be narrowed to, of "practitioner", "source", "type", "user"; ``basis``: which day counts for its period;
    ``formats`` pdf, xlsx, csv; ``personal``: names or numbers of clients stand in it, so that it never leaves by itself.
    """

    name: str
    number: str
    title: str
    text: str
    right: str
    group: str = "quality"
    needs: frozenset[str] = frozenset()
    filters: tuple[str, ...] = ()
    client_optional: bool = False
    formats: tuple[str, ...] = ALL_FORMATS
    personal: bool = True
    basis: str = ""

    @property
    def schedulable(self) -> bool:
        """Whether it may write itself: about a period, and nobody's data in it."""
        return not self.personal and "period" in self.needs


_PDF = ("pdf",)
_NARROW = ("practitioner", "source", "type", "location")
_CLIENT, _PERIOD, _PAPER = frozenset({"client"}), frozenset({"period"}), frozenset({"client", "paper"})

DESK = (
    Report(
        name="daylist", number="A1", title=N_("Day list"), right="reports.desk", group="desk", needs=frozenset({"day"}),
        filters=("practitioner", "type", "location"),
        text=N_("Who comes on a day, with phone number and call instruction. Nothing clinical."),
    ),
    Report(
        name="recalls", number="A2", title=N_("Call-back list"), right="reports.desk", group="desk", filters=("source",),
        text=N_("Who waits for a call, promised calls first."),
    ),
)  # fmt: skip
CLIENT = (
    Report(
        name="overview", number="B1", title=N_("Client overview"), right="notes.read", group="client", needs=_CLIENT, formats=_PDF,
        text=N_("A client on one page: alarm symptoms, medication, complaints with their curves, history, axes, plan, next step."),
    ),
    Report(
        name="plan", number="B3", title=N_("Personal plan"), right="plans.print", group="client", needs=_CLIENT, formats=_PDF,
        text=N_("The plan in force, for the client to take home."),
    ),
    Report(
        name="progress", number="B4", title=N_("Progress"), right="notes.read", group="client", needs=_CLIENT, formats=_PDF,
        text=N_("Complaints and outcomes as curves along the steps of the plan, with all figures. In the client's language."),
    ),
    Report(
        name="lifeline", number="B6", title=N_("Timeline"), right="notes.read", group="client", needs=_CLIENT, formats=_PDF,
        text=N_("What happened in a life, drawn on a line beside complaints and plans, and in words. In the client's language."),
    ),
)  # fmt: skip
FIGURES = (
    Report(
        name="month", number="C1", title=N_("Figures of the month"), right="reports.figures", group="figures", needs=_PERIOD,
        filters=_NARROW, personal=False,
        text=N_("All figures from request to satisfaction, with what they were before, month by month, and their definitions."),
    ),
    Report(
        name="funnel", number="C2", title=N_("From request to intake"), right="reports.figures", group="figures", needs=_PERIOD,
        filters=("practitioner", "source", "location"), personal=False, basis=N_("by the day a request was received"),
        text=N_("Requests followed to their intake, by month of receipt and by source; what can still change is hatched."),
    ),
    Report(
        name="follow_up", number="C3", title=N_("Follow-up and plans"), right="reports.figures", group="figures", needs=_PERIOD,
        filters=("practitioner", "source", "location"), personal=False, basis=N_("by the day a contact was due"),
        text=N_("Contacts held in time and overdue, plans completed and stopped, how far they were kept to, side effects."),
    ),
)  # fmt: skip
QUALITY = (
    Report(
        name="grievances", number="C4", title=N_("Register of formal complaints (Wkkgz)"), right="registers.read", needs=_PERIOD,
        personal=False, basis=N_("the day on which it came in"),
        text=N_("Open, overdue, what they are about, judgements, lead time, by quarter. No names."),
    ),
    Report(
        name="incidents", number="C5", title=N_("Register of incidents (VIM)"), right="registers.read", needs=_PERIOD, personal=False,
        basis=N_("the day on which it was reported"),
        text=N_("Kind, harm, causes, open measures, calamities, data leaks, by quarter. No names."),
    ),
    Report(
        name="deviations", number="C6", title=N_("Nonconformities and corrective action"), right="registers.read", needs=_PERIOD,
        personal=False, basis=N_("day it was found"),
        text=N_("Open and late, where they come from, trend, in time and effective; each one."),
    ),
    Report(
        name="satisfaction", number="C7", title=N_("Satisfaction"), right="registers.read", needs=_PERIOD, filters=("practitioner",),
        personal=False, text=N_("Would clients recommend us, their mark, the course by quarter, words without a name."),
        basis=N_("day of the answer"),
    ),
    Report(
        name="competences", number="C8", title=N_("Competences"), right="registers.read", personal=False,
        text=N_("What is missing, what ends within 90 days, people against what is asked."),
    ),
    Report(
        name="suppliers", number="C9", title=N_("Suppliers"), right="registers.read", needs=_PERIOD, personal=False,
        text=N_("How suppliers stand, their agreements on data and their scores."), basis=N_("day of the score"),
    ),
    Report(
        name="review", number="C10", title=N_("Management review"), right="registers.read", needs=_PERIOD, formats=_PDF, personal=False,
        text=N_("A chapter per input of ISO 9001 9.3.2, filled from registers and figures, with room for what is said; decisions."),
    ),
    Report(
        name="documents", number="C11", title=N_("Controlled documents"), right="documents.read", personal=False,
        text=N_("All documents by code, with version, days, owner and how many have read them (ISO 9001 7.5)."),
    ),
    Report(
        name="readings", number="C12", title=N_("Read and understood"), right="documents.read", personal=False,
        text=N_("Who has read and understood the documents in force, and who has not yet."),
    ),
    Report(
        name="programme", number="C13", title=N_("Audit programme"), right="registers.read", needs=_PERIOD, personal=False,
        text=N_("The audits of a period with their findings, and which clause of ISO 9001 was audited in which year."),
    ),
    Report(
        name="risks", number="C14", title=N_("Register of risks and opportunities"), right="registers.read", personal=False,
        text=N_("The picture of chance and impact, every risk and opportunity with its measures, as it is today."),
    ),
)  # fmt: skip
"""The registers and what the quality system is made of, C4 to C14: each with its maker in a file of its own."""
LOG = (
    Report(
        name="seen", number="D1", title=N_("Who saw my file"), right="log.clients", group="log", needs=_CLIENT,
        text=N_("For a client who asks: who saw or changed the file, on which day and for what, in plain words."),
    ),
    Report(
        name="access", number="D1", title=N_("Access log"), right="reports.log", group="log", needs=_CLIENT | _PERIOD, filters=("user",),
        client_optional=True, text=N_("Who saw and changed what, of one client or of everybody."),
    ),
    Report(
        name="changes", number="D2", title=N_("Change log"), right="reports.log", group="log", needs=_CLIENT | _PERIOD, filters=("user",),
        client_optional=True, text=N_("What was changed, from what to what, of one client or of everybody."),
    ),
    Report(
        name="certificate", number="D3", title=N_("Integrity certificate"), right="reports.integrity", group="log", formats=_PDF,
        personal=False, text=N_("Checks the whole log and says what was found."),
    ),
    Report(
        name="retention", number="D4", title=N_("Retention and privacy requests"), right="retention.propose", group="log", personal=False,
        needs=_PERIOD, text=N_("What is due for destruction, what clients asked and what was decided. No names."),
    ),
)  # fmt: skip
PAPERS = {
    report.name: report for report in (
        Report(
            name="confirmation", number="A3", title=N_("Confirmation of an appointment"), right="reports.desk", group="desk",
            needs=_PAPER, formats=_PDF, text=N_("Day, place, what to bring and until when it can be cancelled, as a letter."),
        ),
        Report(
            name="note", number="B2", title=N_("Consult note"), right="notes.read", group="client", needs=_PAPER, formats=_PDF,
            text=N_("A signed note with what was added to it later."),
        ),
        Report(
            name="letter", number="B5", title=N_("Letter to the GP"), right="letters.read", group="client", needs=_PAPER, formats=_PDF,
            text=N_("A letter as it stands, or as it went out."),
        ),
    )
}  # fmt: skip
"""Of one thing of a client; ``report_papers`` makes them."""
REPORTS = {report.name: report for report in (*DESK, *CLIENT, *FIGURES, *QUALITY, *LOG)}
