"""Who works or worked at the clinic, by name."""

from __future__ import annotations

from nmx_desk.data.store import Store
from nmx_desk.domain.people import User


def names_by_id(store: Store) -> dict[str, str]:
    """Shown names of all users by id, of those who left as well."""
    return {user.id: user.display_name for user in store.find(User)}
