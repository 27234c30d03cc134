"""Forms, inputs, tables, scores."""

from datetime import date

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QApplication, QLabel, QMenu

from nmx_desk import i18n
from nmx_desk.domain.errors import UserError
from nmx_desk.ui.kit.a11y import unnamed
from nmx_desk.ui.kit.badges import badge_width
from nmx_desk.ui.kit.dialogs import Dialog
from nmx_desk.ui.kit.empty import EmptyState
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.hues import HUES, HueInput
from nmx_desk.ui.kit.inputs import MoneyInput
from nmx_desk.ui.kit.labels import Label, plain_tip
from nmx_desk.ui.kit.layout import column, holder
from nmx_desk.ui.kit.score import ScoreInput, walk_scores
from nmx_desk.ui.kit.settings import UserSettings
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.theme import theme
from nmx_desk.ui.theme.tokens import Text
from tests.ui.kit_fakes import ROWS

FIELDS = [
    Field(name="name", label="Naam", required=True, max_length=10),
    Field(name="birth", label="Geboortedatum", kind="date", past=True),
    Field(name="sex", label="Geslacht", kind="choice", options=[("v", "Vrouw"), ("m", "Man")]),
    Field(name="voice", label="Voicemail", kind="check"),
    Field(name="weeks", label="Weken", kind="int", least=1, most=12),
    Field(name="note", label="Notitie", kind="multiline"),
    Field(name="secret", label="Wachtwoord", kind="password"),
    Field(name="at", label="Tijd", kind="time"),
]
EMPTY = {"name": "", "birth": None, "sex": None, "voice": False, "weeks": None, "note": "", "secret": "", "at": None}


@pytest.fixture
def form(qtbot, qapp):
    theme().start(qapp)
    made = Form(FIELDS, columns=2)
    qtbot.addWidget(made)
    made.show()
    return made


def type_text(widget, text):
    for letter in text:  # qtbot.keyClicks aborts on ë
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QApplication.sendEvent(widget, QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter))


def test_values_in_and_out(form):
    values = {**EMPTY, "name": "Zoë", "birth": date(1946, 10, 12), "sex": "m", "voice": True, "weeks": 3, "note": "a\nb"}
    assert form.values() == EMPTY
    form.set_values(values)
    assert form.values() == values
    assert not form.dirty
    form.clear()
    assert form.values() == EMPTY


def test_typing_makes_it_dirty_and_tells(form, qtbot):
    with qtbot.waitSignal(form.edited):
        type_text(form.input("name"), "Zoë")
    assert form.dirty
    assert form.values()["name"] == "Zoë"
    form.mark_clean()
    assert not form.dirty


def test_the_date_is_written_out_when_the_field_is_left(form):
    field = form.input("birth")
    field.setFocus()
    type_text(field, "12101946")
    form.input("name").setFocus()
    QApplication.processEvents()
    assert field.value() == date(1946, 10, 12)


def test_missing_and_wrong_stand_beside_their_field(form):
    form.input("birth").setText("31-2-2020")
    form.input("weeks").setText("13")
    assert form.checked() is None
    assert form.error_of("name")
    assert form.error_of("birth")
    assert form.error_of("weeks")
    assert not form.error_of("note")


def test_a_hidden_field_is_not_checked(form):
    form.set_visible("name", False)
    assert form.checked() is not None


def test_the_desks_error_goes_to_its_field_and_away_when_typing(form):
    assert form.show_error(UserError("name", "Bestaat al."))
    assert form.error_of("name") == "Bestaat al."
    type_text(form.input("name"), "a")
    assert not form.error_of("name")
    assert not form.show_error(UserError("other", "x"))


def test_enter_submits(form, qtbot):
    with qtbot.waitSignal(form.submitted):
        qtbot.keyClick(form.input("name"), Qt.Key.Key_Return)


def test_everything_has_a_name(form):
    assert unnamed(form) == []


def test_the_walk_finds_what_has_no_name(qtbot):
    from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

    window = QWidget()
    qtbot.addWidget(window)
    box = QVBoxLayout(window)
    for child in (QLineEdit(), QPushButton(), QPushButton("Named")):
        box.addWidget(child)
    window.show()
    assert len(unnamed(window)) == 2


