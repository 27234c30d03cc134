"""Tasks and recalls: one's own and the clinic's."""

from nmx_desk.ui.tasks.page import TasksPage

PAGE = TasksPage
