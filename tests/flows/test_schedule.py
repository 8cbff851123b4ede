"""When the jobs of the timetable run, who of several engines runs them, and what is known of the last run."""

from datetime import datetime, timedelta

import pytest

from flows.schedule import TIMETABLE, TimetableJob
from flows.status import status
from rulebooks import ZONE
from states.job_results import JobResult
from states.reasons import Label
from storage import Register
from storage.jobs import drop_leases, finish_job, jobs, leases, start_job, take_lease

RESULTS = (JobResult("papers_made", numbered=2, made=1),)
FAILED = JobResult("job_unfinished", why=Label("ValueError: no"))
ENTRIES: dict[str, TimetableJob] = {entry.name: entry for entry in TIMETABLE}
HOLDS = timedelta(seconds=30)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("name", "at", "last", "following"),
    [
        ("sweep-deadlines", "2025-03-20T00:05", "2025-03-20T00:05", "2025-03-21T00:05"),
        ("sweep-deadlines", "2025-03-20T00:04:59", "2025-03-19T00:05", "2025-03-20T00:05"),
        ("nightly-audit", "2025-01-01T01:00", "2024-12-31T02:00", "2025-01-01T02:00"),
        ("escalate", "2025-03-20T12:00", "2025-03-17T08:25", "2025-03-24T08:25"),
        ("escalate", "2025-03-24T08:24", "2025-03-17T08:25", "2025-03-24T08:25"),
    ],
)
def test_an_entry_knows_its_last_and_its_next_moment_in_the_zone_of_the_region(
    name: str, at: str, last: str, following: str
) -> None:
    entry: TimetableJob = ENTRIES[name]
    assert entry.last(moment(at)) == moment(last)
    assert entry.next(moment(at)) == moment(following)


def test_one_engine_holds_a_lease_until_it_runs_out_or_is_given_up(register: Register) -> None:
    at = moment("2025-03-20T08:00")
    assert take_lease(register, "timetable", "one", at, HOLDS)
    assert not take_lease(register, "timetable", "two", at + timedelta(seconds=29), HOLDS)
    assert take_lease(register, "timetable", "one", at + timedelta(seconds=29), HOLDS), (
        "renewed by its holder"
    )
    assert not take_lease(register, "timetable", "two", at + timedelta(seconds=31), HOLDS)
    assert take_lease(register, "timetable", "two", at + timedelta(seconds=59), HOLDS), "the first one died"
    (held,) = leases(register, at + timedelta(seconds=60))
    assert (held.name, held.holder, held.until) == ("timetable", "two", at + timedelta(seconds=89))
    drop_leases(register, "one")
    assert leases(register, at + timedelta(seconds=60)) == [held], "another one's is not given up"
    drop_leases(register, "two")
    assert leases(register, at + timedelta(seconds=60)) == []


def test_status_tells_the_last_run_of_a_job_how_it_ran_and_the_next(register: Register) -> None:
    due, at = moment("2025-03-20T02:00"), moment("2025-03-20T02:00:01")
    start_job(register, "nightly-audit", "one", at, due)
    assert jobs(register)["nightly-audit"].finished_at is None
    finish_job(register, "nightly-audit", at + timedelta(seconds=2), "direct", RESULTS)
    take_lease(register, "engine:one", "one", at, HOLDS)
    report = status(register, at)
    assert report["engines"] == ["one"]
    audit = report["jobs"]["nightly-audit"]
    assert (audit["by"], audit["did"], audit["due_at"]) == ("direct", "papers numbered 2, files made 1", due)
    assert audit["results"] == RESULTS
    assert audit["next_at"] == moment("2025-03-21T02:00")
    assert report["jobs"]["escalate"]["started_at"] is None
    assert report["jobs"]["escalate"]["next_at"] == moment("2025-03-24T08:25")
    finish_job(register, "nightly-audit", at, "prefect", (FAILED,), "ValueError: no")
    failed = jobs(register)["nightly-audit"]
    assert (failed.error, failed.did, failed.results) == ("ValueError: no", "", (FAILED,))
