"""The status of the engines: which are alive, the last runs and their results, the next ones."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from flows.schedule import TIMETABLE
from storage import Register
from storage.accounts import Accounts
from storage.clock import standing
from storage.confirming import waiting_changes
from storage.duties import Duties
from storage.jobs import jobs, leases
from storage.messages import message_counts


def status(register: Register, at: datetime) -> dict[str, Any]:
    """Shape: clock (None, or the alarm that stops what happens by itself), engines, leader, prefect (URLs in use),
    next_due, messages, jobs by name (last run as `Job`, and next_at of the timetable), waiting_changes
    (imported rows that wait for the security administrator), duties_alone (the duties whose acts nobody else could
    confirm), duties_unnamed (the administrators of whom nobody noted which human they are). Instants are aware."""
    taken = leases(register, at)
    by_name: dict[str, dict[str, Any]] = {name: {**vars(job)} for name, job in jobs(register).items()}
    for entry in TIMETABLE:
        job = by_name.setdefault(entry.name, {"name": str(entry.name), "started_at": None, "results": ()})
        job |= {"next_at": entry.next(at), "what": entry.what}
    return {
        "at": at,
        "clock": asdict(alarm) if (alarm := standing(register, at)) else None,
        "engines": [
            lease.name.removeprefix("engine:") for lease in taken if lease.name.startswith("engine:")
        ],
        "leader": next((lease.holder for lease in taken if lease.name == "timetable"), None),
        "prefect": [
            lease.name.removeprefix("prefect:") for lease in taken if lease.name.startswith("prefect:")
        ],
        "next_due": register.next_due(),
        "messages": message_counts(register),
        "jobs": by_name,
        "duties_alone": Duties(Accounts(register)).alone(),
        "duties_unnamed": Duties(Accounts(register)).unnamed(),
        "waiting_changes": sum(len(batch.lines) for batch in waiting_changes(register)),
    }
