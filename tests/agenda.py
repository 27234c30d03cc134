"""What the tests of the agenda share: the receptionist's desk, the practitioners, a client, wall times of a summer week."""

from datetime import UTC, date, datetime, timedelta

import pytest

from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import UserError
from nmx_desk.services import clients, people
from nmx_desk.services.desk import use_case

MONDAY = date(2026, 9, 14)


def at(hour, minute=0, day=MONDAY):
    """A wall time at the clinic in summer."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC) - timedelta(hours=2)


@use_case("session.use", writes=False)
def fetch(work, kind, record_id):
    return work.store.get(kind, record_id)


def refused(desk, *args, **kw):
    """What a use case says when it refuses."""
    with pytest.raises(UserError) as caught:
        desk.do(*args, **kw)
    return caught.value


@pytest.fixture
def reception(clinic):
    return clinic.as_("receptie")


@pytest.fixture
def people_here(reception):
    """Ids of the two practitioners by user name."""
    return {user.username: user.id for user in reception.do(people.list_practitioners)}


@pytest.fixture
def vis(reception):
    """A client."""
    return reception.do(clients.create_client, Client(first_name="Sanne", surname="Vis", phone="0612345678"))
