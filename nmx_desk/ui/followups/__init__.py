"""Follow-up contacts: due, overdue, coming."""

from nmx_desk.ui.followups.page import FollowUpsPage

PAGE = FollowUpsPage
