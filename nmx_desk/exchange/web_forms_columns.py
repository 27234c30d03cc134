"""Which export it is and which column holds what, by the names in the header."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

from nmx_desk.domain.errors import UserError
from nmx_desk.domain.intake_ways import ImportTarget
from nmx_desk.domain.names import fold
from nmx_desk.exchange.web_forms_content import Content, by_content, contradicts
from nmx_desk.i18n import _

# ``given_name`` counts where ``first_name`` is empty; ``remarks`` are joined to ``question``.
FIELDS = (
    "full_name", "first_name", "given_name", "initials", "prefix", "surname", "sex", "phone", "phone2", "email", "birth_date", "street",
    "house_no", "house_suffix", "postcode", "city", "received", "question", "remarks", "preferred_times",
)  # fmt: skip
_PERSON = FIELDS[: FIELDS.index("received")]
CLIENT_FIELDS = (*_PERSON, "country", "partner_prefix", "partner_surname", "gp_name", "gp_practice", "client_key")
ANSWER_FIELDS = ("answered_on", "recommend", "mark", "text", "code", "moment", "practitioner", "answer_key")
FIELDS_OF = MappingProxyType({
    ImportTarget.REQUESTS: FIELDS, ImportTarget.CLIENTS: CLIENT_FIELDS, ImportTarget.ANSWERS: ANSWER_FIELDS,
})  # fmt: skip
"""What the columns of a file may mean, by what its rows become."""
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
        "first_name": "roepnaam preferredfirstname preferredname voornaam voornamen uwvoornaam jevoornaam firstname givenname "
        "yourfirstname first forename vorname prenom nombre imie",
        "initials": "voorletters voorletter initialen initials",
        "prefix": "tussenvoegsel tussenvoegsels tussenvoegselen voorvoegsel voorvoegsels prefix infix middle tussenv tv",
        "surname": "achternaam uwachternaam jeachternaam familienaam geslachtsnaam lastname surname familyname yourlastname last nachname "
        "familienname nomdefamille apellido apellidos nazwisko soyad soyadi",
        "full_name": "naam uwnaam jenaam volledigenaam naamclient name yourname fullname voorenachternaam voornaamenachternaam "
        "naamaanvrager clientnaam client klant klantnaam patient patientnaam contact nomcomplet nometprenom nombrecompleto "
        "vollstandigername adsoyad nom",
        "sex": "geslacht sekse gender sex geschlecht sexe sexo aanhef",
        "phone": "mobiel mobielnummer mobieltelefoonnummer mobieletelefoon gsm gsmnummer mobile mobilenumber mobilephone handy portable "
        "movil telefoon telefoonnummer uwtelefoonnummer jetelefoonnummer tel tel1 phone phonenumber yourphone yourtel telephone telnr "
        "telefoonnr telefon telefonnummer telefono numerodetelephone vasttelefoonnummer vasttelefoon telefoonvast homephone thuis",
        "email": "email emailadres uwemail uwemailadres jeemailadres mail mailadres youremail emailaddress email1 adressemail courriel "
        "correo correoelectronico emailadresse eposta",
        "birth_date": "geboortedatum uwgeboortedatum jegeboortedatum geborenop gebdatum geboren gebdat birthdate dateofbirth birthday dob "
        "yourbirthdate geburtsdatum geburtstag datedenaissance fechadenacimiento",
        "street": "straat straatnaam street streetaddress adres address address1 addressline1 adresregel1 strasse rue",
        "house_no": "huisnummer huisnr nummer nr housenumber hausnummer",
        "house_suffix": "toevoeging huisnummertoevoeging huisnrtoevoeging toev housenumbersuffix housenumberaddition suffix",
        "postcode": "postcode zip zipcode postalcode plz codepostal",
        "city": "woonplaats plaats plaatsnaam stad gemeente city town suburb ort ville ciudad",
        "received": "entrydate createdat aangevraagdop ontvangenop ontvangen ingezondenop inzenddatum submittedat submissiondate "
        "datumaanvraag aanvraagdatum aanmaakdatum verzondenop ingevuldop timestamp tijdstempel received receivedat date datum datumentijd "
        "zeitstempel horodateur",
        "question": "hulpvraag vraag uwvraag jevraag klachten klacht uwklachten uwklacht jeklachten bericht uwbericht jebericht message "
        "yourmessage question yourquestion complaint complaints nachricht anliegen mensaje toelichting omschrijving opmerking opmerkingen "
        "comments comment notes notities notitie remarks",
        "preferred_times": "voorkeur voorkeursdag voorkeursdagen voorkeurstijd voorkeurstijden voorkeursmoment voorkeurdag preferredtime "
        "preferredtimes preferredday preference bereikbaar bereikbaarheid",
        "country": "land country landcode countrycode pays",
        "partner_prefix": "tussenvoegselpartner voorvoegselpartner partnertussenvoegsel partnervoorvoegsel partnerprefix",
        "partner_surname": "achternaampartner geslachtsnaampartner naampartner partnernaam partnerachternaam partnersurname",
        "gp_name": "huisarts huisartsnaam naamhuisarts gp gpname generalpractitioner doctor doctorname hausarzt medecin",
        "gp_practice": "huisartspraktijk huisartsenpraktijk praktijkhuisarts gppractice",
        "client_key": "id clientid clientnummer clientnr patientid patientnummer patientnr patnr relatienummer klantnummer klantid "
        "contactid persoonid dossiernummer uid",
    }
)
# A second column of the same meaning is kept as this field, when its name fits exactly.
_SECOND = MappingProxyType({"first_name": "given_name", "phone": "phone2", "question": "remarks"})
_OTHERS = "huisarts|nood|partner|ouder|verwijzer|contactpersoon|fax|emergency|doctor|verzeker"
# Columns that never say anything about a person, whatever they hold.
_NEVER = re.compile(
    r"^vcard$|bsn|burgerservice|marketing|nieuwsbrief|newsletter|akkoord|toestemming|consent|privacy|agree|voorwaarden|^(?:user|client|remote|your)?ip$|ipadres|ipaddress|useragent|browser"
    r"|referrer|referer|url$|payment|transaction|username|^team$|location|cancel|eventtype|formname|^startd?|^endd?|userid|uuid|status"
    r"|service|provider|timezone|country|^land$|huisarts|nood|partner|ouder|verwijzer|contactpersoon|^fax|emergency|doctor|verzeker"
    r"|^(?:gewijzigd|bijgewerkt|updated|modified|lastupdate)"
)
# When no name fits exactly: part of it, in this order, unless it says something else as well.
_PARTS: Sequence[tuple[str, str, str]] = (
    ("birth_date", "geboortedatum|geborenop|dateofbirth|birthdate|geburtsdatum|naissance", "plaats|place"),
    ("preferred_times", "voorkeur|bereik|prefer|gewenst|wanneer|besttime", "klacht|begon|name|naam"),
    ("email", "e?mail", f"marketing|nieuwsbrief|newsletter|akkoord|toestemming|{_OTHERS}"),
    ("phone", "telefo|phone|mobiel|mobile|gsm", _OTHERS),
    ("first_name", "voornaam|firstname", f"achternaam|lastname|{_OTHERS}"),
    ("initials", "voorletter|initialen", _OTHERS),
    ("prefix", "tussenvoegsel", _OTHERS),
    ("surname", "achternaam|lastname|surname", _OTHERS),
    ("house_suffix", "toevoeging", ""),
    ("house_no", "huisnummer|housenumber", ""),
    ("postcode", "postcode|zipcode|postalcode", ""),
    ("city", "woonplaats", ""),
    ("street", "straatnaam|streetaddress", ""),
    ("received", "ontvangen|ingezonden|ingevuld|aangevraagd|submitted|createdat", "door|by"),
    ("question", "helpen|vraag|klacht|bericht|message|question|reden|reason|helpyou", "datum|date|id$"),
)


def column_key(name: str) -> str:
    """A column name as bare letters and digits."""
    return re.sub(r"[^a-z0-9]", "", fold(name))


@lru_cache(maxsize=4096)
def guess_field(name: str, target: ImportTarget = ImportTarget.REQUESTS) -> str:
    """The field a column name means, or an empty text."""
    return _exact(name, FIELDS_OF[target]) or _by_part(name, FIELDS_OF[target])


def detect_format(columns: Sequence[str]) -> str:
    """``calendly``, ``elementor``, ``gravity_forms``, ``flamingo`` (Contact Form 7) or ``generic``."""
    keys = {column_key(column) for column in columns}
    for name, (own, _id) in _FORMATS.items():
        if own <= keys:
            return name
    return "flamingo" if any(_FLAMINGO.match(column.strip().lower()) for column in columns) else GENERIC


def map_columns(
    form: str, columns: Sequence[str], wanted: Mapping[str, str] | None = None, held: Mapping[str, Content] | None = None,
    target: ImportTarget = ImportTarget.REQUESTS,
) -> dict[str, str]:  # fmt: skip
    """Field to column; ``wanted`` holds the user's own choices, where an empty column means: leave this field out.

    ``held`` is what the columns hold: it fills what no name gives, and a name that it contradicts is not believed.
    Raises UserError when a chosen column is not there, or nothing was found to reach or name a person by.
    """
    wanted = wanted or {}
    for field, column in wanted.items():
        if field not in FIELDS_OF[target] or (column and column not in columns):
            raise UserError("mapping", _("The column “{column}” is not in the file. Choose one of its columns.").format(column=column))
    away: set[str] = set()
    if "" in wanted.values():  # what somebody took away from a field does not come back as another one
        away = {column for field, column in _recognised(form, columns, {}, held, target).items() if wanted.get(field) == ""}
    mapping = _recognised(form, [column for column in columns if column not in away], wanted, held, target)
    if not mapping.keys() & {"full_name", "first_name", "surname", "phone", "email"}:
        message = _("None of the columns was recognised as a name, a phone number or an e-mail address. Choose the columns and try again.")
        raise UserError("mapping", message)
    entry_id = _FORMATS[form][1] if form in _FORMATS else ""
    own = next((column for column in columns if entry_id and column_key(column) == entry_id), "")
    return mapping | {ENTRY_ID: own} if own else mapping


def _recognised(
    form: str, columns: Sequence[str], chosen: Mapping[str, str], held: Mapping[str, Content] | None, target: ImportTarget
) -> dict[str, str]:
    """Field to column by names, then by content; ``chosen`` fields stay as they are, an empty one is left out."""
    mapping = {field: column for field, column in chosen.items() if column}
    free = [column for column in columns if column not in mapping.values()]
    wrong = belied(form, free, held or {}, target)
    believed = [column for column in free if column not in wrong]
    mapping |= {field: column for field, column in _found(form, believed, target).items() if field not in chosen}
    if held and form != "calendly":
        left = {column: held[column] for column in free if column not in mapping.values() and not _NEVER.search(column_key(column))}
        found = by_content(left, dict.fromkeys(chosen, "") | mapping)
        mapping |= {field: column for field, column in found.items() if field in FIELDS_OF[target]}
    return mapping


def belied(form: str, columns: Sequence[str], held: Mapping[str, Content], target: ImportTarget = ImportTarget.REQUESTS) -> list[str]:
    """Columns that hold something else than their names say."""
    if form == "calendly":
        return []
    return [column for column in columns if column in held and (field := guess_field(column, target)) and contradicts(field, held[column])]


def _found(form: str, columns: Sequence[str], target: ImportTarget) -> dict[str, str]:
    found: dict[str, str] = {}
    if form == "calendly":
        by_key = {column_key(column): column for column in columns}
        return {field: by_key[key] for field, key in _CALENDLY.items() if key in by_key}
    fields = FIELDS_OF[target]
    for guess in (_exact, _by_part):
        ranked = sorted((_place(column, fields)[1], i, column) for i, column in enumerate(columns) if column not in found.values())
        for _preference, _i, column in ranked:
            field = guess(column, fields)
            if field in found and guess is _exact:
                field = _SECOND.get(field, "")
            if field in fields:
                found.setdefault(field, column)
    return found


def _names(column: str) -> tuple[str, ...]:
    """Ways to read a column name: ``Naam (Voornaam)`` is a given name, ``Telefoon (mobiel)`` a phone."""
    inner = re.search(r"\(([^()]+)\)\s*$", column)
    outer = column[: inner.start()] if inner else ""
    return tuple(filter(None, map(column_key, (inner.group(1), outer, column) if inner else (column,))))


def _place(column: str, fields: Sequence[str]) -> tuple[str, int]:
    """The field whose list of synonyms holds the name, and its place in it: ``Entry Date`` goes before ``Datum``."""
    for name in _names(column):
        for field in fields:
            names = _SYNONYMS.get(field, "").split()
            if name in names:
                return field, names.index(name)
    return "", 99


def _exact(column: str, fields: Sequence[str]) -> str:
    return _place(column, fields)[0]


def _by_part(column: str, fields: Sequence[str]) -> str:
    name = column_key(column)
    for field, part, other in _PARTS:
        if field in fields and re.search(part, name) and not (other and re.search(other, name)):
            return field
    return ""
