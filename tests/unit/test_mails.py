"""Form mails of every layout: what was asked and answered in them, and which messages are no forms."""

from __future__ import annotations

import base64
import random
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from html import escape
from zoneinfo import ZoneInfo

import pytest

from nmx_desk.exchange import mails, web_forms
from nmx_desk.exchange.mail_lines import lines_of_html
from tests.day import FORMS

ARRIVED = datetime(2026, 11, 26, 7, 5, tzinfo=UTC)
GRAVITY = (
    "<tr bgcolor='#EAF2FA'><td colspan='2'><font><strong>{}</strong></font></td></tr><tr><td width='20'>&nbsp;</td><td><font>{}</font>"
    "</td></tr>"
)
ELEMENTOR_FOOT = (
    "<br>---<br><br>Date: november 26, 2026<br>Time: 8:23 am<br>Page URL: https://example.org/x<br>User Agent: Mozilla/5.0 (X11; Linux)"
    "<br>Remote IP: 192.0.2.1<br>Powered by: Elementor"
)


def message(text=None, html=None, subject="Nieuwe aanvraag", **headers):
    made = EmailMessage()
    made["Subject"], made["From"], made["To"] = subject, "Site <site@example.org>", "info@example.org"
    made["Date"], made["Message-ID"] = "Thu, 26 Nov 2026 08:00:00 +0100", "<1@example.org>"
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    if text is not None:
        made.set_content(text)
    if html is not None and text is None:
        made.set_content(html, subtype="html")
    elif html is not None:
        made.add_alternative(html, subtype="html")
    return bytes(made)


def record_of(data):
    found = mails.parse_mails([mails.read_mail(data, ARRIVED)], today=date(2026, 11, 26), zone=ZoneInfo("Europe/Amsterdam"))
    return found.records[0] if found.records else None


def table(*pairs):
    return "<table>" + "".join(f"<tr><td>{label}</td><td>{answer}</td></tr>" for label, answer in pairs) + "</table>"


