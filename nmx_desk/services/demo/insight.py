"""What practitioners of the demo clinic think of the axes, and the lab tests they ask for.

Chance is a stream of its own for each client, so that what happens otherwise stays what it is.
"""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from nmx_desk.domain.clients import Client
from nmx_desk.domain.complaints import Axis, AxisAssessment, Complaint, Insight, axes_text
from nmx_desk.domain.lab_lines import read_lines
from nmx_desk.domain.labs import LabOrder, LabStatus, Material
from nmx_desk.i18n import resources_dir
from nmx_desk.services import axes, complaints, labs
from nmx_desk.services.demo import chronicle, texts
from nmx_desk.services.demo.office import Journey, Office, Practitioner

if TYPE_CHECKING:
    from nmx_desk.services.demo.care import File

TESTED, LONGEST_STORY = 0.4, timedelta(days=50)
LAPSES, WAITS = 0.06, 0.15
_S = LabStatus


class Insights:
    """Axes judged after a consult, and tests that go their way beside the plan."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._rng: dict[str, random.Random] = {}
        self._state: dict[tuple[str, Axis], int] = {}

    def _chance(self, client_id: str) -> random.Random:
        return self._rng.setdefault(client_id, random.Random(f"insight {client_id}"))  # noqa: S311 (invented people)

    # -- axes ------------------------------------------------------------------------------------------------------------------------

    def judged(self, file: File, note_id: str | None) -> None:
        """What is thought after a consult: two or three axes at the first, one of them now and then later. ``note_id``: a draft."""
        office, rng = self._office, self._chance(file.client_id)
        known = [axis for axis in Axis if (file.client_id, axis) in self._state]
        if not known:
            wanted = sorted({axis for code in file.person.codes for axis in texts.axes_of(code)})
            chosen = rng.sample(wanted, min(len(wanted), rng.randint(2, 3)))
        else:
            chosen = [rng.choice(known)] if rng.random() < 0.5 else []
        rows = [self._judgement(file, axis, rng) for axis in chosen]
        if not rows:
            return
        if office.long_past:
            office.do(file.who.username, chronicle.judge_axes, file.client_id, rows)
            return
        if not known:
            self._linked(file)
        for one in rows:
            office.do(file.who.username, axes.judge_axis, file.client_id, one.axis, one.state, one.insight, one.hypothesis, note_id)

    def _judgement(self, file: File, axis: Axis, rng: random.Random) -> AxisAssessment:
        before = self._state.get((file.client_id, axis))
        step = 1 if file.person.course.step > 0 else -1
        state = rng.randint(1, 3) if before is None else min(max(before + rng.choice((0, step)), 0), 3)
        self._state[file.client_id, axis] = state
        words = texts.hypothesis(rng, axis) if state else texts.some(rng, "hypothesis_none")
        return AxisAssessment(client_id=file.client_id, axis=axis, state=state, insight=Insight.SELF_REPORT, hypothesis=words)

    def _linked(self, file: File) -> None:
        """The complaints get their axes."""
        office = self._office
        for one in office.find(Complaint, client_id=file.client_id):
            if one.code and not one.axes and (found := texts.axes_of(one.code)):
                changed: dict[str, Any] = {**vars(one), "axes": axes_text(found)}
                office.do(file.who.username, complaints.change_complaint, Complaint(**changed))

    # -- labs ------------------------------------------------------------------------------------------------------------------------

    def tested(self, file: File) -> None:
        """Some are advised a test at the intake; it goes its way beside the plan."""
        if self._chance(file.client_id).random() < TESTED:
            self._office.start(self._story(file))

    def _story(self, file: File) -> Journey:
        office, rng = self._office, self._chance(file.client_id)
        test = texts.lab_test(rng)
        asked = LabOrder(
            lab=test["lab"], panel=test["panel"], material=Material(test["material"]), cost_cents=test["cents"], cost_told_on=office.today,
            expected_on=office.today + timedelta(days=test["days"]),
        )  # fmt: skip
        yield office.working(office.now, rng.uniform(3, 12))
        if office.now + LONGEST_STORY < office.told_in_full_from:
            days = [office.now + timedelta(days=n) for n in (rng.uniform(1, 3), rng.uniform(20, 30), rng.uniform(31, 45))]
            ordered = office.today
            yield office.working(days[-1], rng.uniform(10, 60))
            if who := self._who(file):
                office.do(who.username, chronicle.discuss_labs, file.client_id, asked, ordered, self._lines(rng, test))
            return
        if (who := self._who(file)) is None:
            return
        order = office.do(who.username, labs.add_lab_order, file.client_id, asked)
        yield from self._followed(file, order.id, test, rng)

    def _followed(self, file: File, order_id: str, test: dict[str, Any], rng: random.Random) -> Journey:
        office = self._office
        awaited = [_S.ORDERED, _S.KIT_GIVEN, _S.SENT] if test["kit"] else [_S.ORDERED]
        for step in awaited:
            yield office.working(office.now + timedelta(days=rng.uniform(0.5, 4)), rng.uniform(5, 90))
            if (who := self._who(file)) is None:
                return
            office.do(who.username, labs.step_lab_order, order_id, step)
        if rng.random() < LAPSES:
            yield office.working(office.now + timedelta(days=10), rng.uniform(5, 90))
            if who := self._who(file):
                office.do(who.username, labs.step_lab_order, order_id, _S.LAPSED, None, texts.some(rng, "lab_lapsed"))
            return
        late = 2 if rng.random() < WAITS else 1
        yield office.working(office.now + timedelta(days=test["days"] * rng.uniform(0.5, 0.9) * late), rng.uniform(5, 90))
        if who := self._who(file):
            found, paper = read_lines(self._lines(rng, test))[0], (resources_dir() / "demo" / "lab.pdf").read_bytes()
            office.do(who.username, labs.save_lab_results, order_id, found, None, "uitslag lab.pdf", paper)
        for step in (_S.REVIEWED, _S.DISCUSSED):
            yield office.working(office.now + timedelta(days=rng.uniform(1, 8)), rng.uniform(5, 90))
            if who := self._who(file):
                office.do(who.username, labs.step_lab_order, order_id, step)

    def _who(self, file: File) -> Practitioner | None:
        """Who treats the client now; nobody once the client or the practitioner is gone."""
        client = self._office.get(Client, file.client_id)
        who = next((one for one in self._office.practitioners if one.id == client.practitioner_id), None)
        return who if who is not None and who.works_on(self._office.today) and not client.has_died else None

    def _lines(self, rng: random.Random, test: dict[str, Any]) -> str:
        """The lab's lines, each value around where most are."""
        lines = []
        for line in test["lines"]:
            if isinstance(line, str):
                lines.append(line)
            else:
                name, middle, spread, decimals, rest = line
                value = f"{max(rng.gauss(middle, spread), middle / 10):.{decimals}f}".replace(".", ",")
                lines.append(f"{name}: {value} {rest}")
        return "\n".join(lines)
