"""How clients are told about on the screen: badges, ages, phones."""

from __future__ import annotations

from collections.abc import Sequence

from nmx_desk.domain.clients import ALERT_NAMES, CLIENT_STATUS_NAMES, Alert, Client, ClientStatus, shown_phone
from nmx_desk.domain.contacts import CONTACT_LABEL_NAMES, ContactKind, ContactLabel, ContactPoint
from nmx_desk.i18n import _, ngettext
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.badges import Badge
from nmx_desk.ui.theme import Hue

_PLAIN = {ContactLabel.PRIVATE, ContactLabel.MOBILE}
_ALERT_LOOKS = {
    Alert.DECEASED: (Hue.DANGER, "octagon-alert"),
    Alert.REFUSED: (Hue.DANGER, "ban"),
    Alert.NO_AUTHORITY: (Hue.WARN, "user-round"),
    Alert.MINOR: (Hue.WARN, "user-round"),
    Alert.NO_VOICEMAIL: (Hue.WARN, "voicemail"),
}
_STATUS_LOOKS = {
    ClientStatus.PROSPECT: (Hue.INFO, "user-plus"),
    ClientStatus.ACTIVE: (Hue.OK, "circle-check"),
    ClientStatus.RESTING: (Hue.NEUTRAL, "circle-dashed"),
    ClientStatus.CLOSED: (Hue.NEUTRAL, "circle-x"),
    ClientStatus.DECEASED: (Hue.DANGER, "octagon-alert"),
    ClientStatus.DESTROYED: (Hue.NEUTRAL, "ban"),
    ClientStatus.MERGED: (Hue.NEUTRAL, "merge"),
}


def alert_badge(alert: Alert) -> Badge:
    """An alert as icon, word and hue."""
    hue, icon = _ALERT_LOOKS[alert]
    return Badge(_(ALERT_NAMES[alert]), hue, icon)


def status_badge(status: ClientStatus) -> Badge:
    """Where a client stands, as icon, word and hue."""
    hue, icon = _STATUS_LOOKS[status]
    return Badge(_(CLIENT_STATUS_NAMES[status]), hue, icon)


def age_text(age: int | None) -> str:
    """``46 years``, empty without a birth date."""
    return "" if age is None else ngettext("{n} year", "{n} years", age).format(n=age)


def born_text(client: Client, age: int | None) -> str:
    """``1-5-1980 (46 years)``."""
    if client.birth_date is None:
        return ""
    return _("{day} ({age})").format(day=dates.short(client.birth_date), age=age_text(age))


def sorted_name(client: Client) -> str:
    """As in the telephone book: ``Meer, Sanne van der``."""
    given = " ".join(filter(None, (client.first_name, client.prefix)))
    own = ", ".join(filter(None, (client.surname, given)))
    return f"{own} ({client.name})" if client.partner_surname else own


def phones(client: Client) -> str:
    """Both numbers as they are read."""
    return " · ".join(shown_phone(number) for number in (client.phone, client.phone2) if number)


def reached(points: Sequence[ContactPoint], kind: ContactKind, most: int) -> list[str]:
    """The first numbers or addresses as they are read, with what must be known of each before using it."""
    found = []
    for point in [point for point in points if point.kind is kind][:most]:
        about = [_(CONTACT_LABEL_NAMES[point.label])] if point.label not in _PLAIN else []
        about += [_("no voicemail")] if point.no_voicemail else []
        about += [_("mail came back")] if point.bounced_on is not None else []
        about += [point.note] if point.note else []
        shown = shown_phone(point.value)
        found.append(_("{value} ({about})").format(value=shown, about=", ".join(about)) if about else shown)
    return found


def address(client: Client) -> str:
    """Street and town on one line."""
    street = " ".join(filter(None, (client.street, client.house)))
    return ", ".join(filter(None, (street, " ".join(filter(None, (client.postcode, client.city))))))