JAN = {"first_name": "Jan", "surname": "Jansen", "email": "jan@example.org"}
LAYOUTS = {
    "lines": (message("Er is een nieuwe aanvraag via de website:\n\nNaam: Jan Jansen\nTelefoon: 06-12 34 56 78\nE-mail: Jan@Example.org\n"
                      "Geboortedatum: 3-4-1980\nHulpvraag: Ik ben al jaren moe.\nLet op: op maandag ben ik weg.\n\nEn duizelig.\n"
                      "Voorkeursdag: dinsdag\n\n-- \nDit bericht is verzonden vanaf het formulier op https://example.org\n"),
              JAN | {"phone": "+31612345678", "birth_date": date(1980, 4, 3), "preferred_times": "dinsdag",
                     "question": "Ik ben al jaren moe.\nLet op: op maandag ben ik weg.\n\nEn duizelig."}),
    "contact form 7": (message("Van: Jan Jansen <jan@example.org>\nOnderwerp: Moe\n\nBericht:\nIk wil een gesprek.\nBel me.\n\n-- \n"
                               "Deze e-mail is verzonden via een contactformulier op Kliniek (https://example.org)\n"),
                       JAN | {"question": "Ik wil een gesprek.\nBel me."}),
    "elementor": (message(html=f"Naam: Jan Jansen<br>E-mail: jan@example.org<br>Bericht: moe en<br>duizelig<br>{ELEMENTOR_FOOT}"),
                  JAN | {"question": "moe en\nduizelig"}),
    "gravity forms": (message(html="<html><body><table width='99%'><tr><td><table>"
                              + GRAVITY.format("Naam", "Jan Jansen") + GRAVITY.format("E-mailadres", "<a href='mailto:x'>jan@example.org"
                                  "</a>")
                              + GRAVITY.format("Adres", "Dorpsstraat 12 a<br />1234 AB Zwolle<br />Nederland<br/>"
                                  "<a href='http://maps'>Map It</a>")
                              + GRAVITY.format("Waar kunnen we je mee helpen?", "Buikpijn<br />Telefoon: bel na 5 uur")
                              + "</table></td></tr></table></body></html>"),
                      JAN | {"street": "Dorpsstraat", "house_no": "12", "house_suffix": "a", "postcode": "1234 AB", "city": "Zwolle",
                             "question": "Buikpijn\nTelefoon: bel na 5 uur"}),
    "wpforms": (message(html="<table><tr><td><table><tr><td class='field-name'><strong>Naam</strong></td></tr><tr><td>Jan Jansen</td>"
        "</tr></table>"
                        "<table><tr><td><strong>E-mail</strong></td></tr><tr><td>jan@example.org</td></tr></table>"
                        "<table><tr><td><strong>Bericht</strong></td></tr><tr><td>hoi<br/>daar</td></tr></table></td></tr>"
                        "<tr><td>Verzonden vanaf <a>Kliniek</a></td></tr></table>"),
                JAN | {"question": "hoi\ndaar"}),
    "ninja forms": (message(html=table(("Voornaam:", "Jan"), ("Achternaam:", "Jansen"), ("Telefoon:", ""), ("E-mail:", "jan@example.org"),
                                       ("Klachten:", "moe<br>Naam: x"))),
                    JAN | {"phone": "", "question": "moe\nNaam: x"}),
    "fluent forms": (message(html="<table><tr><th><strong>Naam</strong></th></tr><tr><td>Jan Jansen</td></tr><tr><th><strong>E-mail"
        "</strong></th></tr>"
                             "<tr><td>jan@example.org</td></tr><tr><th><strong>Wat wil je vertellen</strong></th></tr><tr><td>een"
                                 "<br/>twee</td></tr></table>"),
                     JAN | {"question": "een\ntwee"}),
    "formidable": (message(html="<table><tr><th>Naam</th><td>Jan Jansen</td></tr><tr><th>E-mail</th><td>jan@example.org</td></tr>"
        "</table>"), JAN),
    "label above its answer": (message("Naam\nJan Jansen\n\nE-mail\njan@example.org\n\nWaar heb je last van?\nIk ben moe\nen misselijk\n\n"
                                       "Geboortedatum\n01-02-1990\n"),
                               JAN | {"birth_date": date(1990, 2, 1), "question": "Ik ben moe\nen misselijk"}),
    "an empty answer among them": (message("Naam\nJan Jansen\nTussenvoegsel\nE-mail\njan@example.org\nUw bericht\nIk ben moe."),
                                   JAN | {"prefix": "", "question": "Ik ben moe."}),
    "equal signs": (message("Naam = Jan Jansen\nE-mail = jan@example.org\nBericht = moe\n"), JAN | {"question": "moe"}),
    "german": (message("Vorname: Jürgen\nNachname: Müller\nE-Mail-Adresse: j@example.org\nTelefonnummer: +49 151 23456789\n"
                       "Geburtsdatum: 01.02.1970\nNachricht: Müdigkeit\n"),
               {"first_name": "Jürgen", "surname": "Müller", "email": "j@example.org", "phone": "+4915123456789",
                "birth_date": date(1970, 2, 1), "question": "Müdigkeit"}),
    "french": (message("Prénom : Zoé\nNom : Lefèvre\nAdresse e-mail : z@example.org\nTéléphone : +33 6 12 34 56 78\n"
                       "Date de naissance : 01/02/1970\nMessage : Fatigue\n"),
               {"first_name": "Zoé", "surname": "Lefèvre", "email": "z@example.org", "phone": "+33612345678",
                "birth_date": date(1970, 2, 1),

                "question": "Fatigue"}),
    "english": (message("You have a new contact form submission:\n\nFull name: Jan Jansen\nEmail address: jan@example.org\n"
                        "Date of birth: 1980-02-01\nHow can we help you?: tired\n\nSent from https://example.org\n"),
                JAN | {"birth_date": date(1980, 2, 1), "question": "tired"}),
    "one row under a header": (message(html="<table><tr><th>Naam</th><th>Telefoon</th><th>E-mail</th></tr>"
                                       "<tr><td>Jan Jansen</td><td>0612345678</td><td>jan@example.org</td></tr></table>"),
                               JAN | {"phone": "+31612345678"}),
    "two pairs a row": (message(html="<table><tr><td>Voornaam</td><td>Jan</td><td>Achternaam</td><td>Jansen</td></tr>"
                                "<tr><td>Telefoon</td><td>0612345678</td><td>E-mail</td><td>jan@example.org</td></tr></table>"),
                        JAN | {"phone": "+31612345678"}),
    "paragraphs": (message(html="<p><strong>Naam</strong><br>Jan Jansen</p><p><b>E-mail</b><br>jan@example.org</p><p><b>Vraag</b><br>moe"
        "</p>"),
                   JAN | {"question": "moe"}),
    "a list": (message(html="<ul><li><b>Naam:</b> Jan Jansen</li><li><b>E-mail:</b> jan@example.org</li><li><b>Waarom nu?</b> ik ben moe"
        "</li></ul>"),
               JAN | {"question": "ik ben moe"}),
    "terms": (message(html="<dl><dt>Naam</dt><dd>Jan Jansen</dd><dt>E-mail</dt><dd>jan@example.org</dd></dl>"), JAN),
    "blocks": (message(html="<div><div>Naam</div><div>Jan Jansen</div><div>E-mail</div><div>jan@example.org</div></div>"), JAN),
    "tags never closed": (message(html="<table><tr><td>Naam<td>Jan Jansen<tr><td>E-mail<td>jan@example.org<tr><td>Vraag<td>moe"),
                          JAN | {"question": "moe"}),
    "tabs": (message("Naam\tJan Jansen\nE-mail\tjan@example.org\nVraag\tmoe\nen nog wat\n"), JAN | {"question": "moe\nen nog wat"}),
    "bars": (message("| Naam | Jan Jansen |\n|---|---|\n| E-mail | jan@example.org |\n"), JAN),
    "numbers": (message("1. Naam: Jan Jansen\n2. E-mail: jan@example.org\n3. Wat is uw vraag?: moe\n"), JAN | {"question": "moe"}),
    "stars": (message("*Naam:* Jan Jansen\n*E-mail:* jan@example.org <mailto:jan@example.org>\n*Telefoon:* 06 12345678 <tel:0612345678>\n"),
              JAN | {"phone": "+31612345678"}),
    "the better of two": (message("Naam: Jan Jansen E-mail: jan@example.org", table(("Naam", "Jan Jansen"), ("E-mail", "jan@example.org"),
                                                                                    ("Vraag", "moe"))),
                          JAN | {"question": "moe"}),
    "calendly": (message("Hi Praktijk,\n\nA new event has been scheduled.\n\nEvent Type:\nGratis adviesgesprek\n\nInvitee:\nJan Jansen\n\n"
                         "Invitee Email:\njan@example.org\n\nText Reminder Number:\n+31 6 12345678\n\nEvent Date/Time:\n11:45 - Friday, 4 "
                         "September 2026\n\nInvitee Time Zone:\nAmsterdam\n\nQuestions:\n\nWaar heeft u last van?\nMoe.\n\n"
                         "View event in Calendly: https://calendly.com/x\n"),
                 JAN | {"phone": "+31612345678", "question": "Waar heeft u last van?\nMoe."}),
    "agreed to, found through": (message("Naam: Jan Jansen\nE-mail: jan@example.org\nIk ga akkoord met de privacyverklaring: Ja\nVraag: "
        "moe\n"
                                         "Hoe heeft u ons gevonden?: Google\n"),
                                 JAN | {"question": "moe"}),
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_answers_are_found_in_every_layout(layout):
    data, wanted = LAYOUTS[layout]
    found = record_of(data)
    assert found is not None
    assert {name: getattr(found, name) for name in wanted} == wanted
    assert found.warnings == ()
    assert found.received == datetime(2026, 11, 26, 8, 0)  # noqa: DTZ001 (wall-clock time, as of a file)
    assert found.raw["Subject"] == "Nieuwe aanvraag" and wanted["first_name"] in found.raw["text"]


FORM = "Naam: Jan Jansen\nE-mail: jan@example.org\nVraag: moe\n"
NO_FORMS = {
    "a letter": message("Beste,\n\nGraag een afspraak.\n\nMet vriendelijke groet,\nJan\nTel: 0612345678\nE-mail: jan@example.org\n"),
    "an answer": message(FORM, subject="RE: aanvraag"),
    "an answer in Dutch": message(FORM, subject="Antw: aanvraag"),
    "one that answers": message(FORM, In_Reply_To="<0@example.org>"),
    "forwarded": message(FORM, subject="Fwd: Nieuwe aanvraag"),
    "forwarded without a word": message("Zie hieronder\n\n---------- Forwarded message ---------\n" + FORM),
    "its head quoted": message("Van: Jan <jan@example.org>\nVerzonden: maandag\nAan: info@example.org\nOnderwerp: x\n\nBericht: hoi"),
    "quoted": message("Hoi,\n\n> Naam: Jan Jansen\n> E-mail: jan@example.org\n> Vraag: moe\n"),
    "a newsletter": message("Onze nieuwsbrief: alles over darmen\nDatum: 1 december\nE-mail: info@example.org\nTelefoon: 030-1234567\n"),
    "an automatic answer": message(FORM, Auto_Submitted="auto-replied"),
    "nothing": b"",
}


@pytest.mark.parametrize("kind", NO_FORMS)
def test_other_messages_are_no_forms(kind):
    assert record_of(NO_FORMS[kind]) is None


HEAD = "Message-ID: <2@example.org>\r\nDate: Thu, 26 Nov 2026 08:00:00 +0100\r\nMIME-Version: 1.0\r\n"
TEXT = "Naam: Renée Özdemir\r\nE-mail: renee@example.org\r\nVraag: één vraag – of twee\r\n"
CODED = {
    "quoted-printable, latin-1": HEAD + "Content-Type: text/plain; charset=iso-8859-15\r\nContent-Transfer-Encoding: "
        "quoted-printable\r\n\r\n"
    + TEXT.replace("–", "-").replace("é", "=E9").replace("Ö", "=D6"),
    "base64, cp1252": HEAD + "Content-Type: text/plain; charset=windows-1252\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    + base64.encodebytes(TEXT.encode("cp1252")).decode(),
    "base64, utf-8, an unknown name": HEAD + "Content-Type: text/plain; charset=x-unknown\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    + base64.encodebytes(TEXT.encode()).decode(),
    "8 bits, cp850": (HEAD + "Content-Type: text/plain; charset=cp850\r\nContent-Transfer-Encoding: 8bit\r\n\r\n").encode()
    + TEXT.replace("–", "-").encode("cp850"),
    "8 bits without a name": HEAD.encode() + b"\r\n" + TEXT.encode("cp1252"),
    "html entities": HEAD + "Content-Type: text/html; charset=us-ascii\r\n\r\n<table><tr><td>Naam</td><td>Ren&eacute;e &Ouml;zdemir</td>"
        "</tr>"
    "<tr><td>E-mail</td><td>renee@example.org</td></tr><tr><td>Vraag</td><td>&eacute;&eacute;n vraag</td></tr></table>",
    "nested parts": HEAD + 'Content-Type: multipart/mixed; boundary="a"\r\n\r\n--a\r\nContent-Type: multipart/related; boundary="b"'
    '\r\n\r\n--b\r\n'

    'Content-Type: multipart/alternative; boundary="c"\r\n\r\n--c\r\nContent-Type: text/plain; charset=utf-8'
    '\r\nContent-Transfer-Encoding: base64'

    "\r\n\r\n" + base64.encodebytes(TEXT.encode()).decode() + "\r\n--c--\r\n--b--\r\n--a\r\nContent-Type: application/pdf; name=x.pdf\r\n"
    "Content-Disposition: attachment; filename=x.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERg==\r\n--a--\r\n",
}  # fmt: skip


@pytest.mark.parametrize("way", CODED)
def test_every_encoding_is_read(way):
    data = CODED[way]
    found = record_of(data if isinstance(data, bytes) else data.encode("utf-8"))
    assert found is not None
    assert (found.first_name, found.surname, found.email) == ("Renée", "Özdemir", "renee@example.org")
    assert found.question.startswith("één vraag")


def test_an_encoded_subject_is_read_and_its_answer_sign_seen():
    assert record_of(message(FORM, subject="Aanvraag van Renée")).raw["Subject"] == "Aanvraag van Renée"
    assert record_of(message(FORM).replace(b"Subject: Nieuwe aanvraag", b"Subject: =?utf-8?b?UkU6IGFhbnZyYWFn?=")) is None


def test_messages_of_one_form_are_read_as_one_file_and_doubles_are_seen():
    def one(n, born, name="Jan Jansen"):
        return mails.read_mail(message(f"Naam: {name}\nTelefoon: 061234567{n}\nGeboortedatum: {born}\n"), ARRIVED)

    found = mails.parse_mails(
        [one(1, "04/25/1980"), one(2, "03/04/1980", "Piet Smit"), mails.read_mail(message("hoi"), ARRIVED), one(1, "04/25/1980")],
        today=date(2026, 11, 26), zone=ZoneInfo("Europe/Amsterdam"),
    )  # fmt: skip
    assert [record.birth_date for record in found.records] == [date(1980, 4, 25), date(1980, 3, 4), date(1980, 4, 25)]
    assert [record.double_of for record in found.records] == [None, None, 1]


def test_the_moment_is_the_websites_own_unless_it_cannot_be():
    sent = message(FORM)
    assert mails.read_mail(sent, ARRIVED).received == datetime(2026, 11, 26, 7, 0, tzinfo=UTC)
    assert mails.read_mail(sent.replace(b"2026 08", b"1999 08"), ARRIVED).received == ARRIVED
    assert mails.read_mail(sent.replace(b"Date: Thu, 26", b"Date: yesterday"), ARRIVED).received == ARRIVED
    assert mails.read_mail(sent, ARRIVED - timedelta(days=1)).received == ARRIVED - timedelta(days=1)  # not from tomorrow


def test_one_message_has_one_fingerprint_and_another_with_its_id_a_different_one():
    one, other = message(FORM), message(FORM.replace("moe", "duizelig"))
    assert mails.fingerprint(one) == mails.fingerprint(one.replace(b"\n", b"\r\n")) != mails.fingerprint(other)
    assert mails.fingerprint(one).partition(":")[0] == mails.fingerprint(other).partition(":")[0] == mails.id_fingerprint(one)


HOSTILE = {
    "tables in tables": message(html="<table><tr><td>" * 3000 + "Naam: x"),
    "comments": message(html="<!--" * 60_000),
    "open tags": message(html="<a" * 100_000),
    "quotes never closed": message(html="<a b='" * 5_000 + "x" * 100_000),
    "scripts never closed": message(html="<script>" * 2_000 + "</script" * 2_000),
    "ends without a beginning": message(html="</" * 5_900 + "x" * 200_000),
    "rules under an answer": message(FORM + "\n--  \n" * 2_400 + "z"),
    "a wide gap": message("Naam: x y\nE-mail: a@example.org\nVraag: a" + " \u00a0" * 100_000 + "<x\n"),
    "many tags": message(html="<b>" * 100_000),
    "entities": message(html="&#x41;" * 40_000 + "&" * 50_000),
    "parts in parts": b"".join(b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(2000)),
    "a long line": message("Naam: " + "a" * 900_000 + "\nE-mail: jan@example.org\n"),
    "many lines": message("Naam: x\nE-mail: jan@example.org\n" * 20_000),
    "colons": message(":" * 200_000 + "\n" + "=" * 200_000),
    "blanks": message(" " * 250_000 + "x\n" + "\t" * 50_000),
    "a broken head": b"Subject: =?utf-8?b?////?=\nContent-Type: multipart/mixed; boundary=\nFrom: <<>>@\n\n--\n" + FORM.encode(),
    "a date that is none": message(FORM).replace(b"Thu, 26 Nov 2026", b"Thu, 99 Nov 99999999999999999999"),
    "zero bytes": message(FORM).replace(b"Jansen", b"Jan\x00sen\x1b[2J"),
    "half a character": message(FORM).replace(b"Jansen", b"\xed\xa0\x80"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_message_is_read_without_a_crash(kind):
    found = record_of(HOSTILE[kind])
    if found is not None:
        assert not any(sign in found.first_name + found.surname for sign in "\0\x1b\n")


def test_damaged_messages_give_no_crash():
    chance = random.Random(4)
    whole = [data for data, _wanted in LAYOUTS.values()]
    for _n in range(500):
        data = bytearray(chance.choice(whole))
        for _change in range(chance.randrange(1, 30)):
            at = chance.randrange(len(data))
            match chance.randrange(4):
                case 0:
                    data[at] = chance.randrange(256)
                case 1:
                    del data[at : at + chance.randrange(60)]
                case 2:
                    data[at:at] = data[: chance.randrange(200)]
                case _:
                    data[at:at] = chance.choice((b"<table>", b"</tr>", b"--", b"\r\n\r\n", b"=", b":", b"<td>", b"&", b"\0", b"\xff"))
            data = data or bytearray(b"x")
        record_of(bytes(data))


def test_nothing_of_html_is_shown_or_run():
    lines = lines_of_html("<style>x</style><script>alert(1)</script><p>Naam: <img src='https://example.org/x.png'>Jan</p>")
    assert [line.cells for line in lines if line.cells] == [("Naam: Jan",)]


def lines(pairs):
    return message("Er is een nieuwe aanvraag:\n\n" + "".join(f"{label}: {answer}\n" for label, answer in pairs) + "\n-- \nVerzonden via "
        "x\n")


def equals(pairs):
    return message("".join(f"{label} = {answer}\n" for label, answer in pairs))


def above(pairs):
    return message("\n\n".join(f"{label}\n{answer}" for label, answer in pairs if answer) + "\n")


def html_table(pairs):
    return message(html=table(*((escape(label), escape(answer).replace("\n", "<br>")) for label, answer in pairs)))


def html_lines(pairs):
    return message(html="<br>".join(f"<b>{escape(label)}:</b> {escape(answer).replace(chr(10), '<br>')}" for label, answer in pairs))


COMPARED = ("first_name", "prefix", "surname", "phone", "email", "birth_date", "question", "preferred_times", "street", "postcode", "city")
OWN = ("entry", "created", "source url", "transaction", "payment", "user", "post id", "submission", "form name", "referrer", "consent id")


@pytest.mark.parametrize("layout", [lines, equals, above, html_table, html_lines])
@pytest.mark.parametrize("name", ["gravity_forms", "elementor", "excel_opgeslagen", "flamingo"])
def test_a_form_says_the_same_by_mail_as_in_its_export(name, layout):
    export = web_forms.read_export((FORMS / f"{name}.csv").read_bytes())
    wanted = web_forms.parse_table(export, today=date(2026, 11, 26)).records
    differ = []
    for row, record in zip(export.rows, wanted, strict=True):
        pairs = [(label, answer.strip()) for label, answer in zip(export.columns, row, strict=False) if not label.lower().startswith(OWN)]
        found = record_of(layout(pairs))
        for field in COMPARED:
            mail, file = (" ".join(str(getattr(one, field, None)).split()) for one in (found, record))
            if mail != file:
                differ.append((field, mail, file))
    assert differ == []
