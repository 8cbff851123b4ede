"""Does an engine stop what happens by itself when its clock is wrong, tell of it once, and catch up afterwards?"""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from flows.engine import Clock, Engine
from flows.settings import Settings
from flows.watch import LEASE, Steps, Watch
from storage import Register, open_engine
from storage.auditing import audits
from storage.clock import accept, alarm_facts, open_alarm
from storage.jobs import finish_job, jobs, start_job, take_lease
from storage.marks import mark
from storage.messages import list_messages
from tests.builders import CITY, FIRST, LIBRARY, a_directory, a_draft, event_names, noon, opinions, rows, take
from tests.databases import Databases

NOW = noon(FIRST)


class Machine:
    """A clock and what passed, both turned by hand."""

    def __init__(self) -> None:
        self.time, self.on_for = NOW, timedelta(hours=5)

    def steps(self) -> Steps:
        return Steps(lambda: self.time, lambda: self.on_for)

    def goes_on(self, for_: timedelta, stepping: timedelta = timedelta()) -> None:
        self.time += for_ + stepping
        self.on_for += for_


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def office(desk: Register) -> Register:
    auditors = [{"id": f"X{n}", "name": f"巡检员{n}", "role": "auditor", "region": CITY} for n in (1, 2)]
    desk.import_directory("people", rows(auditors))
    return desk


@pytest.mark.parametrize("step", [timedelta(minutes=11), timedelta(hours=-8), timedelta(days=365), timedelta(-365)])
def test_a_step_of_more_than_ten_minutes_is_seen_once(machine: Machine, step: timedelta) -> None:
    steps = machine.steps()
    machine.goes_on(timedelta(seconds=5), step)
    assert steps.look() == step
    machine.goes_on(timedelta(seconds=5))
    assert steps.look() == timedelta()


def test_a_suspended_machine_a_small_step_and_a_steered_clock_are_no_step(machine: Machine) -> None:
    steps = machine.steps()
    machine.goes_on(timedelta(days=3))  # asleep: the clock goes on, and so does what passed
    assert steps.look() == timedelta()
    machine.goes_on(timedelta(seconds=5), timedelta(minutes=9))
    assert steps.look() == timedelta()
    for _ in range(400):
        machine.goes_on(timedelta(hours=2), timedelta(seconds=4))
        assert steps.look() == timedelta()


def test_small_steps_one_after_the_other_are_one_large_step(machine: Machine) -> None:
    steps = machine.steps()
    seen = []
    for _ in range(4):
        machine.goes_on(timedelta(minutes=1), timedelta(minutes=3))
        seen.append(steps.look())
    assert seen == [timedelta()] * 3 + [timedelta(minutes=12)]


def test_an_alarm_is_told_once_to_every_auditor_and_holds_until_it_is_accepted(
    office: Register, machine: Machine
) -> None:
    watch = Watch(office, "e1", machine.steps())
    assert watch.trusts(machine.time)
    machine.goes_on(timedelta(seconds=5), timedelta(hours=8))
    for _ in range(3):
        assert not watch.trusts(machine.time)
    assert not Watch(office, "restarted", machine.steps()).trusts(machine.time), "another program finds it as well"
    alarms = [message for message in list_messages(office) if message["subject"].startswith("【时钟告警】")]
    assert sorted(alarm["recipient"] for alarm in alarms) == ["person:X1", "person:X2"]
    machine.goes_on(timedelta(seconds=5), timedelta(hours=-8))
    assert not watch.trusts(machine.time), "a clock that came back by itself is accepted by somebody all the same"
    accept(office, machine.time, "管理员", "电池没电")
    assert watch.trusts(machine.time)


def test_an_entry_ahead_of_the_clock_is_an_alarm_at_the_start(office: Register, machine: Machine) -> None:
    take(office, FIRST, a_draft("C1"))
    watch = Watch(office, "e1", machine.steps())
    assert watch.trusts(NOW - timedelta(minutes=10))
    assert watch.trusts(NOW + timedelta(days=90)), "an office that was closed for months is no alarm"
    assert not watch.trusts(NOW - timedelta(minutes=11))
    alarm = open_alarm(office)
    assert alarm is not None
    assert (alarm.kind, alarm.seconds) == ("ahead", 660)


def test_of_two_engines_whose_clocks_are_apart_the_one_behind_stops_both_before_anything_is_written(
    office: Register, machine: Machine
) -> None:
    """In a quiet register no entry tells: the leases do."""
    here, there = Watch(office, "here", machine.steps()), Watch(office, "there", machine.steps())
    ahead = NOW + timedelta(hours=8)
    take_lease(office, "engine:there", "there", ahead, LEASE)
    take_lease(office, "engine:here", "here", NOW, LEASE)
    assert not here.trusts(NOW)
    alarm = open_alarm(office)
    assert alarm is not None
    assert (alarm.kind, alarm.seconds) == ("apart", 8 * 3600)
    assert "another engine's clock lies 8:00:00 ahead" in str(alarm_facts(alarm))
    assert not there.trusts(ahead), "the other one holds as well"
    (message, _) = (message for message in list_messages(office) if message["subject"].startswith("【时钟告警】"))
    assert "另一个引擎的时钟比这一个快 8:00:00" in message["subject"]
    accept(office, NOW, "管理员", "那台机器对过时了")
    take_lease(office, "engine:there", "there", NOW, LEASE)
    assert here.trusts(NOW)
    take_lease(office, "engine:there", "there", ahead, LEASE)
    assert not here.trusts(NOW), "accepted is not set right"


