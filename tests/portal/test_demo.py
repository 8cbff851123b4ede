"""What `make run` plays."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from portal import demo
from storage import Register, open_engine
from storage.sealing import verify


def test_the_story_reaches_fulfilled_with_every_turn_that_it_promises(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "FOLDER", tmp_path)
    console = Console(file=io.StringIO(), width=200)
    register = Register(open_engine(f"sqlite:///{tmp_path}/city.db"))
    demo.show_directory(console, register)
    demo.show_life(console, register)
    assert register.dossier("J-1").case.state == "FULFILLED"
    names = {event["name"] for event in register.events("J-1")}
    assert names >= {
        "suggestion.cosign_confirmed",
        "assignment.return_granted",
        "suggestion.reassigned",
        "suggestion.consult_objected",
        "suggestion.rehandle_ordered",
        "commitment.verified",
        "suggestion.fulfilled",
    }
    assert verify(register).ok


def test_the_made_up_sample_serves_where_no_recorded_messages_lie(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "FOLDER", tmp_path)
    monkeypatch.setattr(demo, "REAL", tmp_path / "absent.csv")
    shown = io.StringIO()
    demo.show_replay(Console(file=shown, width=200))
    assert "自编样例" in shown.getvalue()
    assert "拒收 rejected 0" in shown.getvalue()
    assert "事件链 chain 完好 ok" in shown.getvalue()
