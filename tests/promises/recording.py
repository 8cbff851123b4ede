"""What others rely on, as plain values: names, paths, columns, sentences, and whole rehearsed years."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from pathlib import Path
from string import Formatter
from typing import Any

import typer
from sqlmodel import SQLModel

from flows.automatic_papers import PaperRoom
from portal.api.app import create_api
from portal.cli import app as commands
from portal.rehearsal.roster import CITIES
from portal.rehearsal.year import rehearse
from portal.visitor.demonstration import MORNING
from portal.visitor.site import Site
from rulebooks import Library, midnight
from states import Action
from states.decide import LIFECYCLES
from states.reasons import REASONS
from states.sheets import SHEETS
from states.sheets.common import ON_BEHALF_OF
from states.vocabulary import LimitKey
from states.words import ACTION_NAMES, EFFECT_EVENTS
from storage import Outcome, Register, open_engine
from storage.export import event_lines
from storage.marks import for_rehearsal
from storage.statements import reading
from storage.statistics import GROUPINGS, count
from tests.builders import for_playing
from tests.papers import words_of

SEEDS = (5, 11, 23)
SUGGESTIONS = 24
YEAR = 2026


def names() -> dict[str, list[str]]:
    """Public names: events, actions, states, data keys, limits, tables and columns, rulebooks, refusals' sentences."""
    library = Library()
    steps = [step for machine in LIFECYCLES.values() for step in machine.steps]
    return {
        "actions": sorted({*ACTION_NAMES, *(step.action for step in steps)}),
        "events": sorted({*EFFECT_EVENTS, *(step.event for step in steps)}),
        "states": sorted(
            f"{subject}.{state}" for subject, machine in LIFECYCLES.items() for state in machine.names
        ),
        "data keys": sorted({ON_BEHALF_OF.key, *(field.key for sheet in SHEETS.values() for field in sheet)}),
        "limits": sorted(LimitKey.values()),
        "columns": sorted(
            f"{table.name}.{column.name}"
            for table in SQLModel.metadata.tables.values()
            for column in table.columns
        ),
        "rulebooks": sorted(version.ident for name in library.names() for version in library.versions(name)),
        "reasons": sorted({_sentence(row.english) for row in REASONS.values()}),
        "refusal codes": sorted(REASONS),
        "commands": sorted(_commands(typer.main.get_command(commands), "duban")),
    }


def _sentence(english: str) -> str:
    """The promised sentence with {} for each fact."""
    parts = []
    for text, name, how, _ in Formatter().parse(english):
        fact = f" ({how})" if name == "" else "{} ({})" if how == "both" else "{}"
        parts += [text, "" if name is None else fact]
    return "".join(parts)


def _commands(command: Any, path: str) -> Iterator[str]:
    """Each command with each of its options and arguments."""
    yield path
    for parameter in command.params:
        yield f"{path} {'/'.join(parameter.opts)}"
    for name, below in getattr(command, "commands", {}).items():
        yield from _commands(below, f"{path} {name}")


def api(folder: Path) -> dict[str, Any]:
    """The OpenAPI description of /api/v1."""
    site = Site(Register(open_engine(f"sqlite:///{folder / 'api.db'}")))
    schema = create_api(site).openapi()
    site.register.engine.dispose()
    return schema


class Told(Register):
    """A register that keeps what it was told to do."""

    def __init__(self, url: str) -> None:
        engine = open_engine(url)
        for_rehearsal(engine, midnight(date(YEAR, 1, 1)), "tests")
        super().__init__(engine)
        self.told: list[Action] = []

    def apply(self, actions: Sequence[Action], at: datetime, *args: Any, **more: Any) -> list[Outcome]:
        self.told += actions
        return super().apply(actions, at, *args, **more)


def bodies(folder: Path) -> list[dict[str, Any]]:
    """An action of a rehearsed year as a program sends it, one for each role and set of data keys."""
    by_shape: dict[tuple[str, ...], dict[str, Any]] = {}
    register = Told(f"sqlite:///{folder / 'bodies.db'}")
    rehearse(register, CITIES["suqian"], YEAR, 5 * SUGGESTIONS, SEEDS[0])
    for action in register.told:
        body = {"action": action.name, "data": dict(action.data)}
        by_shape.setdefault((action.name, action.role, *sorted(action.data)), body)
    register.engine.dispose()
    return [by_shape[key] for key in sorted(by_shape)]


def year(folder: Path, seed: int) -> Iterator[str]:
    """A rehearsed year, line by line: its events, its limits, its figures by every grouping, the text of its papers."""
    register = for_playing(Register(open_engine(f"sqlite:///{folder / f'{seed}.db'}")))
    done = rehearse(register, CITIES["suqian"], YEAR, SUGGESTIONS, seed)
    for line in event_lines(register):
        yield f"event {line.decode().rstrip()}"
    with reading(register.engine) as cursor:
        for row in cursor.rows("SELECT * FROM deadlines ORDER BY case_id, subject, subject_id, key, round"):
            yield f"deadline {json.dumps([str(value) for value in row], ensure_ascii=False)}"
    on = done.ended.date() - timedelta(days=1)
    for by in GROUPINGS:
        table = asdict(count(register, on, by, at=done.ended))
        yield f"figures {by} {json.dumps(table, ensure_ascii=False, default=str, sort_keys=True)}"
    room = PaperRoom(register)
    room.make_all(done.ended.replace(hour=MORNING.hour), "duban")
    with reading(register.engine) as cursor:
        ids = [str(paper) for (paper,) in cursor.rows("SELECT id FROM papers ORDER BY region, kind, number, id")]
    for paper in ids:
        made = room.file(paper, done.ended, "duban")
        yield f"paper {made.name} {json.dumps(words_of(made.content), ensure_ascii=False)}"
    register.engine.dispose()