def test_labels_never_read_markup(qtbot):
    label = Label("<img src=/etc/passwd><b>x</b>", elide=True)
    qtbot.addWidget(label)
    assert label.textFormat() == Qt.TextFormat.PlainText
    assert "<img" not in label.toolTip()
    assert "&lt;img" in plain_tip("<img>")


def test_nothing_but_the_kit_makes_labels_with_text():
    import re
    from pathlib import Path

    import nmx_desk.ui

    for file in Path(nmx_desk.ui.__file__).parent.rglob("*.py"):
        found = re.findall(r"QLabel\([^)]+\)", file.read_text("utf-8"))
        assert [text for text in found if text != "QLabel(QLabel)"] == [], file
    assert QLabel is not Label


@pytest.fixture
def table(qtbot, qapp):
    theme().start(qapp)
    settings = UserSettings()
    columns = [
        Column(key="name", title="Naam", text=lambda r: r.name, detail=lambda r: r.question, tooltip=lambda r: r.question),
        Column(key="state", title="Status", text=lambda r: r.state.text, badge=lambda r: r.state, width=120),
        Column(key="age", title="Minuten", text=lambda r: str(r.minutes), sort_key=lambda r: r.minutes, align="right", width=90),
    ]
    made = Table(columns, name="t", label="Aanvragen", settings=settings, empty=EmptyState("Niets", action="Importeer"))
    qtbot.addWidget(made)
    made.resize(700, 400)
    made.set_rows(ROWS)
    made.show()
    made.grab()
    return made


def shown(table):
    return [row.id for row in table.records.rows]


def test_sorting_by_the_key_and_back(table):
    table.sortByColumn(2, Qt.SortOrder.DescendingOrder)
    assert shown(table) == ["3", "2", "1"]
    table.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
    assert shown(table) == ["1", "2", "3"]


def test_the_chosen_record_stays_chosen_when_rows_are_renewed(table):
    table.choose("2")
    table.set_rows(list(reversed(ROWS)))
    assert table.current().id == "2"
    table.set_rows(ROWS[:1])
    assert table.current() is None


def test_the_chosen_record_stays_chosen_when_sorted(table):
    table.choose("2")
    table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    assert table.current().id == "2"


def test_arrows_and_enter(table, qtbot):
    opened = []
    table.opened.connect(opened.append)
    table.setFocus()
    table.choose_first()
    qtbot.keyClick(table, Qt.Key.Key_Down)
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert [row.id for row in opened] == ["2"]


def test_widths_and_order_are_remembered(table):
    table.setColumnWidth(1, 177)
    table.sortByColumn(2, Qt.SortOrder.DescendingOrder)
    again = Table(table.records.columns, name="t", label="x", settings=table._settings)
    assert again.columnWidth(1) == 177
    again.set_rows(ROWS)
    assert shown(again) == ["3", "2", "1"]
    again.deleteLater()


def test_widths_that_were_kept_grow_with_the_text(table, monkeypatch):
    table.setColumnWidth(1, 160)
    monkeypatch.setattr(theme(), "text_scale", 1.5)
    larger = Table(table.records.columns, name="t", label="x", settings=table._settings)
    assert larger.columnWidth(1) == 240
    larger.setColumnWidth(1, 300)
    monkeypatch.setattr(theme(), "text_scale", 1.0)
    again = Table(table.records.columns, name="t", label="x", settings=table._settings)
    assert again.columnWidth(1) == 200
    for made in (larger, again):
        made.deleteLater()


def test_an_empty_table_says_what_to_do(table):
    table.set_rows([])
    assert table._empty.isVisible()
    assert unnamed(table) == []
    table.set_rows(ROWS)
    assert not table._empty.isVisible()


def test_scores_from_the_keyboard(qtbot):
    score = ScoreInput("Vermoeidheid", before=7)
    qtbot.addWidget(score)
    score.show()
    qtbot.keyClick(score, Qt.Key.Key_1)
    qtbot.keyClick(score, Qt.Key.Key_0)
    assert score.value() == 10
    qtbot.keyClick(score, Qt.Key.Key_4)
    assert score.value() == 4
    assert "4" in score.accessibleName()
    qtbot.keyClick(score, Qt.Key.Key_Delete)
    assert score.value() is None
    qtbot.keyClick(score, Qt.Key.Key_0)
    assert score.value() == 0


