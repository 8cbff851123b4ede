"""The installed rulebooks, and the version in force on a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path

from rulebooks.faults import RuleFault, nearest
from rulebooks.limits import INFERRED
from rulebooks.rule_files import RulebookError, Toml, held_against, read_toml
from rulebooks.schema import Rulebook
from rulebooks.sentences import Given, Label, Worded

PACKAGED = Path(__file__).parent
SUPPOSED = f"{INFERRED}: 假设改动"
"""The beginning of the source of a term or section changed by `Library.with_values`."""
EXTENDS = Label("extends")
IDENTITY = frozenset({"name", "title", "level", "jurisdiction", "in_force", "extends"})
"""The keys that a rulebook does not inherit from the one it extends."""


class UnknownRulebook(RulebookError):
    """No rulebook has this name."""

    def __init__(self, name: str, names: Iterable[str]) -> None:
        if like := nearest(name, names := sorted(names)):
            super().__init__(RuleFault("rulebook_like", rulebook=Label(name), like=Label(like)))
        else:
            super().__init__(RuleFault("unknown_rulebook", rulebook=Label(name), known=tuple(map(Label, names))))


class NotInForce(RulebookError):
    """The rulebook has no version for a day so early."""

    def __init__(self, name: str, on: date, earliest: date) -> None:
        super().__init__(RuleFault("rulebook_not_in_force", rulebook=Label(name), day=on, earliest=earliest))


@dataclass(frozen=True)
class _Source:
    path: Path
    label: str
    data: dict[str, Toml]
    name: str
    in_force: date


class Library:
    """The rulebooks of a folder, by default the packaged ones. Read when first asked, then kept."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or PACKAGED
        self._resolved: dict[Path, Rulebook] = {}
        self._files: dict[str, Rulebook] = {}
        self._changes: dict[str, dict[str, Toml]] = {}
        self._changed: set[tuple[str, str]] = set()

    def names(self) -> list[str]:
        return sorted(self._sources)

    def versions(self, name: str) -> list[Rulebook]:
        """Every version of a rulebook, the newest first; none where no rulebook has that name."""
        return [self._resolve(source, ()) for source in reversed(self._sources.get(name, []))]

    def get(self, name: str, on: date | None = None) -> Rulebook:
        """The rulebook `name` in force on the civil day `on`, or its newest version without a day.

        `name` may be the path of a .toml file; what that extends is looked for in this library.
        Raises `RulebookError`, which says which names or days would work.
        """
        if name.endswith(".toml"):
            return self._from_file(name, on)
        return self._resolve(self._in_force(name, on), ())

    def with_values(self, name: str, changes: Mapping[str, Toml]) -> Library:
        """A library in which every version of `name` has other values, by key as in `limits.reply_by.amount`.

        For what-if comparisons: a changed term or section says so in its source. Raises `RulebookError`
        when no version of the rulebook has the key, or the value does not suit it.
        """
        changed = Library(self._folder)
        changed._changes = {**self._changes, name: {**self._changes.get(name, {}), **changes}}
        changed.get(name)
        for source in changed._sources[name]:
            changed._resolve(source, ())
        for key in changes:
            if (name, key) not in changed._changed:
                raise RulebookError(RuleFault("rule_nothing_to_change", rulebook=Label(name), key=Label(key)))
        return changed

    def older_parents(self, name: str) -> list[RuleFault]:
        """Warnings: which rulebooks the newest version of `name`, or the file, rests on in an older version."""
        child = _read(Path(name), name) if name.endswith(".toml") else self._in_force(name, None)
        own, warnings = child.name, []
        while "extends" in child.data:
            child, label = self._parent(child), Label(child.label)
            newest = self._sources[child.name][-1]
            if child.name != own and child.in_force < newest.in_force:
                warnings.append(RuleFault(
                    "rule_parent_older", file=label, key=EXTENDS, parent=Label(child.label), start=child.in_force,
                    newer=Label(newest.label), since=newest.in_force,
                ))  # fmt: skip
            own = child.name
        return warnings

    def _from_file(self, path: str, on: date | None) -> Rulebook:
        rulebook = self._files.get(path)
        if rulebook is None:
            rulebook = self._files[path] = self._resolve(_read(Path(path), path), ())
        if on is not None and on < rulebook.in_force:
            raise RulebookError(
                RuleFault("rule_file_not_in_force", file=Label(path), start=rulebook.in_force, day=on)
            )
        return rulebook

    def _in_force(self, name: str, on: date | None) -> _Source:
        versions = self._sources.get(name)
        if versions is None:
            raise UnknownRulebook(name, self._sources)
        if on is None:
            return versions[-1]
        in_force = [version for version in versions if version.in_force <= on]
        if not in_force:
            raise NotInForce(name, on, versions[0].in_force)
        return in_force[-1]

    def _resolve(self, source: _Source, children: tuple[str, ...]) -> Rulebook:
        if source.path not in self._resolved:
            if source.label in children:
                circle = tuple(map(Label, (*children, source.label)))
                raise RulebookError(
                    RuleFault("rule_circle", file=Label(source.label), key=EXTENDS, circle=circle)
                )
            data = source.data
            if "extends" in data:
                parent = self._resolve(self._parent(source), (*children, source.label))
                data = _extended(parent, source)
            for key, value in self._changes.get(source.name, {}).items():
                changed = _changed(data, key.split("."), value)
                if changed is not None:
                    data = changed
                    self._changed.add((source.name, key))
            self._resolved[source.path] = held_against(Rulebook, source.label, data)
        return self._resolved[source.path]

    def _parent(self, child: _Source) -> _Source:
        """The version that held when the child came into force; of its own name, the one before it."""
        name = child.data["extends"]
        if not isinstance(name, str):
            raise RulebookError(
                RuleFault("rule_parent_no_name", file=Label(child.label), key=EXTENDS, given=Given(name))
            )
        on = child.in_force - timedelta(days=1) if name == child.name else child.in_force
        try:
            return self._in_force(name, on)
        except RulebookError as error:
            (why,) = error.faults
            raise RulebookError(
                RuleFault("rule_parent_wrong", file=Label(child.label), key=EXTENDS, why=why)
            ) from error

    @cached_property
    def _sources(self) -> dict[str, list[_Source]]:
        sources: dict[str, list[_Source]] = {}
        for path in sorted(self._folder.glob("*.toml")):
            source = _read(path, f"{self._folder.name}/{path.name}")
            for other in sources.setdefault(source.name, []):
                if other.in_force == source.in_force:
                    file, same = Label(source.label), Label(other.label)
                    raise RulebookError(RuleFault("rule_same_day", file=file, key=Label("in_force"), other=same))
            sources[source.name].append(source)
        for versions in sources.values():
            versions.sort(key=lambda version: version.in_force)
        return sources


