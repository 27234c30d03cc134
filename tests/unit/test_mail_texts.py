"""The texts of the clinic's mail: what is refused, what stands in, and the message as it stands on the wire."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmx_desk.domain.errors import UserError
from nmx_desk.domain.mail_texts import BODY, IN_SUBJECT, MAIL_TEXTS, PLACEHOLDERS, SUBJECT, TEXT_NAMES, check_text, code_of, fill, tidy
from nmx_desk.domain.mailing import MailKind
from nmx_desk.exchange.smtp import Letter, _dotted, mailable, message
from nmx_desk.services.code_lists import default_items

VALUES = dict.fromkeys(PLACEHOLDERS, "x") | {"bring": ""}
LETTER = Letter(
    message_id="<1@example.org>", date=datetime(2026, 9, 14, 7, tzinfo=UTC), from_name="Praktijk", from_address="praktijk@example.org",
    to_address="anna@example.org", subject="Uw afspraak", body="Beste Anna,\n\ntot dan\n",
)  # fmt: skip


@pytest.mark.parametrize("item", default_items(MAIL_TEXTS), ids=lambda item: item.code)
def test_the_programs_own_texts_are_complete(item):
    for field in ("label_nl", "label_en"):
        check_text(item.code, field, getattr(item, field))
        assert "{" not in fill(getattr(item, field), VALUES)


def test_there_is_a_subject_and_a_text_of_each_kind():
    wanted = {code_of(kind, part) for kind in MailKind for part in (SUBJECT, BODY)}
    assert {item.code for item in default_items(MAIL_TEXTS)} == set(TEXT_NAMES) == wanted


@pytest.mark.parametrize(
    ("code", "text", "word"),
    [
        ("reminder_text", "Tot {dan}: {details}", "{dan}"),
        ("reminder_text", "Tot ziens", "when"),
        ("reminder_text", "{details} {", "bracket"),
        ("reminder_text", "Op {day}", "when"),
        ("reminder_subject", "Afspraak {type}", "{type}"),
        ("reminder_subject", "Beste {name}", "{name}"),
        ("reminder_subject", "een\ntwee", "one line"),
        ("reminder_subject", "x" * 151, "150"),
        ("reminder_text", "{details}" + "x" * 2000, "2000"),
    ],
)
def test_a_text_that_would_say_something_wrong_is_refused(code, text, word):
    with pytest.raises(UserError) as refused:
        check_text(code, "label_nl", text)
    assert refused.value.field == "label_nl" and word in refused.value.message


def test_what_stands_for_nothing_takes_its_line_along():
    assert fill("Een\n\n{bring}\n\n{name}", VALUES) == "Een\n\nx"
    assert tidy("a  \r\n\x00b\n\n\n\nc ") == "a\nb\n\nc"


def test_a_value_with_a_placeholder_in_it_stays_a_value():
    assert fill("{name}", VALUES | {"name": "{phone}"}) == "{phone}"


@given(st.text(max_size=60), st.text(max_size=200), st.text(max_size=60))
def test_nothing_that_is_typed_can_add_a_header_or_end_the_message(name, body, subject):
    letter = Letter(**{**vars(LETTER), "from_name": name, "body": body, "subject": subject, "reply_to": "terug@example.org"})
    if any(0xD800 <= ord(sign) <= 0xDFFF for sign in name + body + subject):
        return
    data = message(letter)
    read = message_from_bytes(data, policy=policy.default)
    assert sorted({key.lower() for key in read}) == sorted({
        "from", "to", "reply-to", "subject", "date", "message-id", "content-language", "auto-submitted", "content-type",
        "content-transfer-encoding", "mime-version",
    })  # fmt: skip
    assert read["To"] == "anna@example.org" and len(read["From"].addresses) == 1
    assert _dotted(data).count(b"\r\n.\r\n") == 1 and _dotted(data).endswith(b"\r\n.\r\n")


@pytest.mark.parametrize(
    ("address", "sent"),
    [("a@example.org", "a@example.org"), ("a@café.example", "a@xn--caf-dma.example"), ("é@example.org", ""), ("", ""),
     ("a b@example.org", ""), ("a@", ""), ("a@" + "x" * 70 + ".org", "")],
)  # fmt: skip
def test_an_address_as_servers_take_it(address, sent):
    assert mailable(address) == sent


def test_a_subject_says_neither_who_nor_what():
    assert {"clinic", "day", "time"} == IN_SUBJECT
