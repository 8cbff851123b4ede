"""The shared objects of all pages: the register, its clock, the accounts, the templates."""

from collections import deque
from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from time import monotonic
from typing import Annotated, Any, Literal, TypeVar

from jinja2 import Environment
from pydantic import Field

from flows.automatic_papers import PaperRoom
from flows.engine import Clock
from portal.visitor.background_work import Jobs
from portal.visitor.choosing import Choices, ReadLate
from portal.visitor.demonstration import Demo
from portal.visitor.kept_files import KeptFiles
from portal.visitor.languages import say
from portal.visitor.templates import templates
from rulebooks import Rulebook, Workdays, civil_day
from states.cases import Case
from states.judged import Policy, policy_of
from states.roles import Role
from states.vocabulary import LimitKey, UnitKind
from storage import Register
from storage.access_log import AccessLog, folder_of
from storage.accounts import Accounts
from storage.duties import Duties
from storage.erasure_list import ErasureList
from storage.folk import Folk
from storage.lists import Wanted, count_each
from storage.order import newest_entry
from storage.recipients import people_by_role
from storage.rolls import office_region
from storage.similar import Similar
from storage.tokens import Tokens
from storage.visible import Scope, names_of
from storage.who_stands import units_standing

HERE = Path(__file__).parents[1]
LINK_LASTS = timedelta(days=7)
COUNTED = 1_000
"""A list with more cases is shown as having more than this number."""
REMEMBERED = 30.0

T = TypeVar("T")


@dataclass
class Lamp:
    """How near or late a last day is."""

    colour: Literal["red", "yellow", "green"]
    words: Annotated[str, Field(examples=["还有 5 天"])]


class Throttle:
    """At most `most` tries in `seconds` for each key (an address); in memory, for this process."""

    def __init__(self, most: int, seconds: float) -> None:
        self.most, self.seconds = most, seconds
        self._tries: dict[str, deque[float]] = {}

    def take(self, key: str) -> bool:
        """Count a try; False when there were too many."""
        now = monotonic()
        if len(self._tries) > 10_000:
            self._tries = {
                address: times for address, times in self._tries.items() if times[-1] > now - self.seconds
            }
        times = self._tries.setdefault(key, deque())
        while times and times[0] <= now - self.seconds:
            times.popleft()
        if len(times) >= self.most:
            return False
        times.append(now)
        return True


