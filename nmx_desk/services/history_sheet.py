"""The history of one client as it is stored, list by list: what every use case, print and plan reads of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from nmx_desk.data import history as query
from nmx_desk.domain.clients import Client
from nmx_desk.domain.documents import DocumentRow
from nmx_desk.domain.history import HistoryAsked, HistoryTopic
from nmx_desk.domain.history_rules import Told, is_over, topic_of
from nmx_desk.domain.plan_rules import medication_told
from nmx_desk.services.desk import Work


@dataclass(frozen=True, kw_only=True)
class HistorySheet:
    """All that a client told, list by list, what is over too. ``asked``: when a list was last asked about and there was nothing.

    ``called``: as told in the last advice call, unless somebody wrote down more in that list since; ``closed``: the reader has to give a
    reason first.
    """

    told: tuple[Told, ...] = ()
    asked: dict[HistoryTopic, HistoryAsked] = field(default_factory=dict)
    called: dict[HistoryTopic, str] = field(default_factory=dict)
    documents: tuple[DocumentRow, ...] = ()
    born: date | None = None
    today: date = date(1970, 1, 1)
    closed: bool = False

    def of(self, topic: HistoryTopic) -> tuple[Told, ...]:
        """What stands in a list, what is over last."""
        return tuple(sorted((one for one in self.told if topic_of(one) is topic), key=is_over))

    def standing(self, topic: HistoryTopic) -> tuple[Told, ...]:
        """What stands in a list and is not over."""
        return tuple(one for one in self.of(topic) if not is_over(one))

    def nothing(self, topic: HistoryTopic) -> HistoryAsked | None:
        """That there is nothing in a list (now), where that was the answer."""
        return None if self.standing(topic) or topic in self.called else self.asked.get(topic)


def sheet_of(work: Work, client: Client) -> HistorySheet:
    """The sheet as it is stored now. Whoever asks has checked the right and logs the look."""
    told, asked = query.told_of(work.store, client.id), query.asked_of(work.store, client.id)
    return HistorySheet(
        told=tuple(told), asked=asked, called=_called(work, client, told, asked), born=client.birth_date, today=work.today()
    )


def _called(
    work: Work, client: Client, told: list[Told], asked: dict[HistoryTopic, HistoryAsked]
) -> dict[HistoryTopic, str]:  # fmt: skip
    call = query.last_call(work.store, client.id)
    if call is None:
        return {}
    said = {HistoryTopic.DIAGNOSES: call.treated_by, HistoryTopic.MEDICATION: call.medication, HistoryTopic.TESTS: call.prior_tests}
    since = {topic_of(one) for one in told if one.created_at >= call.started_at}
    since |= {topic for topic, one in asked.items() if one.created_at >= call.started_at}
    return {topic: words for topic, text in said.items() if topic not in since and (words := medication_told(text))}


def medication_now(work: Work, client: Client) -> str:
    """What the client takes now of what doctors gave, in one line, with what was told in a later advice call."""
    sheet = sheet_of(work, client)
    names = [one.name for one in sheet.standing(HistoryTopic.MEDICATION)]
    return ", ".join([*names, *filter(None, [sheet.called.get(HistoryTopic.MEDICATION, "")])])
