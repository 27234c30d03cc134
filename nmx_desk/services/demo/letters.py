"""Letters to the GP after calls that ended so, and people who are called again."""

from __future__ import annotations

import random
from datetime import date, timedelta

from nmx_desk.domain.referrals import SentHow
from nmx_desk.domain.requests import AttemptResult
from nmx_desk.services import referrals, requests
from nmx_desk.services.demo import texts
from nmx_desk.services.demo.office import RECEPTION, Journey, Office, Practitioner, wall

SENT, ANSWERED, CALLED_AGAIN = 0.85, 0.6, 0.7


def letter(office: Office, rng: random.Random, call_id: str, who: Practitioner) -> Journey:
    """The practitioner writes it right after the call; the client takes it along, and some time later most GPs answer."""
    yield office.now + timedelta(minutes=rng.uniform(2, 6))
    begun = office.do(who.username, referrals.begin_letter, call_id=call_id).letter
    stored = office.do(who.username, referrals.save_letter, begun)
    if rng.random() > SENT:
        return
    yield office.now + timedelta(minutes=1)
    office.do(who.username, referrals.print_letter, stored.id)
    office.do(who.username, referrals.send_letter, stored.id, SentHow.CLIENT)
    if rng.random() < ANSWERED:
        yield office.working(office.now + timedelta(days=rng.uniform(4, 15)))
        office.do(who.username, referrals.record_feedback, stored.id, texts.some(rng, "gp_answers"))


def called_again(office: Office, rng: random.Random, request_id: str, day: date) -> Journey:
    """Somebody who was to be called later is, on that day or not yet."""
    yield office.working(wall(day, 9 * 60 + rng.randint(5, 200)))
    if rng.random() < CALLED_AGAIN:
        office.look(RECEPTION, requests.open_request, request_id)
        office.do(RECEPTION, requests.log_attempt, request_id, AttemptResult.SPOKEN, texts.some(rng, "called_again_notes"))
