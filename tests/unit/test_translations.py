"""Every text of the program has its Dutch, and the tool that says so notices when one has not."""

import gettext
import io

import pytest
import translations

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'


@pytest.fixture(scope="module")
def found():
    return translations.texts([translations.CODE])


@pytest.fixture(scope="module")
def merged():
    return translations.merge()


def test_texts_are_written_so_that_a_catalogue_can_hold_them(found):
    assert found[1] == []


def test_areas_agree(merged):
    assert merged[1] == []


def test_every_text_has_dutch(found, merged):
    assert [f"{text.where}: {text.forms[0]}" for text in translations.missing(found[0], merged[0])] == []


def test_no_dutch_is_left_over(found, merged):
    assert translations.unused(found[0], merged[0]) == []


def test_placeholders_agree(merged):
    assert list(translations.placeholder_problems(merged[0])) == []


def test_the_merged_catalogue_is_up_to_date(merged):
    assert translations.BINARY.read_bytes() == translations.binary(merged[0]), "make translations"


# ---- the tool itself


def made(folder, code, **areas):
    """Write code and areas; what check says about them."""
    (folder / "code.py").write_text(code, encoding="utf-8")
    for name, entries in areas.items():
        (folder / f"{name}.po").write_text(HEADER + entries, encoding="utf-8")
    return translations.check([folder / "code.py"], folder)


DAY = 'msgid "day"\nmsgstr "dag"\n'


def test_in_order(tmp_path):
    days = 'msgid "{n} day"\nmsgid_plural "{n} days"\nmsgstr[0] "{n} dag"\nmsgstr[1] "{n} dagen"\n'
    assert made(tmp_path, 'x = _("day")\ny = t.ngettext("{n} day", "{n} days", n)\nz = _(x)', one=DAY + "\n" + days, two=DAY) == []


@pytest.mark.parametrize(
    ("code", "entries", "said"),
    [
        ('_("night")\n_("day")', DAY, "no Dutch for 'night'"),
        ('t.gettext("night")\n_("day")', DAY, "no Dutch for 'night'"),
        ('N_("night")\n_("day")', DAY, "no Dutch for 'night'"),
        ('_("day")', 'msgid "day"\nmsgstr ""\n', "no Dutch for 'day'"),
        ('S_("night")\n_("day")', DAY, "no Dutch for 'night'"),
        ('S_("day", "days", n)', DAY, "no Dutch for 'day'"),
        ('ngettext("day", "days", n)', DAY, "no Dutch for 'day'"),
        ("x = 1", DAY, "no text in the code for 'day'"),
        ('_("{n} of {m}")', 'msgid "{n} of {m}"\nmsgstr "{n} van {k}"\n', "other placeholders"),
        ('_("{n} of")', 'msgid "{n} of"\nmsgstr "{n van"\n', "expected '}'"),
        ('_(f"day {n}")\n_("day")', DAY, "an f-string is never found"),
        ('_("day {n}".format(n=1))\n_("day")', DAY, "translate the whole sentence first"),
        ('_("day " + x)\n_("day")', DAY, "translate the whole sentence first"),
        ('_("")\n_("day")', DAY, "only a text that is not empty"),
        ('_("day")', "#, fuzzy\n" + DAY, "marked fuzzy"),
    ],
)
def test_each_fault_is_named_once(tmp_path, code, entries, said):
    problems = made(tmp_path, code, area=entries)
    assert len(problems) == 1
    assert said in problems[0]


def test_two_areas_with_different_dutch_are_an_error(tmp_path):
    problems = made(tmp_path, '_("day")', one=DAY, two='msgid "day"\nmsgstr "etmaal"\n')
    assert len(problems) == 1
    assert "another Dutch" in problems[0]


def test_the_binary_does_not_depend_on_the_order_and_gettext_reads_it(tmp_path):
    days = 'msgid "{n} day"\nmsgid_plural "{n} days"\nmsgstr[0] "{n} dag"\nmsgstr[1] "{n} dagen"\n'
    results = []
    for name, entries in (("a", DAY + "\n" + days), ("b", days + "\n" + DAY)):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "x.po").write_text(HEADER + entries, encoding="utf-8")
        results.append(translations.binary(translations.merge(folder)[0]))
    assert results[0] == results[1]
    assert b"Date" not in results[0]
    dutch = gettext.GNUTranslations(io.BytesIO(results[0]))
    assert dutch.gettext("day") == "dag"
    assert [dutch.ngettext("{n} day", "{n} days", n).format(n=n) for n in (0, 1, 2)] == ["0 dagen", "1 dag", "2 dagen"]


def test_template_holds_what_is_missing(tmp_path):
    (tmp_path / "code.py").write_text('_("a text nobody has translated")\nngettext("{n} such text", "{n} such texts", n)', encoding="utf-8")
    text = translations.template("new-area", [tmp_path])
    assert 'msgid "a text nobody has translated"\nmsgstr ""' in text
    assert 'msgid_plural "{n} such texts"\nmsgstr[0] ""' in text
