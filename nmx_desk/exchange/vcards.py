"""A client as vCard 3.0 (RFC 2426), for a telephone or an address book: who it is and how to reach them, nothing about care."""

from __future__ import annotations

from collections.abc import Sequence

from nmx_desk.domain.clients import Client, NameUse
from nmx_desk.domain.contacts import CONTACT_LABEL_NAMES, ContactKind, ContactLabel, ContactPoint, is_mobile, own_points
from nmx_desk.domain.names import clean_name
from nmx_desk.i18n import _

LINE = 75  # octets a line, without its end
_WORDED = (ContactLabel.PARENT, ContactLabel.PARTNER, ContactLabel.OTHER)
"""Labels that vCard 3.0 has no type for: they stand beside, in words, as address books write them."""


def vcard(client: Client, points: Sequence[ContactPoint] = ()) -> bytes:
    """One card in UTF-8. The family name carries its prefix ("van der Meer"); sorting is by the name without it, as the Dutch do.

    ``points``: how the client is reached, in order; without them what the client's own fields say.
    """
    own, partner = (client.prefix, client.surname), (client.partner_prefix, client.partner_surname)
    first = own if client.name_use in {NameUse.OWN, NameUse.OWN_PARTNER} or not client.partner_surname else partner
    lines = [
        "BEGIN:VCARD",
        "VERSION:3.0",
        f"UID:{_escaped(client.client_no)}",
        f"FN:{_escaped(client.name)}",
        f"N:{_escaped(client.family)};{_escaped(client.first_name)};;;",
        *_line("SORT-STRING", " ".join(filter(None, (first[1], client.first_name)))),
        *(line for number, point in enumerate(points or own_points(client), 1) for line in _reached(number, point)),
        *_address(client),
        *([f"BDAY:{client.birth_date.isoformat()}"] if client.birth_date else []),
        "END:VCARD",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines).encode()


def _line(name: str, value: str) -> list[str]:
    """A line, or none for what is not known."""
    return [f"{name}:{_escaped(value)}"] if value.strip() else []


def _reached(number: int, point: ContactPoint) -> list[str]:
    """A phone number or address; with its label in words where there is no type for it."""
    work = ",WORK" if point.label is ContactLabel.WORK else ""
    if point.kind is ContactKind.EMAIL:
        name = f"EMAIL;TYPE=INTERNET{work}"
    else:
        name = f"TEL;TYPE={'CELL' if is_mobile(point) else 'VOICE'}{work}{'' if point.position else ',PREF'}"
    if point.label not in _WORDED:
        return _line(name, point.value)
    return [*_line(f"item{number}.{name}", point.value), *_line(f"item{number}.X-ABLabel", _(CONTACT_LABEL_NAMES[point.label]))]


def _address(client: Client) -> list[str]:
    street = f"{client.street} {client.house}".strip()
    if not any((street, client.city, client.postcode)):
        return []
    parts = ("", "", street, client.city, "", client.postcode, client.country)
    return [f"ADR;TYPE=HOME:{';'.join(map(_escaped, parts))}"]


def _escaped(text: str) -> str:
    """A value that cannot end its line or field: signs of the format marked, line ends as text, what cannot be seen left out."""
    lines = [clean_name(line) for line in text.splitlines()]
    marked = [line.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;") for line in lines]
    return "\\n".join(marked)


def _folded(line: str) -> str:
    """The line in pieces of at most 75 octets, no letter cut in two."""
    pieces, size = [""], 0
    for letter in line:
        more = len(letter.encode())
        if size + more > LINE:
            pieces.append(" ")
            size = 1
        pieces[-1] += letter
        size += more
    return "\r\n".join(pieces)
