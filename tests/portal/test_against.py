"""The same recorded year under two rulebooks: nothing differs but what the rulebooks, or the calendar, say."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from flows.sweep import sweep
from portal.cli import app
from portal.rehearsal.against import Against, compare
from portal.rehearsal.comparing import against_json, tell_against
from portal.rehearsal.recorded import Played, Recorded, played_again, recorded, said_under
from portal.rehearsal.roster import CITIES
from portal.rehearsal.year import RehearsalError, rehearse
from rulebooks import Library
from states import Action
from storage import Register, open_engine
from tests.builders import LIBRARY, a_directory, act, an_action, for_playing, morning, opinions, take, walk
from tests.flows.test_automatic_papers import answered_apart

SUGGESTIONS = 6


@dataclass
class Year:
    """A small rehearsed year: what it records, where it is, and the same acts played again under its own rulebook."""

    folder: Path
    database: str
    record: Recorded
    again: Played
    count: int = 0

    def under(self, name: str, library: Library = LIBRARY, holidays: tuple[date, ...] = ()) -> Against:
        """The year against the same under another rulebook or calendar."""
        self.count += 1
        register = for_playing(Register(open_engine(f"sqlite:///{self.folder}/{self.count}.db"), library))
        comparison = compare(self.record, self.again, played_again(self.record, register, name, holidays))
        register.engine.dispose()
        return comparison


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    folder = tmp_path_factory.mktemp("year")
    database = f"sqlite:///{folder}/year.db"
    played = for_playing(Register(open_engine(database), LIBRARY))
    done = rehearse(played, CITIES["suqian"], 2026, SUGGESTIONS, until=date(2026, 5, 31))
    assert done.refused == []
    record = recorded(played)
    assert sum(act.role != "system" for _, acts in record.acts for act in acts) == done.acts
    played.engine.dispose()
    again = for_playing(Register(open_engine(f"sqlite:///{folder}/again.db"), LIBRARY))
    yield Year(folder, database, record, played_again(record, again, "suqian"))
    again.engine.dispose()


@pytest.mark.slow
def test_what_was_recorded_can_be_played_again_to_the_same_limits_and_notices(year: Year) -> None:
    first = Register(open_engine(year.database), LIBRARY)
    assert year.again.refused == []
    comparison = compare(year.record, Played(first, year.again.rulebook, year.again.acts), year.again)
    assert comparison.differences == []
    assert (comparison.a.limits, comparison.a.rungs, comparison.a.recipients, comparison.a.kinds) == (
        comparison.b.limits, comparison.b.rungs, comparison.b.recipients, comparison.b.kinds,
    )  # fmt: skip
    first.engine.dispose()


@pytest.mark.slow
def test_a_rulebook_against_itself_differs_in_nothing(year: Year) -> None:
    comparison = year.under("suqian")
    assert comparison.differences == []
    assert (comparison.a.rungs, comparison.a.recipients) == (comparison.b.rungs, comparison.b.recipients)
    console = Console(width=160, record=True, file=StringIO())
    tell_against(console, comparison)
    assert "没有不同" in console.export_text()
    printed = json.loads(json.dumps(against_json(comparison), default=str))
    assert printed["same"]
    assert printed["a"]["limits"] == printed["b"]["limits"]


@pytest.mark.slow
def test_a_shorter_limit_differs_in_that_limit_alone(year: Year) -> None:
    comparison = year.under("suqian", LIBRARY.with_values("suqian", {"limits.contact_by.amount": 3}))
    assert {difference.key for difference in comparison.differences} == {"contact_by"}
    for difference in comparison.differences:
        assert difference.a is not None
        assert difference.b is not None
        assert difference.b.last_day < difference.a.last_day
        assert difference.b.source.startswith("inferred: 假设改动")
    assert comparison.b.limits["contact_by"]["late"] > comparison.a.limits["contact_by"]["late"]
    assert {key: counted for key, counted in comparison.a.limits.items() if key != "contact_by"} == {
        key: counted for key, counted in comparison.b.limits.items() if key != "contact_by"
    }
    assert comparison.b.rungs["overdue"] > comparison.a.rungs["overdue"]


@pytest.mark.slow
def test_one_more_day_off_moves_the_limits_that_count_working_days_and_no_others(year: Year) -> None:
    off = next(at.date() for at, acts in year.record.acts if any(act.name == "assign" for act in acts))
    holiday = LIBRARY.get("suqian")
    moved = year.under("suqian", holidays=(date.fromordinal(off.toordinal() + 1),)).differences
    assert moved
    for limit in moved:
        assert holiday.limits[limit.key].unit == "working_days"
        assert limit.a is not None
        assert limit.b is not None
        assert limit.b.last_day > limit.a.last_day


@pytest.mark.slow
def test_another_place_has_its_own_limits_and_articles_and_refuses_aloud(year: Year) -> None:
    comparison = year.under("chongqing")
    assert comparison.b.ident.startswith("chongqing@2018-01-01")
    assert "extension_decide_by" in comparison.a.limits
    assert "extension_decide_by" not in comparison.b.limits
    for difference in comparison.differences:
        if difference.b is not None:
            assert difference.b.source.startswith("重庆(2018)") or difference.key == "receipt_by"
    replies = [pair for pair in comparison.differences if pair.key == "reply_by" and pair.a and pair.b]
    assert replies
    assert all(reply.a and reply.b and reply.a.last_day == reply.b.last_day for reply in replies)  # both three months
    assert comparison.b.acts + len(comparison.b.refused) == comparison.a.acts
    assert {refusal.action for refusal in comparison.b.refused} <= {
        "order_rehandle",
        "request_extension",
        "grant_extension",
    }


def test_a_judgement_and_a_ground_are_said_in_the_words_of_the_rulebook() -> None:
    bad = Action(
        "X", "evaluate", "D1", "deputy", {"attitude": "SATISFIED", "result": "DISSATISFIED", "reason": "没有"}
    )
    assert said_under(LIBRARY.get("chongqing"), bad).data["overall"] == "DISSATISFIED"
    whole = Action("X", "evaluate", "D1", "deputy", {"overall": "SATISFIED"})
    assert said_under(LIBRARY.get("suqian"), whole).data["result"] == "SATISFIED"
    ground = Action("X", "decline", "R1", "registrar", {"code": "enquiry", "reason": "咨询"})
    assert said_under(LIBRARY.get("shandong"), ground).data["code"] == "other"
    assert said_under(LIBRARY.get("suqian"), ground).data["code"] == "enquiry"


def test_where_no_window_lapses_by_itself_the_office_decides(tmp_path: Path) -> None:
    desk = a_directory(Register(open_engine(f"sqlite:///{tmp_path}/desk.db"), LIBRARY))
    day = walk(desk, "S1", until="send_draft_to_deputy")
    while desk.dossier("S1").case.state == "CONSULTING":
        day += timedelta(days=1)
        sweep(desk, morning(day))
    signed = an_action("S1", "sign", "unit_head", seal=True, publicity="FULL")
    take(desk, day, signed, an_action("S1", "deliver_reply", "handler"))
    record = recorded(desk)
    played = played_again(
        record, for_playing(Register(open_engine(f"sqlite:///{tmp_path}/again.db"), LIBRARY)), "chongqing"
    )
    assert played.refused == []
    assert played.register.dossier("S1").case.state == "REPLIED"
    lapsed = [event for event in played.register.events("S1") if event["name"] == "assignment.consult_lapsed"]
    assert [(event["by"], event["role"]) for event in lapsed] == [("R1", "registrar")]
    for register in (desk, played.register):
        register.engine.dispose()


def test_a_register_in_which_nobody_made_a_suggestion_has_nothing_to_play_again(tmp_path: Path) -> None:
    register = Register(open_engine(f"sqlite:///{tmp_path}/opinions.db"), LIBRARY)
    opinions(register, 1)
    with pytest.raises(RehearsalError, match="nothing to play again"):
        recorded(register)
    register.engine.dispose()


@pytest.mark.slow
def test_the_command_compares_a_recorded_year_and_refuses_what_it_cannot(year: Year) -> None:
    command = ["rehearse", "--db", year.database, "--rulebook", "suqian"]
    shown = CliRunner().invoke(app, [*command, "--set", "limits.contact_by.amount=3"])
    assert shown.exit_code == 0, shown.output
    assert "inferred: 假设改动" in shown.output.replace("\n", "")
    assert "重新办理" in shown.output
    assert "乙的假设 supposed of B: limits.contact_by.amount=3" in shown.output
    for wrong, reason in (
        (["--against", "suqain"], 'did you mean "suqian"'),
        (["--against", "reception"], "is for the machine opinion"),
        (["--set", "limits.reply_in.amount=2"], "has no such term or section"),
        (["--set", "limits.contact_by.amount=soon"], "whole numbers"),
        ([], "is one of two"),
    ):
        refused = CliRunner().invoke(app, [*command, *wrong])
        assert refused.exit_code == 1, (wrong, refused.output)
        assert reason in refused.stderr


def test_promises_of_a_record_of_010_are_those_of_the_same_part_whatever_their_ids(tmp_path: Path) -> None:
    """0.1.0 numbered them by part, at the last reply; since then they are numbered in the order of delivery."""
    desk = a_directory(Register(open_engine(f"sqlite:///{tmp_path}/desk.db"), LIBRARY))
    on = answered_apart(desk, first=2)
    act(desk, on, "J-1", "claim_done", "handler", "W1", commitment="J-1/c2")
    assert desk.dossier("J-1").commitments["J-1/c2"].assignment_id == "J-1/a1"
    record = recorded(desk)
    swapped = {"J-1/c1": "J-1/c2", "J-1/c2": "J-1/c1"}

    def as_then(action: Action) -> Action:
        promise = action.data.get("commitment")
        return replace(action, data={**action.data, "commitment": swapped[promise]}) if promise in swapped else action

    acts = tuple((at, tuple(as_then(action) for action in done)) for at, done in record.acts)
    then = replace(record, acts=acts, promises={swapped[id_]: place for id_, place in record.promises.items()})
    again = for_playing(Register(open_engine(f"sqlite:///{tmp_path}/again.db"), LIBRARY))
    played = played_again(then, again, "suqian")
    assert played.refused == []
    assert {commitment.id: commitment.state for commitment in again.dossier("J-1").commitments.values()} == {
        commitment.id: commitment.state for commitment in desk.dossier("J-1").commitments.values()
    }
    for register in (desk, again):
        register.engine.dispose()
