"""The manual: both languages alike, every link leads somewhere, every page of the program has one, nothing is left unsaid."""

import re

import click
import pytest
import typer
from typer.testing import CliRunner

from nmx_desk import cli, i18n
from nmx_desk.app import PAGES
from nmx_desk.domain.errors import NotFound
from nmx_desk.services.manual import INDEX, OPENS, Kind, manual_names, manual_page, manual_text

UNDETECTABLE = {  # AUDIT §4, by words that its sentence must have
    "nl": [
        ("eigen regels", "anker", "herschrijven"), ("leugen", "scherm"), ("wachtwoord van een ander",), ("alle ankers", "vernietigd"),
        ("desk.attempts", "weggooien"), ("één sleutel", "belofte"), ("schouder",),
    ],
    "en": [
        ("own entries", "anchor", "rewrite"), ("lie", "screen"), ("another person", "password"), ("all anchors", "destroyed"),
        ("desk.attempts", "throw"), ("one key", "promise"), ("shoulder",),
    ],
}  # fmt: skip


def pages(language):
    return [manual_page(name, language) for name in manual_names(language)]


def test_both_languages_have_the_same_pages_of_the_same_shape():
    assert manual_names("nl") == manual_names("en")
    for dutch, english in zip(pages("nl"), pages("en"), strict=True):
        assert [block.kind for block in dutch.blocks] == [block.kind for block in english.blocks], dutch.name
        assert dutch.blocks[0].kind is Kind.TITLE
        assert dutch.text if hasattr(dutch, "text") else dutch.title


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_link_leads_to_a_page_and_every_page_is_in_the_index(language):
    links = {page.name: {span.link for block in page.blocks for span in block.spans if span.link and not span.link.startswith(OPENS)}
             for page in pages(language)}  # fmt: skip
    for name, found in links.items():
        assert found <= set(manual_names(language)), name
    assert links[INDEX] == set(manual_names(language)) - {INDEX}


def test_every_page_of_the_program_has_a_page_of_the_manual():
    assert {*PAGES, "users", "backup"} <= set(manual_names("nl"))


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_what_the_log_cannot_see_is_said(language):
    items = [block.text.lower() for block in manual_page("log-proof", language).blocks if block.kind is Kind.ITEM]
    for words in UNDETECTABLE[language]:
        assert any(all(word in item for word in words) for item in items), words


def test_no_page_no_answer():
    for name in ("nothing", "../index", "Index", ""):
        with pytest.raises(NotFound):
            manual_page(name, "en")


def test_the_command_line_prints_a_page():
    found = CliRunner().invoke(cli.app, ["manual", "log-proof"])
    assert found.exit_code == 0
    assert "What the log proves, and what it does not" in found.output
    assert "**" not in found.output
    assert manual_text(manual_page("log-proof", "en")) in found.output


def bold(page):
    return [span.text.strip(" .") for block in page.blocks for span in block.spans if span.strong]


def test_what_is_named_in_bold_is_called_so_on_the_screen():
    """Where the English name is a text of the program, the Dutch page has the Dutch text of the program."""
    t, wrong, named = i18n.translator("nl"), [], 0
    for dutch, english in zip(pages("nl"), pages("en"), strict=True):
        for theirs, ours in zip(bold(dutch), bold(english), strict=True):
            wanted = t.gettext(ours)
            named += wanted != ours
            if wanted not in {ours, theirs}:
                wrong.append((dutch.name, ours, theirs, wanted))
    assert wrong == [] and named > 10


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_command_it_names_is_there(language):
    command = typer.main.get_command(cli.app)
    texts = "; ".join(span.text for page in pages(language) for block in page.blocks for span in block.spans if span.typed)
    found = {tuple(words.split()) for words in re.findall(r"nmx-desk((?: [a-z]+)*)", " ".join(texts.split()))}
    assert len(found) > 6
    for words in found:
        step = command
        for word in words:
            if not isinstance(step, click.Group):
                break
            assert word in step.commands, words
            step = step.commands[word]
