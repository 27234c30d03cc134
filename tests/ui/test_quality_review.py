"""The management review in a real window: it was held in one step, with whom; decisions by keys."""

from datetime import date

import pytest
from PySide6.QtCore import Qt

from nmx_desk.domain.reviews import ReviewStatus
from nmx_desk.services import reviews, tasks
from nmx_desk.ui.quality import review as review_ui
from tests.ui.hands import press, settle

Key, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def at_review(at_quality, clinic):
    boss = clinic.as_("manager").do
    sheet = boss(reviews.begin_review, date(2025, 1, 1), date(2025, 12, 31))
    window, part = at_quality("review")
    return boss, window, part, sheet.review.id


def test_that_it_was_held_is_one_step_that_asks_what_is_missing(at_review, monkeypatch):
    boss, window, part, review_id = at_review
    asked = []
    day = boss(tasks.list_tasks).today

    def answer(_owner, _title, _text, fields, **more):
        asked.append([field.name for field in fields])
        return {"held_on": day, "attendees": "Manager en behandelaren"} if len(asked) > 1 else None

    monkeypatch.setattr(review_ui, "ask_values", answer)
    part.step_button.click()
    settle(window)
    assert boss(reviews.open_review, review_id).review.status is ReviewStatus.PREPARING, "nothing was said"
    part.step_button.click()
    settle(window)
    kept = boss(reviews.open_review, review_id).review
    assert (kept.status, kept.held_on, kept.attendees) == (ReviewStatus.HELD, day, "Manager en behandelaren")
    assert asked == [["held_on", "attendees"]] * 2 and part.step_button.text() == "Sign …"
    assert window.toaster.run_action(), "with a way back"
    settle(window)
    assert part.sheet.review.status is ReviewStatus.PREPARING
    part.step_button.click()
    settle(window)
    assert len(asked) == 2, "what is known is not asked again"


def test_a_decision_is_written_by_keys(at_review):
    boss, window, part, review_id = at_review
    for _chapter in range(part.chapter.count()):
        press(window, Key.Key_PageDown, CTRL)
    view = part.views["decisions"]
    view.new_button.setFocus()
    press(window, Key.Key_Space)
    view.panel.form.input("text").set_value("Tweede lijn op maandag")
    view.panel.save()
    settle(window)
    assert [one.text for one in boss(reviews.open_review, review_id).decisions] == ["Tweede lijn op maandag"]
    assert view.table.hasFocus()
