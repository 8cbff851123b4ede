"""Which action takes back what another one did, where the law has one."""

from collections.abc import Mapping

COUNTER_STEPS: Mapping[str, str] = {
    "submit": "withdraw",
    "resubmit": "withdraw",
    "propose_units": "propose_units",
    "assign": "reassign",
    "agree_consult": "object_consult",
    "evaluate": "correct_evaluation",
    "decline_rehandle": "order_rehandle",
    "release_supervision": "propose_supervision",
    "route": "route",
}
"""By action; an action that stands for itself is taken again with other input."""
