"""Is the sample what `make run` needs: readable, repeatable, and as slow as real offices are?"""

from datetime import timedelta
from math import sqrt
from pathlib import Path

import pytest

from flows.mapping import Mapping
from flows.records import Record, read_table
from portal.sample import COLUMNS, delay, write_sample

# Measured over the same 2,816 replies as the sample's delays: the share that took more than so many days.
SHARE_OVER = {7: 0.627, 11.5: 0.5, 15: 0.377, 30: 0.162, 60: 0.055, 90: 0.029, 180: 0.009}


def _records(path: Path) -> list[Record]:
    read = list(read_table(path, Mapping.load("cn-replies").columns()))
    records = [record for record in read if isinstance(record, Record)]
    assert len(records) == len(read)
    return records


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second, other = (tmp_path / f"{name}.csv" for name in ("first", "second", "other"))
    write_sample(first)
    write_sample(second)
    write_sample(other, seed=8)
    assert first.read_bytes() == second.read_bytes() != other.read_bytes()


def test_the_mapping_reads_every_record(tmp_path: Path) -> None:
    path = tmp_path / "sample.csv"
    write_sample(path, rows=40)
    records = _records(path)
    assert len({record.values["留言编号"] for record in records}) == 40
    assert all(record.values[column] for record in records for column in COLUMNS)


def test_replies_take_as_long_as_in_the_real_world(tmp_path: Path) -> None:
    path = tmp_path / "sample.csv"
    write_sample(path, rows=2000)
    mapping = Mapping.load("cn-replies")
    days, years = [], set()
    for record in _records(path):
        asked, answered = mapping.instants(record.values)
        assert asked is not None
        assert answered is not None
        days.append((answered - asked) / timedelta(days=1))
        years.add(asked.year)
    assert years == {2017, 2018, 2019}
    assert min(days) >= 0
    for limit, measured in SHARE_OVER.items():
        error = sqrt(measured * (1 - measured) / len(days))
        assert sum(day > limit for day in days) / len(days) == pytest.approx(measured, abs=3 * error)


@pytest.mark.parametrize(("share", "days"), [(0, 0), (0.5, 11.5), (0.5615, 13.25), (0.99, 168), (1, 1161)])
def test_a_delay_lies_on_the_line_between_its_quantiles(share: float, days: float) -> None:
    assert delay(share) / timedelta(days=1) == pytest.approx(days)