def _read(path: Path, label: str) -> _Source:
    data, file = read_toml(path, label), Label(label)
    name, in_force = data.get("name"), data.get("in_force")
    if not isinstance(name, str) or not name:
        raise RulebookError(_needed(file, "name", Worded("text", "文字"), 'name = "suqian"'))
    if not isinstance(in_force, date) or isinstance(in_force, datetime):
        raise RulebookError(_needed(file, "in_force", Worded("day", "日期"), "in_force = 2025-03-11"))
    return _Source(path.resolve(), label, data, name, in_force)


def _needed(file: Label, key: str, what: Worded, example: str) -> RuleFault:
    return RuleFault("rule_needs", file=file, key=Label(key), what=what, example=Label(example))


def _extended(parent: Rulebook, child: _Source) -> dict[str, Toml]:
    """A limit replaces the parent's as a whole; other sections merge key by key; plain values replace."""
    merged = parent.model_dump(exclude_unset=True, exclude=set(IDENTITY))
    merged["inferred"] = {key: why for key, why in parent.inferred.items() if not _states(child.data, key)}
    for key, value in child.data.items():
        inherited = merged.get(key)
        if not isinstance(value, Mapping) or not isinstance(inherited, dict):
            merged[key] = value
            continue
        if "source" in inherited and "source" not in value:
            raise RulebookError(RuleFault("rule_no_source", file=Label(child.label), key=Label(key)))
        if "says" in inherited:
            inherited = {k: v for k, v in inherited.items() if k != "says"}
        merged[key] = {**inherited, **value}
    return merged


def _states(data: Mapping[str, Toml], key: str) -> bool:
    """Whether the child gives the value itself: its limit, the key of its section, or what is never inherited."""
    section, _, rest = key.partition(".")
    inner, name = data.get(section), rest.partition(".")[0]
    return key in IDENTITY or (isinstance(inner, Mapping) and name in inner)


def _changed(data: Mapping[str, Toml], path: list[str], value: Toml) -> dict[str, Toml] | None:
    """A copy of `data` with the value at `path`; None where there is no table to hold it."""
    key, *rest = path
    if rest:
        inner = data.get(key)
        changed = _changed(inner, rest, value) if isinstance(inner, Mapping) else None
        return None if changed is None else {**data, key: changed}
    source = str(data.get("source", ""))
    marked = source if not source or source.startswith(SUPPOSED) else f"{SUPPOSED}，原依据 {source}"
    return {**data, key: value, **({"source": marked} if source else {})}
