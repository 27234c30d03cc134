"""The personal plan of a client."""

from nmx_desk.ui.plans.page import PlansPage

PAGE = PlansPage
