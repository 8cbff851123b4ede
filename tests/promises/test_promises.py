"""What others rely on stands: nothing of it is taken away, and a rehearsed year is the same, byte for byte."""

import json
import lzma
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from portal.api.models import ActionAsked
from tests.promises.recording import SEEDS, api, names, year

HERE = Path(__file__).parent


def recorded(name: str) -> str:
    return lzma.decompress((HERE / name).read_bytes()).decode()


def test_no_public_name_is_gone() -> None:
    today, then = names(), json.loads((HERE / "names.json").read_text("utf-8"))
    gone = {kind: sorted(set(then[kind]) - set(today[kind])) for kind in then}
    assert not any(gone.values()), gone


def gone(then: Any, today: Any, at: str = "") -> list[str]:
    """What of the first is not in the second, by its path; a description may be reworded."""
    if at.endswith(("/description", "/examples", "/example", "/title")):
        return []
    if isinstance(then, dict) and isinstance(today, dict):
        missing = [f"{at}/{key}" for key in then if key not in today]
        return missing + [
            path for key in then if key in today for path in gone(then[key], today[key], f"{at}/{key}")
        ]
    if isinstance(then, list) and isinstance(today, list):
        return [f"{at}: {key}" for key in then if key not in today]
    return [] if then == today else [f"{at}: {then} → {today}"]


def test_no_part_of_the_api_is_gone(tmp_path: Path) -> None:
    assert gone(json.loads(recorded("api.json.xz")), api(tmp_path)) == []


def test_every_body_that_was_accepted_is_accepted() -> None:
    model: TypeAdapter[Any] = TypeAdapter(ActionAsked)
    for body in json.loads(recorded("bodies.json.xz")):
        model.validate_python(body)


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_a_rehearsed_year_is_the_same(tmp_path: Path, seed: int) -> None:
    today = list(year(tmp_path, seed))
    then = recorded(f"year-{seed}.txt.xz").splitlines()
    for number, (before, after) in enumerate(zip(then, today, strict=False), 1):
        assert after == before, number
    assert len(today) == len(then)
