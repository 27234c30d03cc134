"""A client as vCard 3.0 (RFC 2426), for a telephone or an address book: who it is and how to reach them, nothing about care."""

from __future__ import annotations

from nmx_desk.domain.clients import Client, NameUse
from nmx_desk.domain.names import clean_name

LINE = 75  # octets a line, without its end
_MOBILE = "+316"


def vcard(client: Client) -> bytes:
    """One card in UTF-8. The family name carries its prefix ("van der Meer"); sorting is by the name without it, as the Dutch do."""
    own, partner = (client.prefix, client.surname), (client.partner_prefix, client.partner_surname)
    first = own if client.name_use in {NameUse.OWN, NameUse.OWN_PARTNER} or not client.partner_surname else partner
    lines = [
        "BEGIN:VCARD",
        "VERSION:3.0",
        f"UID:{_escaped(client.client_no)}",
        f"FN:{_escaped(client.name)}",
        f"N:{_escaped(client.family)};{_escaped(client.first_name)};;;",
        *_line("SORT-STRING", " ".join(filter(None, (first[1], client.first_name)))),
        *_line(_phone_type(client.phone, ",PREF"), client.phone),
        *_line(_phone_type(client.phone2, ""), client.phone2),
        *_line("EMAIL;TYPE=INTERNET", client.email),
        *_address(client),
        *([f"BDAY:{client.birth_date.isoformat()}"] if client.birth_date else []),
        "END:VCARD",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines).encode()


def _line(name: str, value: str) -> list[str]:
    """A line, or none for what is not known."""
    return [f"{name}:{_escaped(value)}"] if value.strip() else []


def _phone_type(phone: str, more: str) -> str:
    return f"TEL;TYPE={'CELL' if phone.startswith(_MOBILE) else 'VOICE'}{more}"


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
