"""The files of the import folder: finding them, and moving one aside before it is read."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flows.records import ENDINGS, OLD_ENDINGS
from rulebooks.file_faults import system_fault
from states.reasons import Refused, labels

READING, DONE, REFUSED = "reading", "done", "refused"
ASIDE = (READING, DONE, REFUSED)
NOTICE = ".toml"
_LONGEST = 255
"""Most bytes of a file name on Linux."""


class NotMoved(Exception):
    """The file cannot be moved aside, or another process has it; it is not read. `why` says which."""

    def __init__(self, why: Refused) -> None:
        super().__init__(str(why))
        self.why = why


@dataclass
class Aside:
    """A file moved aside; `path` is its present place."""

    path: Path

    def moved(self, where: str) -> Path:
        """Move the file to the folder `where` beside its original one; returns the new path."""
        self.path = _move(self.path, self.path.parent.parent / where, self.path.name)
        return self.path


def found_in(folder: Path) -> tuple[list[Path], dict[str, Refused]]:
    """The files of the folder and its subfolders to import, and why the others are left, by path."""
    taken: list[Path] = []
    left: dict[str, Refused] = {}

    def unread(error: OSError) -> None:
        left[str(Path(error.filename).relative_to(folder))] = Refused("file_unopened", why=system_fault(error))

    for place, folders, names in os.walk(folder, onerror=unread):
        folders[:] = sorted(name for name in folders if name not in ASIDE)
        links = [name for name in folders if (Path(place) / name).is_symlink()]
        for name in sorted([*names, *links]):
            path = Path(place) / name
            why = _why_left(path)
            if why is not None:
                left[str(path.relative_to(folder))] = why
            else:
                taken.append(path)
    return taken, left


def _why_left(path: Path) -> Refused | None:
    if path.is_symlink() or not path.is_file():
        return Refused("file_irregular")
    if path.name.startswith(("~$", ".")):
        return Refused("file_of_program")
    if path.suffix.lower() not in (*ENDINGS, *OLD_ENDINGS, NOTICE):
        return Refused("file_no_table", known=labels((*ENDINGS, NOTICE)))
    return None


@contextmanager
def taken_aside(path: Path, stamp: str) -> Iterator[Aside]:
    """The file in reading/, locked while it is there. Raises NotMoved."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise NotMoved(Refused("file_unopened", why=system_fault(error))) from None
    try:
        if not _locked(descriptor):
            raise NotMoved(Refused("file_read_elsewhere"))
        try:
            aside = Aside(_move(path, path.parent / READING, f"{stamp}-{path.name}"))
        except OSError as error:
            raise NotMoved(Refused("file_unmoved", why=system_fault(error))) from None
        yield aside
    finally:
        os.close(descriptor)


def leave_note(path: Path, words: str) -> None:
    """Write `words` into a .txt beside the file, whatever its name."""
    name = said_name(path.name).encode()[: _LONGEST - len(b".txt")].decode("utf-8", "ignore")
    path.with_name(f"{name}.txt").write_text(f"{words}\n", "utf-8", "backslashreplace")


def said_name(name: str) -> str:
    """A file's name as it can be printed and kept: in GB18030, as an archive of another system left it, or escaped."""
    raw = os.fsencode(name)
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "backslashreplace")


def left_behind(folder: Path) -> list[Path]:
    """Move the files whose reading process died from reading/ to refused/, and return them."""
    moved = []
    for path in sorted(folder.rglob(f"{READING}/*")):
        if path.is_symlink() or not path.is_file():
            continue
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:  # its process moved it on just now
            continue
        try:
            if _locked(descriptor):
                moved.append(_move(path, path.parent.parent / REFUSED, path.name))
        finally:
            os.close(descriptor)
    return moved


def _locked(descriptor: int) -> bool:
    """Whether this process got the lock, which ends with the process."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _move(path: Path, folder: Path, name: str) -> Path:
    folder.mkdir(exist_ok=True)
    target, number = folder / name, 1
    while target.exists():
        number += 1
        target = folder / f"{Path(name).stem}-{number}{Path(name).suffix}"
    return path.rename(target)
