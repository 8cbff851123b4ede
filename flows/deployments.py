"""The deployments of scaled mode, from the one timetable: what workers run instead of the engine."""

from collections.abc import Sequence

import yaml
from pydantic import JsonValue

from flows.schedule import TIMETABLE
from rulebooks import ZONE
from states.vocabulary import JobName

POOL = "duban"

FLOWS: dict[JobName, tuple[str, dict[str, str]]] = {
    JobName.AUDIT: ("nightly_audit_flow", {}),
    JobName.PERSONAL_DIGEST: ("digest_flow", {"audience": "personal"}),
    JobName.LEADERS_DIGEST: ("digest_flow", {"audience": "leaders"}),
    JobName.IMPORT: ("import_flow", {}),
}
"""For each heavy job of the timetable its flow, and the parameters beside the region."""


def prefect_yaml(regions: Sequence[str] = ()) -> str:
    """The text of a prefect.yaml: one deployment a heavy job and region, or one for all regions when none is named.

    `escalate` has no schedule there: an automation starts it whenever a supervision was proposed.
    """
    deployments = [
        _deployment(entry.name, entry.what, region)
        | {"schedules": [{"cron": entry.cron, "timezone": str(ZONE)}]}
        for entry in TIMETABLE
        if entry.heavy
        for region in (regions or ("",))
    ]
    review = {
        "name": "escalate-on-proposal",
        "description": "督办研判：有督办提出时即运行 runs when the ladder proposed a supervision",
        "entrypoint": "flows.prefect_flows.escalate_flow",
        "work_pool": {"name": POOL},
        "triggers": [
            {
                "type": "event",
                "enabled": True,
                "match": {"prefect.resource.id": "duban.region.*"},
                "expect": ["duban.supervision.proposed"],
            }
        ],
    }
    head = "# Written by `duban deployments`; the schedules are those of flows/schedule.py.\n"
    project = {"name": "duban", "pull": None, "deployments": [*deployments, review]}
    return head + str(yaml.safe_dump(project, allow_unicode=True, sort_keys=False, width=110))


def _deployment(name: JobName, what: str, region: str) -> dict[str, JsonValue]:
    flow, parameters = FLOWS[name]
    return {
        "name": f"{name}-{region}" if region else name.value,
        "description": what,
        "entrypoint": f"flows.prefect_flows.{flow}",
        "parameters": {**parameters, **({"region": region} if region else {})},
        "work_pool": {"name": POOL},
    }
