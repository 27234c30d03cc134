"""The pillars of a plan as icon and hue; the word always stands beside."""

from __future__ import annotations

from typing import Final

from nmx_desk.domain.plans import Pillar

PILLAR_ICONS: Final = {
    Pillar.NUTRITION: "leaf", Pillar.SLEEP: "moon", Pillar.EXERCISE: "activity", Pillar.STRESS: "heart-pulse", Pillar.SUPPLEMENT: "pill",
    Pillar.OTHER: "circle-dot",
}  # fmt: skip
PILLAR_HUES: Final = {
    Pillar.NUTRITION: 110, Pillar.SLEEP: 265, Pillar.EXERCISE: 205, Pillar.STRESS: 320, Pillar.SUPPLEMENT: 30, Pillar.OTHER: 170,
}  # fmt: skip
