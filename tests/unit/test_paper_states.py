"""The state machine of a version of a controlled document (``PAPER_STEPS``): all pairs, through the door, from the table itself."""

from datetime import date, timedelta

import pytest

from nmx_desk.domain.controlled import PAPER_STEPS, ControlledDocument, ControlledVersion, VersionStatus
from nmx_desk.domain.errors import DeskError
from nmx_desk.services import paper_drafts, paper_steps
from tests.clinic import once

S = VersionStatus
TODAY = date(2026, 9, 14)
LATER = TODAY + timedelta(days=7)
WHY = "besproken in het overleg"


class World:
    def __init__(self, clinic):
        self.clinic, self.boss, self.care = clinic, clinic.as_("manager").do, clinic.as_("behandelaar").do
        self.count = 0

    def begun(self):
        self.count += 1
        sheet = self.boss(paper_drafts.add_paper, ControlledDocument(code=f"PR-{self.count}", title="Titel"))
        return self.boss(paper_drafts.save_text, sheet.shown.id, "Tekst.").shown.id

    def version(self, record):
        return self.clinic.as_("manager").do(once(lambda work: work.store.get(ControlledVersion, record)))

    def everything(self):
        rows = self.clinic.as_("manager").do(once(lambda work: [work.store.find(kind) for kind in (ControlledDocument, ControlledVersion)]))
        return repr(rows)


def back_to_draft(world, record):
    case = paper_steps.rework_version if world.version(record).status is S.REFUSED else paper_steps.take_back_version
    world.boss(case, record)


def comes_into_force(world, record):
    """Approved from today; or, when it was approved for a later day, by that day and the next write."""
    version = world.version(record)
    if version.status is not S.APPROVED:
        world.care(paper_steps.approve_version, record)
        return
    world.clinic.clock.moment += timedelta(days=8)
    world.boss(paper_drafts.begin_version, version.document_id)


def ends(world, record):
    version = world.version(record)
    case, key = (paper_steps.stop_version, record) if version.status is S.APPROVED else (paper_drafts.withdraw_paper, version.document_id)
    if version.status in {S.DRAFT, S.OFFERED, S.REFUSED}:
        case, key = paper_steps.stop_version, record
    world.care(case, key, WHY)


ACTS = {
    S.DRAFT: back_to_draft,
    S.OFFERED: lambda world, record: world.boss(paper_steps.offer_version, record, WHY),
    S.APPROVED: lambda world, record: world.care(paper_steps.approve_version, record, world.clinic.clock().date() + timedelta(days=7)),
    S.IN_FORCE: comes_into_force,
    S.OBSOLETE: ends,
    S.REFUSED: lambda world, record: world.care(paper_steps.refuse_version, record, WHY),
}
WAYS = {
    S.DRAFT: (), S.OFFERED: (S.OFFERED,), S.APPROVED: (S.OFFERED, S.APPROVED), S.IN_FORCE: (S.OFFERED, S.IN_FORCE),
    S.OBSOLETE: (S.OFFERED, S.IN_FORCE, S.OBSOLETE), S.REFUSED: (S.OFFERED, S.REFUSED),
}  # fmt: skip


@pytest.mark.parametrize("now", S)
def test_every_step_is_as_the_table_has_it(clinic, now):
    world = World(clinic)
    assert set(WAYS) == set(ACTS) == set(PAPER_STEPS) == set(S)
    for to in S:
        record = world.begun()
        for step in WAYS[now]:
            ACTS[step](world, record)
        assert world.version(record).status is now
        if to in PAPER_STEPS[now]:
            ACTS[to](world, record)
            assert world.version(record).status is to, f"{now} → {to}"
        elif to is not now:
            before = world.everything()
            with pytest.raises(DeskError) as refused:
                ACTS[to](world, record)
            assert str(refused.value).endswith("."), f"{now} → {to}"
            assert world.everything() == before, f"{now} → {to}"
    assert clinic.verified().ok