def test_one_key_per_score(qtbot):
    scores = [ScoreInput(name) for name in "abcd"]
    holder_ = holder(column(*scores))
    qtbot.addWidget(holder_)
    holder_.show()
    walk_scores(scores)
    scores[0].setFocus()
    for key in "71103":  # seven; one; ten; three
        qtbot.keyClick(holder_.focusWidget(), key)
    assert [score.value() for score in scores] == [7, 1, 10, 3]
    qtbot.keyClick(scores[3], Qt.Key.Key_Up)
    assert holder_.focusWidget() is scores[2]


@pytest.mark.parametrize("width", [280, 310, 341, 383, 500])
def test_what_stands_beside_a_score_fits(qtbot, width):
    score = ScoreInput("Vermoeidheid", before=10)
    qtbot.addWidget(score)
    score.set_value(9)
    score.resize(width, 32)
    score.show()
    box, words = score._words()
    beside = QFontMetrics(theme().font(Text.SMALL)).horizontalAdvance(words)
    assert (box + 2) * 11 + 16 + 8 + beside <= width
    assert words or "better, was 10" in score.toolTip()


def test_settings_survive_and_a_broken_file_is_forgotten(tmp_path):
    file = tmp_path / "deep" / "user.json"
    settings = UserSettings(file)
    settings.put("a", [1, 2])
    settings.save()
    assert UserSettings(file).get("a") == [1, 2]
    file.write_text("{broken", encoding="utf-8")
    assert UserSettings(file).get("a", 5) == 5


@pytest.mark.parametrize(("typed", "cents"), [
    ("95", 9500), ("95,50", 9550), ("95.50", 9550), ("95,-", 9500), ("€ 95", 9500), ("0", 0), ("95,5", None), ("-1", None),
    ("1000,01", None), ("1.000,00", None), ("٩", None), ("", None),
])  # fmt: skip
def test_an_amount_is_kept_in_cents(qtbot, qapp, typed, cents):
    theme().start(qapp)
    field = MoneyInput(most=100_000, name="Prijs")
    qtbot.addWidget(field)
    type_text(field, typed)
    assert field.value() == cents
    assert bool(field.problem()) == (bool(typed) and cents is None)


def test_an_amount_is_shown_as_the_language_writes_it(qtbot, qapp):
    theme().start(qapp)
    field = MoneyInput(name="Prijs")
    qtbot.addWidget(field)
    for language, text in (("en", "17.50"), ("nl", "17,50")):
        i18n.use(language)
        field.set_value(1750)
        assert (field.text(), field.value()) == (text, 1750)
    field.set_value(None)
    assert (field.text(), field.value()) == ("", None)


def test_a_hue_goes_by_the_nearest_name_and_stays_what_it_is(qtbot, qapp):
    theme().start(qapp)
    field = HueInput(name="Kleur")
    qtbot.addWidget(field)
    for hue, name in ((165, "Teal"), (205, "Blue"), (350, "Red"), (0, "Red"), (None, "Red")):
        field.set_value(hue)
        assert (field.value(), field.currentText()) == (hue or 0, name)
    assert [field.itemData(row) for row in range(field.count())] == [hue for hue, _name in HUES]
    assert all(not field.itemIcon(row).isNull() for row in range(field.count()))


def test_an_error_is_whole_in_a_form_that_is_narrower_than_it_would_be(qtbot, qapp):
    theme().start(qapp)
    form = Form([Field(name="a", label="Eerste", kind="int"), Field(name="b", label="Tweede", kind="int")], columns=2)
    held = holder(column(form, None))
    qtbot.addWidget(held)
    held.resize(260, 600)
    held.show()
    form.show_error(UserError("a", "Typ een heel getal van nul tot en met zevenhonderdtwintig minuten."))
    qtbot.wait(10)
    note = form._cells["a"].note
    assert form.width() < form.sizeHint().width() and note.text()
    assert note.height() >= note.heightForWidth(note.width()) > note.fontMetrics().height() * 3


