"""What a newcomer meets with `make run`: duban at work over a made-up city in the middle of its year."""

import asyncio
import os
import shutil
import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from loguru import logger
from rich.console import Console
from rich.table import Table

from flows.engine import Clock, Engine
from flows.logs import log_to_stderr, on_its_line
from flows.passing import pass_time
from flows.settings import Settings
from portal.commands.console import rehearsal_register
from portal.rehearsal.corners import CORNERS, fill
from portal.rehearsal.parameters import SUGGESTIONS
from portal.rehearsal.roster import AUDITOR, CITIES, DISPATCHER, LEADERS, REGISTRAR
from portal.rehearsal.year import IN_HOUSE, SEED, rehearse
from portal.rehearsal.year_report import playing
from portal.server.serving import PortalError, listen, public_address, work_and_answer
from portal.visitor.demonstration import MORNING, Demo, Member
from portal.visitor.rights import RIGHTS
from portal.visitor.site import Site
from rulebooks import ZONE
from states.roles import Role
from states.vocabulary import Duty
from storage import Register
from storage.accounts import Accounts
from storage.region_rules import HOUSE, RegionRule
from storage.rehearsed import busiest_committee, first_judging, latest_unit
from storage.who_stands import people_in_words

FOLDER = Path("var/demo")
LAST_DAY = date(2026, 6, 30)
"""The last day that is played. On the morning after it the session's neglected replies stand at U5 and U6, those
between sessions at every step below, and the suggestions made since the session at every stage of handling."""

IN_SESSION = 0.6
"""Less than in a real year, where nearly all are answered by then: the demonstration shows work, not an archive."""

ASSISTANT, CLERK = "P01", "J01"
LINKS_LAST = timedelta(days=1)


def main() -> None:
    """Play the year into a fresh folder, then serve it until Ctrl-C or SIGTERM."""
    logger.remove()
    logger.configure(patcher=on_its_line)
    logger.add(sys.stderr, level="ERROR", diagnose=False)
    console = Console(width=None if sys.stdout.isatty() else 150, highlight=False)
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    settings = Settings().model_copy(
        update={
            "database_url": f"sqlite:///{FOLDER.absolute()}/city.db",
            "prefect_home": FOLDER.absolute() / "prefect",
            "channels_file": "",
            "https": False,
        }
    )
    os.environ["DUBAN_DATABASE_URL"] = settings.database_url
    console.print(
        "正在排演一座虚构城市的半年，不到一分钟 playing half a year of a made-up city, under a minute …"
    )
    begun = datetime.now(UTC)
    register = rehearsal_register(settings.database_url, "make run")
    with playing(console, (LAST_DAY - date(LAST_DAY.year, 1, 1)).days + 1) as progress:
        rehearse(
            register, CITIES["suqian"], LAST_DAY.year, SUGGESTIONS - CORNERS, SEED, progress, LAST_DAY, IN_SESSION
        )  # fmt: skip
    morning = datetime.combine(LAST_DAY + timedelta(days=1), MORNING, ZONE)
    cast = settle_down(register, morning)
    console.print(f"排演完成 played in {(datetime.now(UTC) - begun).seconds} s")
    register.engine.dispose()
    asyncio.run(serve_demo(console, settings, morning, cast))
    console.print("已停止 stopped")


async def serve_demo(console: Console, settings: Settings, morning: datetime, cast: Mapping[str, Member]) -> None:
    """Engine and portal over the rehearsed city; both clocks start in the morning after it, and are one."""
    log_to_stderr(level="WARNING")
    clock = Clock.starting_at(morning)
    engine = Engine(settings, clock)
    demo = Demo(engine.register, clock, IN_HOUSE, cast)
    site = Site(engine.register, clock, demo=demo)
    try:
        listening = listen(settings.host, settings.port)
    except PortalError:
        listening = listen(settings.host, 0)  # a newcomer's first run shall not end at somebody else's port
    address = public_address(settings, listening)
    console.print(people_table(site.accounts, address, cast))
    console.print(
        f"网页 open {address} ，点上面任何一个链接进去（各用一次；进去以后在页面上方换人、拨时钟）\n"
        f"时钟 the clock starts at {morning:%F %H:%M}；数据 data {FOLDER}/city.db；Ctrl-C 结束 ends it",
        markup=False,
    )
    sys.stdout.flush()
    await work_and_answer(engine, site, settings, listening)


def settle_down(register: Register, morning: datetime) -> dict[str, Member]:
    """The night and the early morning after the year, the stages it lacks, and accounts; the cast by account."""
    city = CITIES["suqian"]
    for kind, name in (("suggestion", city.rulebook), ("opinion", HOUSE["opinion"])):
        rule = RegionRule(city.code, kind, date(morning.year, 1, 1), name, REGISTRAR, "演示 demonstration")
        register.set_region_rule(rule, morning)
    night = morning.replace(hour=0, minute=0)
    pass_time(register, night, morning - timedelta(minutes=20), IN_HOUSE)
    ((_, deputy),) = first_judging(register)
    more = [
        {"id": ASSISTANT, "name": "助理小周", "role": "proxy", "region": city.code},
        {"id": CLERK, "name": "接待员小吴", "role": "clerk", "region": city.code},
    ]
    register.import_directory("people", list(enumerate(more, start=1)))
    fill(register, city, morning.year, deputy, morning - timedelta(minutes=15))
    unit, committee = latest_unit(register), busiest_committee(register)
    people = {
        Role.DEPUTY: deputy, Role.PROXY: ASSISTANT, Role.REGISTRAR: REGISTRAR, Role.DISPATCHER: DISPATCHER,
        Role.HANDLER: f"{unit}-C", Role.SECTION_HEAD: f"{unit}-K", Role.UNIT_LEADER: f"{unit}-F",
        Role.UNIT_HEAD: f"{unit}-Z", Role.COMMITTEE: f"{committee}-W", Role.LEADER: LEADERS[0],
        Role.GOV_LEADER: f"Q0{1 + int(unit[1:]) % 2}", Role.AUDITOR: AUDITOR, Role.CLERK: CLERK,
    }  # fmt: skip
    people = {role: person for role, person in people.items() if role in RIGHTS}  # who has pages
    accounts, now = Accounts(register), datetime.now(UTC)
    for person in people.values():
        accounts.create(person, now, "demo", person=person)
    for duty in Duty.values():
        accounts.create(duty, now, "demo", duty=duty)
    accounts.mandate(ASSISTANT, deputy, date(morning.year, 1, 1), None, "demo", now)
    return cast_of(register, people)


def cast_of(register: Register, people: Mapping[Role, str]) -> dict[str, Member]:
    """Who can be played, by account: a person of each role, and the three administrators."""
    names = people_in_words(register, people.values())
    cast = {person: Member(person, role.zh, names[person]) for role, person in people.items()}
    return cast | {duty: Member(duty, name, duty) for duty, name in Duty.names().items()}


def people_table(accounts: Accounts, address: str, cast: Mapping[str, Member]) -> Table:
    """One-time links, one for each of the cast."""
    table = Table("身份 role", "谁 who", "一次性链接 one-time link", header_style="bold")
    now = datetime.now(UTC)
    for member in cast.values():
        token = accounts.demo_link(member.account, now, LINKS_LAST)
        table.add_row(member.role, member.who, f"{address}/link/{token}")
    return table


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("已停止 stopped")
