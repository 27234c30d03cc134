"""What deadlines of the quality system are called, wherever they are shown."""

from __future__ import annotations

from typing import Final

from nmx_desk.domain.incidents import TIMER_NAMES
from nmx_desk.i18n import N_

WHAT: Final[dict[str, str]] = {
    "judge": N_("Judgement to be given"),
    "analyse": N_("To be analysed"),
    "carry_out": N_("Action to be carried out"),
    "test": N_("Effect to be tested"),
    "audit": N_("Audit to be held"),
    "review": N_("To be looked at again"),
    "conclude": N_("Objective to be concluded"),
    "expires": N_("Expires"),
    "gap": N_("Competence to be shown"),
    "score": N_("Supplier to be scored"),
    "take_back": N_("Copies on paper to take back"),
    "agreement": N_("Agreement on data to be renewed"),
    **{str(kind): name for kind, name in TIMER_NAMES.items()},
}
REGISTERS: Final = {
    "grievances": N_("Formal complaints (Wkkgz)"), "incidents": N_("Incidents"), "deviations": N_("Nonconformities"),
    "audits": N_("Audits"),
    "risks": N_("Risks and opportunities"), "objectives": N_("Quality objectives"), "competence": N_("Competences"),
    "suppliers": N_("Suppliers"), "documents": N_("Documents"),
}  # fmt: skip