def test_a_long_choice_and_a_long_label_do_not_push_a_narrow_form_out_of_sight(qtbot):
    long = "A choice that says at great length what it does, and to whom, and why"
    form = Form([Field(name="what", label=f"{long}?", kind="choice", options=[("a", long)])])
    qtbot.addWidget(form)
    assert form.minimumSizeHint().width() < 260
    assert form.input("what").sizeHint().width() > 260


def test_a_column_that_shares_what_is_left_stays_readable_in_a_narrow_table(qtbot):
    columns = [Column(key="name", title="Name", text=str), Column(key="rest", title="Rest", text=str, width=300)]
    table = Table(columns, name="narrow", label="x", key=str)
    qtbot.addWidget(table)
    table.show()
    table.set_rows(["w" * 90])
    for width, least, most in ((700, 300, 400), (330, 100, 140), (700, 300, 400)):
        table.resize(width, 200)
        QApplication.processEvents()
        assert least <= table.columnWidth(0) <= most, width


def test_columns_give_what_their_texts_do_not_need_and_have_it_back_where_there_is_room(qtbot, table):
    table.set_rows(ROWS)
    table.setColumnWidth(1, 400)
    kept = table._settings.get("table.t")
    table.resize(420, 300)
    QApplication.processEvents()
    assert max(badge_width(row.state) for row in ROWS) < table.columnWidth(1) < 400
    assert table._settings.get("table.t") == kept, "nobody dragged it"
    table.resize(1200, 300)
    QApplication.processEvents()
    assert table.columnWidth(1) == 400


def test_columns_that_can_be_spared_go_one_by_one_and_come_back_as_wide_as_they_were(qtbot):
    columns = [Column(key="name", title="Name", text=str)]
    columns += [Column(key=key, title=f"A long title of {key}", text=lambda _row: "x", width=240) for key in ("kind", "owner", "day")]
    table = Table(columns, name="spare", label="x", key=str)
    table.spare(("owner", "kind"))
    qtbot.addWidget(table)
    table.show()
    table.set_rows(["w" * 90])
    wide = {}
    for width, gone in ((1100, ()), (600, ("owner",)), (420, ("owner", "kind")), (600, ("owner",)), (1100, ())):
        table.resize(width, 200)
        QApplication.processEvents()
        assert {one.key for n, one in enumerate(columns) if table.isColumnHidden(n)} == set(gone), width
        assert table.columnWidth(0) >= 110
        shown = [table.columnWidth(n) for n in range(4)]
        assert wide.setdefault(width, shown) == shown, "the same room, the same columns"
        head = table.horizontalHeader()
        assert all(table.columnWidth(n) >= head.sectionSizeHint(n) for n in range(4) if not table.isColumnHidden(n))


def test_a_dialog_is_as_high_as_its_words_ask(qtbot):
    dialog = Dialog(None, "Sure?", " ".join(f"word{number}" for number in range(330)))
    dialog.add_buttons("Do it", "Cancel")
    qtbot.addWidget(dialog)
    dialog.show()
    QApplication.processEvents()
    assert all(label.height() >= label.heightForWidth(label.width()) for label in dialog.findChildren(QLabel))


def test_a_day_that_may_not_be_changed_opens_no_calendar(qtbot):
    form = Form([Field(name="day", label="Day", kind="date")])
    qtbot.addWidget(form)
    form.set_values({"day": date(2026, 9, 14)})
    form.set_read_only()
    form.show()
    day = form.input("day")
    qtbot.keyClick(day, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert day.findChildren(QMenu) == [] and not day._action.isVisible()
    form.set_read_only(False)
    qtbot.keyClick(day, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert day.findChildren(QMenu)


def test_a_word_without_an_end_widens_nothing(qtbot):
    """A link in a text would push everything beside it out of sight."""
    words = "Zie https://www.example.org/" + "lang" * 40 + " voor wat er stond"
    panel = holder(column(Label(words, wrap=True, selectable=True), Label("Iets gewoons", wrap=True)))
    qtbot.addWidget(panel)
    assert panel.minimumSizeHint().width() < 300 < Label(words).minimumSizeHint().width()


def test_the_first_field_is_the_first_that_is_there(qtbot):
    form = Form([Field(name="count", label="Count", kind="int"), Field(name="what", label="What")])
    qtbot.addWidget(form)
    assert form.first() is form.input("count")
    form.set_visible("count", False)
    assert form.first() is form.input("what")