class Site:
    """One portal over one register. `https` says that browsers reach it by HTTPS, so that cookies need it.

    `demo`: it shows a rehearsed city, whose clock and person can be changed on every page. `papers` is the folder of
    the office's own templates; raises PaperError where it cannot be used. `accesses` is the folder of the access log.
    `second_factor` are roles whose people show the code of a device when they sign in, as the administrators always do.
    """

    def __init__(
        self, register: Register, clock: Clock | None = None, https: bool = False, demo: Demo | None = None,
        papers: Path | None = None, accesses: Path | None = None, second_factor: Collection[str] = (),
    ) -> None:  # fmt: skip
        self.register = register
        self.papers = PaperRoom(register, papers)
        self.clock = clock or Clock()
        folder = accesses or folder_of(register.engine)
        self.erasures = ErasureList(register, folder)
        log = AccessLog(register.engine, register.layout.sql, folder)
        self.accounts = Accounts(register, log)
        self.similar = Similar(register)
        self.https = https
        self.second_factor = frozenset(second_factor)
        self.duties = Duties(self.accounts)
        self.tokens = Tokens(register)
        self.throttles = {"sign-in": Throttle(20, 60), "link": Throttle(60, 60), "token": Throttle(60, 60)}
        self.throttles |= {"opinion": Throttle(30, 600), "tracking": Throttle(30, 60)}
        self.demo = demo
        self.jobs = Jobs()
        self.kept = KeptFiles()
        self._known: dict[Hashable, tuple[Any, float, Any]] = {}
        self._offices: dict[str, tuple[float, str]] = {}
        self._limits = tuple(self._of_opinions().items())

    def now(self) -> datetime:
        """The instant of the register's clock, aware."""
        return self.clock.now()

    def real_now(self) -> datetime:
        """The real instant, by which sessions and links run out."""
        return datetime.now(UTC)

    def today(self) -> date:
        return civil_day(self.now())

    @property
    def pages(self) -> Environment:
        """The templates in the visitor's language."""
        return templates(self._limits)

    def _of_opinions(self) -> dict[str, str]:
        """The names of the limits of opinions, as their rulebooks give them."""
        books = [self.register.library.get(name) for name in self.register.library.names()]
        return {
            key: limit.title
            for book in books
            if book.of_opinions
            for key, limit in book.limits.items()
        }

    def office(self, region: str, ask: bool = True) -> str:
        """The name of the congress's office as its papers give it, of the topmost office where `region` is ''.

        '' where there is no such region. It may be half a minute old; without `ask` it is the last one known.
        """
        seen, name = self._offices.get(region, (0.0, ""))
        if ask and (not seen or monotonic() - seen > REMEMBERED):
            code = region or office_region(self.register)
            called = Folk(self.register, (), ()).region(code)
            name = self.papers.offices.of_region(code, called).name if called else ""
            self._offices[region] = (monotonic(), name)
        return name

    def workdays(self, region: str = "") -> Workdays:
        return self.register.workdays(region)

    def rulebook(self, case: Case) -> Rulebook:
        """The text under which a case runs."""
        return self.register.texts.of(case.rulebook_ident)

    def text(self, ident: str) -> Rulebook:
        """The text of that ident."""
        return self.register.texts.of(ident)

    def policy(self, ident: str) -> Policy:
        """The policy of evaluations under the text of that ident; where it is lost the judged side learns nothing."""
        return policy_of(self.register.texts.of(ident))

    def choices(self, region: str, deputies: dict[str, str] | None = None) -> Choices:
        """The units that stand today in the region, those first, below and above it, and the committees."""
        rows = cache(partial(units_standing, self.register, region, self.today()))
        return Choices(
            ReadLate(lambda: {id_: name for id_, name, kind in rows() if kind != UnitKind.COMMITTEE}),
            ReadLate(lambda: {id_: name for id_, name, kind in rows() if kind == UnitKind.COMMITTEE}),
            deputies or {},
            rulebooks=self.titles(),
            leaders=ReadLate(lambda: names_of(self.register, self._gov_leaders(region))),
        )

    def _gov_leaders(self, region: str) -> list[str]:
        return people_by_role(self.register, Role.GOV_LEADER, region, self.today())

    def titles(self) -> dict[str, dict[str, str]]:
        """The installed rulebooks by machine: name and title."""
        books = [self.register.library.get(name) for name in self.register.library.names()]
        return {
            machine: {book.name: book.title for book in books if book.machine == machine}
            for machine in ("suggestion", "opinion")
        }

    def lamp(self, last_day: date) -> Lamp:
        return lamp_on(self.today(), last_day)

    def limit_name(self, key: str) -> str:
        return dict(self._limits).get(key) or LimitKey.name_of(key)

    def counts(self, scope: Scope, lists: Mapping[str, Wanted]) -> dict[str, int]:
        """How many cases each list has, counted up to `COUNTED`."""
        key = ("counts", scope, tuple(lists.items()))
        return dict(self.remembered(key, lambda: count_each(self.register, scope, lists, COUNTED)))

    def remembered(self, key: Hashable, look: Callable[[], T]) -> T:
        """The cached result of `look`, until something happens in the register.

        For half a minute at most, because an entry of another program could have been missed.
        """
        stamp = (self.register.writes, newest_entry(self.register.engine, self.register.layout.sql))
        kept = self._known.get(key)
        if kept is None or kept[0] != stamp or monotonic() - kept[1] > REMEMBERED:
            if len(self._known) > 1_000:
                self._known.clear()
            kept = self._known[key] = (stamp, monotonic(), look())
        answer: T = kept[2]
        return answer

    def render(self, template: str, **values: Any) -> str:
        return self.pages.get_template(template).render(site=self, today=self.today(), **values)


def lamp_on(today: date, last_day: date) -> Lamp:
    """Red when it is over, yellow within ten days, green else; always with words."""
    left = (last_day - today).days
    if left < 0:
        return Lamp("red", say("逾期 %(n)d 天", n=-left))
    if left == 0:
        return Lamp("yellow", say("今天到期"))
    return Lamp("yellow" if left <= 10 else "green", say("还有 %(n)d 天", n=left))
