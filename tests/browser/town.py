"""A city with a portal on a free port: who works there, the server, and its clock."""

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from threading import Thread
from typing import Any

import uvicorn

from flows.channels import load_channels
from flows.engine import Clock
from portal.server.app import create_app
from portal.visitor.demonstration import Demo, Member
from portal.visitor.site import Site, Throttle
from portal.web.signing import HASHER
from storage import Register
from storage.region_rules import RegionRule
from tests.builders import CITY, for_playing, morning, noon, rows

PASSWORD = "春江潮水连海平2026"
HASHED = HASHER.hash(PASSWORD)
START = date(2026, 3, 11)
"""A Wednesday without holidays around it."""

COMMITTEE = "社会建设委员会"

REGIONS = (
    {"code": CITY, "name": "宿迁市", "level": "city"},
    {"code": "321302", "name": "宿城区", "level": "county", "parent_code": CITY},
    {"code": "330100", "name": "杭州市", "level": "city"},
)
UNITS = (
    {"id": "U1", "name": "市住房和城乡建设局", "region": CITY, "kind": "government"},
    {"id": "U2", "name": "市教育局", "region": CITY, "kind": "government"},
    {"id": "U3", "name": "市交通运输局", "region": CITY, "kind": "government"},
    {"id": "U4", "name": "市生态环境局", "region": CITY, "kind": "government"},
    {"id": COMMITTEE, "name": COMMITTEE, "region": CITY, "kind": "committee"},
)
PEOPLE = (
    {"id": "D1", "name": "周明远", "role": "deputy", "region": CITY, "delegation": "宿城代表团"},
    {"id": "D2", "name": "沈秋兰", "role": "deputy", "region": CITY, "delegation": "宿城代表团"},
    {"id": "D3", "name": "顾怀民", "role": "deputy", "region": CITY, "delegation": "沭阳代表团"},
    {"id": "P1", "name": "方小舟", "role": "proxy", "region": CITY},
    {"id": "R1", "name": "陆文静", "role": "registrar", "region": CITY},
    {"id": "G1", "name": "韩立", "role": "dispatcher", "region": CITY},
    {"id": "W1", "name": "吴斌", "role": "handler", "unit": "U1"},
    {"id": "S1", "name": "郑科", "role": "section_head", "unit": "U1"},
    {"id": "L1", "name": "孙立新", "role": "unit_leader", "unit": "U1"},
    {"id": "H1", "name": "高建国", "role": "unit_head", "unit": "U1"},
    {"id": "W2", "name": "何芳", "role": "handler", "unit": "U2"},
    {"id": "H2", "name": "许诚", "role": "unit_head", "unit": "U2"},
    {"id": "C1", "name": "钱敏", "role": "committee", "unit": COMMITTEE},
    {"id": "B1", "name": "赵主任", "role": "leader", "region": CITY},
    {"id": "V1", "name": "林副市长", "role": "gov_leader", "region": CITY},
    {"id": "K1", "name": "丁静", "role": "clerk", "region": CITY},
    {"id": "A1", "name": "秦巡", "role": "auditor", "region": CITY},
)
ADMINISTRATORS = {"sys": "system", "sec": "security", "aud": "audit"}


class City:
    """A portal over a register; `address` is where browsers reach it."""

    def __init__(self, register: Register, address: str, site: Site) -> None:
        self.register, self.address, self.site = register, address, site
        self.recovery: dict[str, list[str]] = {}
        """codes kept by account, each for one more signing in"""

    def on(self, day: date) -> None:
        """Set the register's clock to noon of a day; it goes on from there."""
        self.site.clock = Clock.starting_at(noon(day))
        if self.site.demo:
            self.site.demo.clock = self.site.clock

    @property
    def today(self) -> date:
        return self.site.today()

    def next_day(self, days: int = 1) -> None:
        self.on(self.today + timedelta(days=days))

    def live_until(self, day: date) -> None:
        """Let every night until that day be swept, and stand at its noon."""
        last = self.today
        while last <= day:
            self.register.sweep(morning(last))
            last += timedelta(days=1)
        self.on(day)

    def account(self, name: str) -> None:
        """An account with the tests' password, unless there is one."""
        if name not in {row["name"] for row in self.site.accounts.listed()}:
            duty = ADMINISTRATORS.get(name, "")
            self.site.accounts.create(
                name, self.site.real_now(), "test", person="" if duty else name, duty=duty
            )
            self.site.accounts.set_password(name, HASHED, self.site.real_now())

    def first_link(self, name: str) -> str:
        """The one-time link that the first start gives to an administrator who has no password yet."""
        now: datetime = self.site.real_now()
        self.site.accounts.create(name, now, "serve", duty=ADMINISTRATORS[name])
        token = self.site.accounts.link_to_sign_in(name, now, "serve", timedelta(days=1))
        return f"/link/{token}"


def populated(register: Register) -> Register:
    """The register with the city's directory."""
    tables: tuple[tuple[str, Any], ...] = (("regions", REGIONS), ("units", UNITS), ("people", PEOPLE))
    for kind, records in tables:
        register.import_directory(kind, rows(records))
    rule = RegionRule(CITY, "suggestion", START, "suqian", "R1", "办公会议")
    register.set_region_rule(rule, noon(START))
    return register


@contextmanager
def served(register: Register, cast: Mapping[str, Member] | None = None) -> Iterator[City]:
    """The city with its portal at work on a free port of this machine; a demonstration where there is a `cast`."""
    site = Site(populated(for_playing(register) if cast else register))
    if cast:
        site.demo = Demo(register, site.clock, load_channels(""), cast)
    site.throttles = {name: Throttle(10_000, 60) for name in site.throttles}
    door = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create_app(site), log_level="error", lifespan="off"))
    thread = Thread(target=server.run, kwargs={"sockets": [door]})
    thread.start()
    try:
        city = City(register, f"http://127.0.0.1:{door.getsockname()[1]}", site)
        city.on(START)
        yield city
    finally:
        server.should_exit = True
        thread.join()
        door.close()
