"""Which export it is and which column holds what, by the names in the header."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from nmx_desk.domain.errors import UserError
from nmx_desk.domain.names import fold
from nmx_desk.i18n import _

FIELDS = ("full_name", "first_name", "prefix", "surname", "phone", "email", "birth_date", "received", "question", "preferred_times")
ENTRY_ID = "entry_id"
GENERIC = "generic"

# Columns that only this form builder writes, and the column with its own number of an entry.
_FORMATS: Mapping[str, tuple[frozenset[str], str]] = MappingProxyType(
    {
        "calendly": (frozenset({"inviteeemail", "eventcreateddatetime"}), "inviteeuuid"),
        "elementor": (frozenset({"formnameid", "submissionid"}), "submissionid"),
        "gravity_forms": (frozenset({"entryid", "entrydate"}), "entryid"),
    }
)
_FLAMINGO = re.compile(r"^(your-|tel-\d|email-\d|text-\d|textarea-\d)")
_CALENDLY = MappingProxyType(
    {
        "full_name": "inviteename",
        "first_name": "inviteefirstname",
        "surname": "inviteelastname",
        "phone": "textremindernumber",
        "email": "inviteeemail",
        "received": "eventcreateddatetime",
    }
)

# Column names as bare letters and digits, Dutch and English; those of each field in the order in which they are preferred.
_SYNONYMS: Mapping[str, str] = MappingProxyType(
    {
        "first_name": "voornaam voornamen roepnaam uwvoornaam firstname givenname yourfirstname first",
        "prefix": "tussenvoegsel tussenvoegsels tussenvoegselen voorvoegsel voorvoegsels prefix infix middle",
        "surname": "achternaam uwachternaam familienaam geslachtsnaam lastname surname familyname yourlastname last",
        "full_name": "naam uwnaam volledigenaam naamclient name yourname fullname voorenachternaam voornaamenachternaam naamaanvrager",
        "phone": "telefoon telefoonnummer uwtelefoonnummer mobiel mobielnummer mobieltelefoonnummer gsm tel tel1 phone phonenumber "
        "mobile mobilenumber mobilephone yourphone yourtel telephone telnr",
        "email": "email emailadres uwemail uwemailadres mail mailadres youremail emailaddress email1",
        "birth_date": "geboortedatum uwgeboortedatum geborenop gebdatum birthdate dateofbirth birthday dob yourbirthdate",
        "received": "entrydate createdat aangevraagdop ontvangenop ontvangen ingezondenop inzenddatum submittedat submissiondate "
        "datumaanvraag aanmaakdatum timestamp tijdstempel received receivedat date datum datumentijd",
        "question": "hulpvraag vraag uwvraag klachten klacht uwklachten uwklacht bericht uwbericht message yourmessage question "
        "yourquestion toelichting omschrijving opmerking opmerkingen comments comment",
        "preferred_times": "voorkeur voorkeursdag voorkeurstijd voorkeurstijden voorkeursmoment voorkeurdag preferredtime preferredtimes "
        "preference bereikbaar bereikbaarheid",
    }
)
# When no name fits exactly: part of it, in this order, unless it says something else as well.
_PARTS: Sequence[tuple[str, str, str]] = (
    ("birth_date", "geboortedatum|geborenop|dateofbirth|birthdate", "plaats|place"),
    ("preferred_times", "voorkeur|bereik|prefer|wanneer|besttime", "klacht|begon"),
    ("email", "e?mail", "marketing|nieuwsbrief|newsletter|akkoord|toestemming"),
    ("phone", "telefo|phone|mobiel|mobile|gsm", ""),
    ("first_name", "voornaam|firstname", "achternaam|lastname"),
    ("prefix", "tussenvoegsel", ""),
    ("surname", "achternaam|lastname|surname", ""),
    ("question", "helpen|vraag|klacht|bericht|message|question|reden|reason|helpyou", "datum|date|id$"),
)


def column_key(name: str) -> str:
    """A column name as bare letters and digits."""
    return re.sub(r"[^a-z0-9]", "", fold(name))


def guess_field(name: str) -> str:
    """The field a column name means, or an empty text."""
    return _exact(name) or _by_part(name)


def detect_format(columns: Sequence[str]) -> str:
    """``calendly``, ``elementor``, ``gravity_forms``, ``flamingo`` (Contact Form 7) or ``generic``."""
    keys = {column_key(column) for column in columns}
    for name, (own, _id) in _FORMATS.items():
        if own <= keys:
            return name
    return "flamingo" if any(_FLAMINGO.match(column.strip().lower()) for column in columns) else GENERIC


def map_columns(form: str, columns: Sequence[str], wanted: Mapping[str, str] | None = None) -> dict[str, str]:
    """Field to column; ``wanted`` holds the user's own choices, where an empty column means: leave this field out.

    Raises UserError when a chosen column is not there, or nothing was found to reach or name a person by.
    """
    wanted = wanted or {}
    for field, column in wanted.items():
        if field not in FIELDS or (column and column not in columns):
            raise UserError("mapping", _("The column “{column}” is not in the file. Choose one of its columns.").format(column=column))
    mapping = {field: column for field, column in wanted.items() if column}
    free = [column for column in columns if column not in mapping.values()]
    mapping |= {field: column for field, column in _found(form, free).items() if field not in wanted}
    if not mapping.keys() & {"full_name", "first_name", "surname", "phone", "email"}:
        message = _("None of the columns was recognised as a name, a phone number or an e-mail address. Choose the columns and try again.")
        raise UserError("mapping", message)
    entry_id = _FORMATS[form][1] if form in _FORMATS else ""
    own = next((column for column in columns if entry_id and column_key(column) == entry_id), "")
    return mapping | {ENTRY_ID: own} if own else mapping


def _found(form: str, columns: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    if form == "calendly":
        by_key = {column_key(column): column for column in columns}
        return {field: by_key[key] for field, key in _CALENDLY.items() if key in by_key}
    for guess in (_exact, _by_part):
        ranked = sorted((_rank(column), i, column) for i, column in enumerate(columns) if column not in found.values())
        for _preference, _i, column in ranked:
            field = guess(column)
            if field:
                found.setdefault(field, column)
    return found


def _names(column: str) -> tuple[str, ...]:
    """Ways to read a column name: ``Naam (Voornaam)`` is a given name, ``Telefoon (mobiel)`` a phone."""
    inner = re.search(r"\(([^()]+)\)\s*$", column)
    outer = column[: inner.start()] if inner else ""
    return tuple(filter(None, map(column_key, (inner.group(1), outer, column) if inner else (column,))))


def _exact(column: str) -> str:
    for name in _names(column):
        for field, names in _SYNONYMS.items():
            if name in names.split():
                return field
    return ""


def _rank(column: str) -> int:
    """Place of a name in its list of synonyms: ``Entry Date`` goes before ``Datum``."""
    places = [names.split().index(name) for name in _names(column) for names in _SYNONYMS.values() if name in names.split()]
    return min(places, default=99)


def _by_part(column: str) -> str:
    name = column_key(column)
    for field, part, other in _PARTS:
        if re.search(part, name) and not (other and re.search(other, name)):
            return field
    return ""