def test_two_engines_a_few_minutes_apart_work_side_by_side(office: Register, machine: Machine) -> None:
    watch = Watch(office, "here", machine.steps())
    take_lease(office, "engine:there", "there", NOW + timedelta(minutes=10), LEASE)
    take_lease(office, "engine:here", "here", NOW + timedelta(hours=8), LEASE)
    assert watch.trusts(NOW), "its own lease is no other clock's"


def test_a_register_for_rehearsals_has_no_clock_to_be_trusted(office: Register, machine: Machine) -> None:
    mark(office.engine, NOW, "test")
    take(office, FIRST, a_draft("C1"))
    played = Watch(Register(office.engine, LIBRARY), "e1", machine.steps())
    machine.goes_on(timedelta(seconds=5), timedelta(days=365))
    assert played.trusts(NOW - timedelta(days=30))


# -- an engine over such a clock ----------------------------------------------------------------------------------


class Hand(Clock):
    """The engine's clock, turned by hand."""

    def __init__(self, machine: Machine) -> None:
        super().__init__()
        self.machine = machine

    def now(self) -> datetime:
        return self.machine.time


class Living:
    """An engine that is polled by hand, and whose jobs are waited for."""

    def __init__(self, url: str, machine: Machine) -> None:
        self.engine = Engine(Settings(database_url=url, prefect="off"), Hand(machine), "e1")
        self.engine.watch = Watch(self.engine.register, "e1", machine.steps())
        self.engine._started = machine.time
        self.loop = asyncio.Runner()

    def poll(self) -> set[str]:
        """The jobs that one poll began, ended."""
        return self.loop.run(self._poll())

    async def _poll(self) -> set[str]:
        await self.engine.poll()
        begun = {name for name, task in self.engine._running.items() if not task.done()}
        await asyncio.gather(*self.engine._running.values())
        return begun


def an_engine(sqlite: Databases, machine: Machine) -> Living:
    url = sqlite.fresh()
    register = a_directory(Register(open_engine(url), LIBRARY))
    opinions(register, 3, region=CITY)
    register.engine.dispose()
    return Living(url, machine)


def test_no_timer_dies_when_the_clock_is_set_back(sqlite: Databases, machine: Machine) -> None:
    """The next poll was a moment of the clock: one that was set back eight hours woke the engine eight hours later."""
    living = an_engine(sqlite, machine)
    living.poll()
    machine.goes_on(timedelta(seconds=5), timedelta(hours=-8))
    living.poll()
    assert living.engine._rest <= living.engine.settings.poll_seconds


def test_a_clock_that_ran_ahead_fires_no_job_twice_and_lets_none_die(
    sqlite: Databases, machine: Machine
) -> None:
    living = an_engine(sqlite, machine)
    register = living.engine.register
    living.poll()
    machine.goes_on(timedelta(seconds=5), timedelta(days=365))
    assert living.poll() == set(), "no sweep, no audit of a year that has not been"
    assert "limit.overdue" not in event_names(register, "O00001")
    machine.goes_on(timedelta(seconds=5), timedelta(days=-365))
    assert living.poll() == set()
    accept(register, machine.time, "管理员", "电池")
    machine.goes_on(timedelta(days=9))
    assert {"sweep-deadlines", "nightly-audit"} <= living.poll()
    assert "limit.overdue" in event_names(register, "O00001")
    begun = living.poll()
    assert "nightly-audit" not in begun
    assert len(audits(register)) == 1


def test_a_job_that_a_clock_ahead_served_runs_again_at_its_time(sqlite: Databases, machine: Machine) -> None:
    """The clock ran eight hours ahead since the machine was on: last night's audit was this evening's."""
    living = an_engine(sqlite, machine)
    register = living.engine.register
    ahead = machine.time + timedelta(hours=16)
    start_job(register, "nightly-audit", "e1", ahead, ahead.replace(hour=2, minute=0, second=0))
    finish_job(register, "nightly-audit", ahead, "direct", ())
    take(register, FIRST, a_draft("C1"))
    register.apply([a_draft("C2")], ahead)
    assert living.poll() == set()
    accept(register, machine.time, "管理员", "电池")
    assert "nightly-audit" not in living.poll(), "yesterday's was made"
    machine.goes_on(timedelta(hours=15))
    assert "nightly-audit" in living.poll()
    assert jobs(register)["nightly-audit"].due_at == datetime(2025, 3, 12, 18, tzinfo=UTC)


def test_a_small_step_back_fires_no_job_twice(sqlite: Databases, machine: Machine) -> None:
    living = an_engine(sqlite, machine)
    living.poll()
    machine.goes_on(timedelta(hours=14, minutes=1))  # 02:01 of the next day
    assert "nightly-audit" in living.poll()
    machine.goes_on(timedelta(seconds=5), timedelta(minutes=-5))
    living.poll()
    machine.goes_on(timedelta(minutes=5))
    assert "nightly-audit" not in living.poll()
