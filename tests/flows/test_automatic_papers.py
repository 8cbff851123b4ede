"""Papers follow what happens: each once, numbered in the order of events, the same file for ever."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import text

from flows.automatic_papers import PaperRoom, make_papers
from flows.paper_facts import CasePapers
from flows.paper_fields import FIELDS
from flows.paper_figures import Cohort
from flows.paper_lists import ListRequest, list_tables
from notifications.papers import KINDS, LISTS, OF_CASES, Offices, PaperError, Templates, sample
from notifications.papers.paper import grid_rows
from portal.rehearsal.roster import CITIES
from portal.rehearsal.year import rehearse
from storage import Register, StorageError, open_engine
from storage.attachments import checked
from storage.folk import Folk
from storage.papers import PaperMissing, altered, content_of, papers_in, papers_of
from storage.statements import reading
from storage.statistics import count
from storage.stored import StoredPaper
from storage.visible import Scope
from tests.builders import (
    CITY,
    FIRST,
    LIBRARY,
    SATISFIED,
    SOLE,
    a_directory,
    act,
    an_action,
    dump,
    for_playing,
    noon,
    rows,
    walk,
)
from tests.databases import Databases
from tests.flows.papered import EVERY_KIND, LATER, a_declined_one, the_year
from tests.papers import words_of


@pytest.fixture
def alone(sqlite: Databases) -> Iterator[Register]:
    """A register on one database only: what is made of its rows is the same on both."""
    engine = open_engine(sqlite.fresh())
    yield a_directory(Register(engine, LIBRARY))
    engine.dispose()


def kinds_in(register: Register, case: str = "J-1") -> list[str]:
    return [str(row["kind"]) for row in papers_of(register, case)]


def paper_words(register: Register, kind: str, number: int = -1, case: str = "J-1") -> str:
    """The words of the paper of that kind, by default the last one."""
    rows = [row for row in papers_of(register, case) if row["kind"] == kind]
    return words_of(PaperRoom(register).file(rows[number]["id"], LATER, "x").content)


def test_every_kind_of_paper_of_a_case_says_which_fields_it_has() -> None:
    assert set(FIELDS) == {kind.id for kind in OF_CASES}


def test_each_step_that_occasions_a_paper_gives_it_out_once(desk: Register) -> None:
    the_year(desk)
    a_declined_one(desk)
    year = desk
    report = make_papers(year, LATER)
    assert (report.numbered, report.made) == (len(EVERY_KIND) + 1, len(EVERY_KIND) + 1)
    assert kinds_in(year) == list(EVERY_KIND)
    assert kinds_in(year, "J-2") == ["declined_notice"]
    before = dump(year.engine)
    assert str(make_papers(year, LATER + timedelta(days=1))) == "papers numbered 0, files made 0"
    assert dump(year.engine) == before


def test_what_stands_in_the_papers_of_a_year(papered: Register) -> None:
    year = papered
    sheet = paper_words(year, "assign_sheet", 0)
    for words in (
        "第1局", "代表1、代表2", "6-2-001", "主办", "第2局（会办）", "2025年6月12日", "2025年3月17日", "路面破损",
    ):  # fmt: skip
        assert words in sheet, words
    assert "宿人办交〔2025〕1号" in sheet
    notice = paper_words(year, "assigned_notice")
    assert "您提出的市六届人大二次会议第1号建议《关于修路的建议J-1》，已于2025年3月12日" in notice
    assert "第1局（主办）、第2局（会办）" in notice
    refused, granted = paper_words(year, "return_decision", 0), paper_words(year, "return_decision", 1)
    assert "不同意退回" in refused
    assert "职责在第1局。" in refused
    assert "仍为2025年6月12日" in refused
    assert "你单位建议改由第3局办理" in granted
    assert "请你单位继续办理" not in granted
    assert "情况属实。" in paper_words(year, "extension_decision")
    assert "2025年9月12日以前书面答复代表" in paper_words(year, "extension_decision")
    consult = paper_words(year, "consult_letter")
    assert "已经安排资金，九月底以前完成整修。" in consult
    assert "2025年9月30日前" in consult
    reply = paper_words(year, "reply_letter")
    for words in (
        "关于市六届人大二次会议第1号建议的答复", "办理结果：C", "代表1代表、代表2代表：", "（此件公开发布）",
        "签发人：局长1", "联系人：承办人1　　联系电话：0527-80000001", "第1局函〔2025〕1号",
        "2025年3月25日", "代表的选举单位",
    ):  # fmt: skip
        assert words in reply, words
    form = paper_words(year, "feedback_form")
    assert "□满意　　□基本满意　　□不满意" in form
    assert "办理态度" in form
    assert "不满意的，请写明" in form
    again = paper_words(year, "rehandle_notice")
    assert "（第2轮）" in again
    assert "答复没有回应动工时间。" in again
    assert "只有计划" not in again, "what the deputy wrote is not the office's to print"
    urge = paper_words(year, "urge_notice")
    assert "重新办理期限为2025年4月28日，至2025年4月29日仍未办结，逾期1天" in urge
    assert "抄送：第1局分管负责人。" in urge
    assert "予以通报" in paper_words(year, "circular")
    assert "抄送：宿迁市人民政府办公室，环境资源城乡建设委员会。" in paper_words(year, "circular")
    assert "逾期未办结" in paper_words(year, "supervision_letter")
    plan = paper_words(year, "supervision_plan")
    for words in ("第1号建议的逐级督办方案", "一、听取汇报。", "第1局（主办）", "抄送：宿迁市人民政府办公室"):
        assert words in plan, words
    report = paper_words(year, "supervision_report")
    for words in (
        "第1号建议逐级督办情况的报告", "宿迁市人大常委会主任会议：", "南段等管线迁改", "察看了老街北段。", "起逐级督办",
    ):  # fmt: skip
        assert words in report, words
    declined = paper_words(year, "declined_notice", case="J-2")
    assert "转交群众来信" in declined
    assert "这是群众来信，已经转信访部门。" in declined


def test_numbers_follow_the_events_whoever_asks_first(desk: Register) -> None:
    walk(desk, "J-1", "J-2", until="assign", units=SOLE)
    room = PaperRoom(desk)
    second = [row for row in _papers(room, desk, "J-2") if row["kind"] == "assign_sheet"]
    assert [row["number"] for row in second] == [""]
    made = room.file(second[0]["id"], LATER, "x")
    assert made.row["number"] == "宿人办交〔2025〕2号"
    assert made.name == "交办单 宿人办交〔2025〕2号.docx"
    assert [row["number"] for row in _papers(room, desk, "J-1")] == ["宿人办告〔2025〕1号", "宿人办交〔2025〕1号"]
    walk(desk, "J-3", until="assign", on=FIRST + timedelta(days=300))
    assert room.enter(CITY) == 2
    assert papers_of(desk, "J-3")[-1]["number"] == "宿人办交〔2026〕1号", "each year counts from one"


def _papers(room: PaperRoom, register: Register, case: str) -> list[StoredPaper]:
    return room.of_case(register.dossier(case), register.events(case))


def test_a_paper_is_the_same_file_whenever_it_is_asked_for(papered: Register, tmp_path: Path) -> None:
    year = papered
    row = papers_of(year, "J-1")[0]
    first = content_of(year, row["id"])
    act(year, date(2025, 12, 30), "J-1", "urge", "deputy")
    own = tmp_path / "templates"
    own.mkdir()
    (own / f"{row['kind']}.docx").write_bytes(Templates().render(sample(KINDS[row["kind"]])))
    assert PaperRoom(year, own).file(row["id"], noon(date(2027, 1, 1)), "y").content == first
    assert PaperRoom(year).file(row["id"], LATER, "z").content == first


def test_a_paper_tells_its_day_and_not_what_came_after(year: Register) -> None:
    """Made at once or after everything else had happened: the same words."""
    desk = year
    room = PaperRoom(desk)
    events = desk.events("J-1")
    folk = Folk(desk, ["D1", "D2", "H1"], ["U1", "U2", "U3"])
    late = CasePapers(desk.dossier("J-1"), events, {}, folk, LIBRARY.get("suqian", FIRST), Offices({}, {}, {}))
    assigned = next(event for event in events if event["name"] == "suggestion.assigned")
    fields = late.common(assigned)
    assert fields["units"] == "第1局（主办）、第2局（会办）", "the part that was returned later is still in it"
    assert fields["reply_by"] == "2025年6月12日", "and the day is not yet extended"
    assert room.enter(CITY) == len(kinds_in(desk)) + 1


def test_a_kind_of_paper_that_came_later_has_none_of_what_was_gone_through_before(alone: Register) -> None:
    """A register that is older than the kind: nothing is shown that nobody could ask for."""
    walk(alone, "J-1", until="send_forms")
    room = PaperRoom(alone)
    room.enter(CITY)
    before = kinds_in(alone)
    with alone.engine.begin() as connection:
        connection.execute(text("DELETE FROM papers WHERE kind = 'assign_sheet'"))
    shown = [row["kind"] for row in room.of_case(alone.dossier("J-1"), alone.events("J-1"))]
    assert "assign_sheet" in before
    assert shown == [kind for kind in before if kind != "assign_sheet"] == kinds_in(alone)


def test_two_who_make_the_same_paper_at_once_get_one_number_and_one_file(desk: Register) -> None:
    walk(desk, "J-1", until="assign")
    barrier, made = Barrier(4), []

    def ask(kind: str) -> None:
        engine = open_engine(desk.engine.url.render_as_string(hide_password=False))
        register = Register(engine, LIBRARY)
        barrier.wait()
        ids = [row["id"] for row in _papers(PaperRoom(register), register, "J-1") if row["kind"] == kind]
        made.append((kind, PaperRoom(register).file(ids[0], LATER, "x").content))
        engine.dispose()

    threads = [Thread(target=ask, args=(kind,)) for kind in ("assign_sheet", "assigned_notice") * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 2
    assert len(made) == 4
    assert sorted(row["number"] for row in papers_of(desk, "J-1")) == ["宿人办交〔2025〕1号", "宿人办告〔2025〕1号"]


def test_no_paper_of_a_protected_suggestion_names_a_deputy(alone: Register) -> None:
    the_year(alone, secrecy="IDENTITY_PROTECTED")
    make_papers(alone, LATER)
    for row in papers_of(alone, "J-1"):
        words = words_of(PaperRoom(alone).file(row["id"], LATER, "x").content)
        assert "代表1" not in words, row["kind"]
        assert "代表2" not in words, row["kind"]
        assert "D1" not in words + row["title"], row["kind"]


def test_an_altered_file_is_not_given_out_and_is_found(desk: Register) -> None:
    year = desk
    walk(year, "J-1", until="assign")
    make_papers(year, LATER)
    row = papers_of(year, "J-1")[0]
    assert altered(year) == []
    with year.engine.begin() as connection:
        connection.execute(
            text("UPDATE paper_files SET content = :it WHERE paper = :id"), {"it": b"PK", "id": row["id"]}
        )
    with pytest.raises(StorageError, match="its digest does not match"):
        PaperRoom(year).file(row["id"], LATER, "x")
    assert altered(year) == [row["id"]]


def test_what_tells_of_a_judgement_is_numbered_in_a_series_of_its_own() -> None:
    """Else a gap among the numbers that the judged side sees would tell of it."""
    of_judgements = {kind.code for kind in KINDS.values() if kind.judging}
    assert of_judgements
    assert of_judgements.isdisjoint(kind.code for kind in KINDS.values() if not kind.judging)


@pytest.mark.parametrize("paper_id", ["", "x", "J-1/p1.circular", "J-1/p999999.assign_sheet", "J-9/p1.circular"])
def test_there_is_no_paper_that_nothing_occasioned(alone: Register, paper_id: str) -> None:
    walk(alone, "J-1", until="assign")
    with pytest.raises(PaperMissing):
        PaperRoom(alone).file(paper_id, LATER, "x")


def test_only_what_was_entered_by_a_day_is_numbered(alone: Register) -> None:
    desk = alone
    walk(desk, "J-1", until="assign", every=1)
    assigned_on = FIRST + timedelta(days=5)
    room = PaperRoom(desk)
    assert room.enter(CITY, assigned_on - timedelta(days=1)) == 0
    assert room.enter(CITY, assigned_on) == 2
    assert room.enter(CITY) == 0


@pytest.mark.parametrize(
    ("verdict", "finding"), [("MATCHING", "相符"), ("PARTLY_MATCHING", "部分相符"), ("NOT_MATCHING", "不符")]
)
def test_the_record_of_an_inspection_says_what_was_claimed_and_what_was_found(
    alone: Register, verdict: str, finding: str
) -> None:
    reply: dict[str, Any] = {"class": "PLANNED_DATED", "commitments": [{"text": "整修路面", "due_on": "2025-09-30"}]}
    last = walk(alone, "J-1", until="evaluate", **reply)
    act(alone, last, "J-1", "claim_done", "handler")
    photo = checked("照片一", b"\xff\xd8\xff")
    data: dict[str, Any] = {
        "commitment": "J-1/c1", "verdict": verdict, "finding": "北段未动工", "location": "东城老街",
        "evidence": [{"sha256": photo.sha256, "name": photo.name, "place": "老街北口", "on": "2025-10-09"}],
    }  # fmt: skip
    at = noon(date(2025, 10, 9))
    (outcome,) = alone.apply([an_action("J-1", "inspect", "registrar", **data)], at, files=[photo])
    assert outcome.done, outcome.reason
    make_papers(alone, at + timedelta(days=1))
    room = PaperRoom(alone)
    (row,) = (paper for paper in papers_of(alone, "J-1") if paper["kind"] == "inspection_record")
    assert row["addressees"] == ["unit:U1"]
    words = words_of(room.file(row["id"], LATER, "x").content)
    evidence = "照片一（老街北口，2025-10-09）"
    for expected in ("整修路面", "申报完成", "北段未动工", finding, evidence, "2025年10月9日", "第1局"):
        assert expected in words


def test_every_unit_tells_the_deputy_that_its_own_promises_are_kept(alone: Register) -> None:
    """Separate units each by a letter of their own; a promise that is refuted and kept again is told again."""
    on = answered_apart(alone)
    for number in (1, 2):
        act(alone, on, "J-1", "claim_done", "handler", f"W{number}", commitment=f"J-1/c{number}")
        act(alone, on, "J-1", "verify_commitment", "registrar", commitment=f"J-1/c{number}", inspection="看过")
    assert alone.dossier("J-1").case.state == "FULFILLED"
    make_papers(alone, LATER)
    rows = [row for row in papers_of(alone, "J-1") if row["kind"] == "supplement_letter"]
    assert [row["issuer"] for row in rows] == ["unit:U1", "unit:U2"]
    assert [row["addressees"] for row in rows] == [["deputy:D1"]] * 2
    assert [row["number"] for row in rows] == ["第1局函〔2025〕3号", "第2局函〔2025〕2号"]
    first, second = (words_of(PaperRoom(alone).file(row["id"], LATER, "x").content) for row in rows)
    for words in ("的补充答复", "代表1代表：", "整修路面", "2025年12月1日前", f"{on.year}年{on.month}月{on.day}日"):
        assert words in first, words
    assert "换路灯" not in first
    assert "换路灯" in second
    verdict = {"commitment": "J-1/c1", "verdict": "NOT_MATCHING", "location": "老街", "finding": "没有修好"}
    act(alone, on, "J-1", "inspect", "registrar", **verdict)
    act(alone, on, "J-1", "claim_done", "handler", "W1", commitment="J-1/c1")
    act(alone, on, "J-1", "verify_commitment", "registrar", commitment="J-1/c1", inspection="看过")
    make_papers(alone, LATER)
    assert kinds_in(alone).count("supplement_letter") == 3
    again = [row for row in papers_of(alone, "J-1") if row["kind"] == "supplement_letter"]
    assert words_of(PaperRoom(alone).file(rows[0]["id"], LATER, "x").content) == first
    assert [row["issuer"] for row in again] == ["unit:U1", "unit:U2", "unit:U1"]
    assert len({row["id"] for row in again}) == 3


def test_a_unit_that_kept_its_promises_answers_again_while_another_still_owes_its_own(alone: Register) -> None:
    """山东 18, 浙江 20: the unit answers again when it is done, not when the last one is."""
    on = answered_apart(alone)
    act(alone, on, "J-1", "claim_done", "handler", "W1", commitment="J-1/c1")
    act(alone, on, "J-1", "verify_commitment", "registrar", commitment="J-1/c1", inspection="看过")
    assert alone.dossier("J-1").case.state == "TRACKING"
    make_papers(alone, LATER)
    assert [row["issuer"] for row in letters(alone)] == ["unit:U1"]
    later = on + timedelta(days=40)
    act(alone, later, "J-1", "claim_done", "handler", "W2", commitment="J-1/c2")
    act(alone, later, "J-1", "verify_commitment", "registrar", commitment="J-1/c2", inspection="看过")
    make_papers(alone, LATER)
    assert [(row["issuer"], row["on"]) for row in letters(alone)] == [("unit:U1", on), ("unit:U2", later)]
    assert "换路灯" in words_of(PaperRoom(alone).file(letters(alone)[1]["id"], LATER, "x").content)


def test_a_unit_whose_promises_an_older_program_saw_kept_answers_with_the_suggestion(
    alone: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    on = answered_apart(alone)
    with monkeypatch.context() as older:
        older.setattr("states.commitment.tell_kept", lambda *_: None)
        act(alone, on, "J-1", "claim_done", "handler", "W1", commitment="J-1/c1")
        act(alone, on, "J-1", "verify_commitment", "registrar", commitment="J-1/c1", inspection="看过")
    act(alone, on, "J-1", "claim_done", "handler", "W2", commitment="J-1/c2")
    act(alone, on, "J-1", "verify_commitment", "registrar", commitment="J-1/c2", inspection="看过")
    make_papers(alone, LATER)
    assert [row["issuer"] for row in letters(alone)] == ["unit:U2", "unit:U1"]
    first = words_of(PaperRoom(alone).file(letters(alone)[1]["id"], LATER, "x").content)
    assert "整修路面" in first
    assert "换路灯" not in first


def test_a_supervision_has_its_letter_though_all_promises_were_kept_before_the_night(alone: Register) -> None:
    on = answered_apart(alone)
    alone.import_directory("people", rows([{"id": "L1", "name": "主任", "role": "leader", "region": CITY}]))
    act(alone, on, "J-1", "propose_supervision", "registrar", kind="KEY", reason="三年五次提出")
    act(alone, on, "J-1", "confirm_supervision", "leader", "L1")
    act(alone, on, "J-1", "plan_supervision", "registrar", plan="每周调度。")
    for number in (1, 2):
        act(alone, on, "J-1", "claim_done", "handler", f"W{number}", commitment=f"J-1/c{number}")
        act(alone, on, "J-1", "verify_commitment", "registrar", commitment=f"J-1/c{number}", inspection="看过")
    assert alone.dossier("J-1").case.state == "FULFILLED"
    make_papers(alone, LATER)
    addressees = {row["kind"]: row["addressees"] for row in papers_of(alone, "J-1")}
    assert addressees["supervision_letter"] == addressees["supervision_plan"] == ["unit:U1", "unit:U2"]


def test_a_unit_that_gives_its_part_back_before_the_night_keeps_the_letter_of_the_day(alone: Register) -> None:
    on = walk(alone, "J-1", until="receipt")
    alone.import_directory("people", rows([{"id": "L1", "name": "主任", "role": "leader", "region": CITY}]))
    act(alone, on, "J-1", "propose_supervision", "registrar", kind="KEY", reason="三年五次提出")
    act(alone, on, "J-1", "confirm_supervision", "leader", "L1")
    act(alone, on, "J-1", "request_return", "unit_head", reason="不归我局管。", proposed_unit="U2")
    act(alone, on, "J-1", "grant_return", "dispatcher")
    act(alone, on, "J-1", "reassign", "registrar", replaces="J-1/a1", unit="U2")
    make_papers(alone, LATER)
    letter = next(row for row in papers_of(alone, "J-1") if row["kind"] == "supervision_letter")
    assert letter["addressees"] == ["unit:U1"]


@pytest.mark.slow
def test_the_papers_of_a_year_are_the_same_whatever_is_entered_with_them(tmp_path: Path) -> None:
    """Event by event, case by case as a page asks, and all of a night: what one event occasions is one thing."""
    year = for_playing(Register(open_engine(f"sqlite:///{tmp_path / 'year.db'}")))
    rehearse(year, CITIES["suqian"], 2026, 24, 5)
    room = PaperRoom(year)
    with reading(year.engine) as cursor:
        cases = [str(id_) for (id_,) in cursor.rows("SELECT id FROM cases WHERE machine = 'suggestion'")]
    of_pages = {paper["id"]: paper for id_ in cases for paper in room.of_case(year.dossier(id_), year.events(id_))}
    alone = {
        entry.id: entry.stored()
        for id_ in cases for event in year.events(id_) for entry in room._entries(CITY, [event])
    }  # fmt: skip
    room.enter(CITY)
    entered = {paper["id"]: {**paper, "number": ""} for id_ in cases for paper in papers_of(year, id_)}
    assert entered == of_pages == alone
    year.engine.dispose()


def letters(register: Register) -> list[StoredPaper]:
    return [row for row in papers_of(register, "J-1") if row["kind"] == "supplement_letter"]


def test_a_promise_that_moves_or_falls_is_reported_to_the_deputy_in_writing(alone: Register) -> None:
    """By the unit that promised, with the day that held before; copies as the rulebook's article has them."""
    on = answered_apart(alone)
    cancellation = {"commitment": "J-1/c2", "explanation": "该路段整体拆迁。"}
    act(alone, on, "J-1", "cancel_commitment", "unit_head", "H2", **cancellation)
    make_papers(alone, LATER)
    rows = [row for row in papers_of(alone, "J-1") if row["kind"] == "change_report"]
    assert [(row["issuer"], row["addressees"]) for row in rows] == [
        ("unit:U1", ["deputy:D1"]), ("unit:U2", ["deputy:D1"]),
    ]  # fmt: skip
    moved, fallen = (words_of(PaperRoom(alone).file(row["id"], LATER, "x").content) for row in rows)
    for words in (
        "承诺事项变更情况的报告",
        "整修路面，2025年10月1日以前完成",
        "改为2025年12月1日以前完成",
        "汛期",
    ):
        assert words in moved, words
    for words in ("换路灯，2025年10月1日以前完成", "不能落实", "该路段整体拆迁。"):
        assert words in fallen, words
    assert "抄送" not in moved
    event = alone.events("J-1")[rows[0]["seq"] - 1]
    for rulebook, copies in (("beijing", 1), ("shanghai", 2)):
        book = LIBRARY.get(rulebook)
        facts = CasePapers(
            alone.dossier("J-1"), alone.events("J-1"), {}, Folk(alone, ["D1"], ["U1"]), book, Offices({}, {}, {})
        )  # fmt: skip
        told_too = facts.paper(KINDS["change_report"], event, rows[0], {}).copies
        assert told_too == ("宿迁市人大常委会代表工作委员会", "宿迁市人民政府办公室")[:copies]


def answered_apart(register: Register, first: int = 1) -> date:
    """Two units that each answer a part with a promise; the one that was made first was moved. The deputy is satisfied.

    `first` is the number of the unit that answers before the other one.
    """
    apart = [{"unit": "U1", "role": "SEPARATE", "part": "路"}, {"unit": "U2", "role": "SEPARATE", "part": "灯"}]
    on = walk(register, "J-1", until="assign", units=apart)
    ways_on = [(1, "整修路面"), (2, "换路灯")]
    for turn, (number, what) in enumerate(ways_on if first == 1 else reversed(ways_on), start=1):
        part = {"assignment": f"J-1/a{number}"}
        promise = [{"text": what, "due_on": "2025-10-01"}]
        ways: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
            ("receipt", "handler", f"W{number}", part),
            ("accept", "handler", f"W{number}", part),
            ("communicate", "handler", f"W{number}", {"kind": "phone", **part}),
            ("confirm_communication", "deputy", "D1", {"communication": f"J-1/k{turn}"}),
            ("start_handling", "handler", f"W{number}", part),
            ("research", "handler", f"W{number}", part),
            ("draft_reply", "handler", f"W{number}",
             {"class": "PLANNED_DATED", "points_answered": 1, "commitments": promise, **part}),
            ("send_draft_to_deputy", "handler", f"W{number}", part),
            ("agree_consult", "deputy", "D1", part),
            ("sign", "unit_head", f"H{number}", {"seal": True, "publicity": "FULL", **part}),
            ("deliver_reply", "handler", f"W{number}", part),
        )  # fmt: skip
        for name, role, by, data in ways:
            act(register, on, "J-1", name, role, by, **data)
    act(register, on, "J-1", "send_forms", "registrar")
    act(register, on, "J-1", "evaluate", "deputy", **SATISFIED)
    moved = {"commitment": "J-1/c1", "due_on": "2025-12-01", "reason": "汛期"}
    act(register, on, "J-1", "reschedule_commitment", "unit_head", f"H{first}", **moved)
    return on


def test_a_supervision_of_the_government_is_the_governments_paper(alone: Register) -> None:
    """Also of a suggestion that no unit has yet: the plan is put out and goes to nobody."""
    on = walk(alone, "J-1", until="register")
    act(alone, on, "J-1", "propose_supervision", "dispatcher", kind="GOVERNMENT")
    act(alone, on, "J-1", "plan_supervision", "dispatcher", plan="每周调度。")
    act(alone, on, "J-1", "start_supervision", "dispatcher")
    act(alone, on, "J-1", "report_supervision", "dispatcher", report="已经办结。")
    make_papers(alone, LATER)
    plan, report = papers_of(alone, "J-1")
    assert [(row["kind"], row["issuer"]) for row in (plan, report)] == [
        ("supervision_plan", f"government:{CITY}"), ("supervision_report", f"government:{CITY}"),
    ]  # fmt: skip
    assert (plan["addressees"], report["addressees"]) == ([], [f"government:{CITY}"])
    words = paper_words(alone, "supervision_report")
    assert "宿迁市人民政府：" in words
    assert "政府督查情况的报告" in words


def test_the_list_of_what_was_made_use_of_names_plan_and_result(alone: Register) -> None:
    last = walk(alone, "J-1", until="send_forms")
    act(alone, last, "J-1", "record_conversion", "registrar", kind="LAW_PLAN", target="物业管理条例")
    act(alone, last, "J-1", "report_conversion", "registrar", conversion="J-1/v1", report="已经通过")
    listing = ListRequest(alone, CITY, date(2025, 1, 1), date(2025, 12, 31), LATER)
    words = words_of(PaperRoom(alone).templates.render(PaperRoom(alone).make_list(listing, "conversion_list")))
    for expected in ("立法计划", "物业管理条例", f"{last} 已有结果", "共1件"):
        assert expected in words


# -- lists and reports -------------------------------------------------------------------------------------------


YEARS_END = noon(date(2025, 12, 31))


@pytest.fixture
def listing(year: Register) -> ListRequest:
    return ListRequest(year, CITY, date(2025, 1, 1), date(2025, 12, 31), YEARS_END)


def test_every_list_is_a_paper_and_a_workbook(listing: ListRequest) -> None:
    room = PaperRoom(listing.register)
    room.enter(CITY)
    for kind in LISTS:
        paper = room.make_list(listing, kind.id)
        words = words_of(room.templates.render(paper))
        assert paper.title in words
        assert "2025年12月31日" in words
        tables = list_tables(paper)
        assert tables[0].columns
        for table in tables:
            for row in table.rows:
                assert [str(cell) for cell in row if str(cell) not in words] == [], kind.id


def test_what_the_lists_count(listing: ListRequest) -> None:
    room = PaperRoom(listing.register)
    room.enter(CITY)
    assigned = room.make_list(listing, "assignment_list")
    assert [(row["unit"], row["role"]) for row in grid_rows(assigned.fields, "rows")] == [
        ("第1局", "主办"), ("第3局", "会办"), ("第1局", "主办"),
    ]  # fmt: skip
    ledger = room.make_list(listing, "commitment_ledger")
    assert (ledger.fields["count"], ledger.fields["kept"], ledger.fields["late"]) == ("2", "0", "1")
    duty = {row["deputy"]: row for row in grid_rows(room.make_list(listing, "duty_list").fields, "rows")}
    assert (duty["代表1"]["led"], duty["代表2"]["joined"], duty["代表1"]["judged"]) == (2, 1, 1)
    book = room.make_list(listing, "paper_register").fields
    assert book["count"] == str(len(papers_in(listing.register, CITY)))
    summary = room.make_list(replace(listing, unit="U1"), "unit_summary")
    assert (summary.issuer, summary.fields["answering"]) == ("第1局", "1"), "both rounds of one suggestion are one part"
    report = room.make_list(listing, "handling_report")
    assert report.fields["count"] == "1", "the declined one is none of the cohort"
    assert report.recipients == ("宿迁市人民代表大会常务委员会",)
    assert report.fields["open_points"][0] == "共有1份重新办理逾期："


def test_a_list_that_is_kept_has_its_number_and_stays_as_it_was(listing: ListRequest) -> None:
    room = PaperRoom(listing.register)
    made = room.keep_list(replace(listing, at=LATER), "commitment_ledger", "R1")
    assert made.row["number"] == "宿人办诺〔2026〕1号"
    assert made.row["number"] in words_of(made.content)
    assert room.file(made.row["id"], LATER + timedelta(days=9), "x").content == made.content
    assert room.keep_list(
        replace(listing, at=LATER + timedelta(days=1)), "commitment_ledger", "R1"
    ).row["number"].endswith("2号")


def test_a_report_prints_the_figures_that_are_counted_everywhere_and_a_unit_nothing_of_what_deputies_said(
    listing: ListRequest,
) -> None:
    of_region = Cohort(listing.register, CITY, listing.first, listing.last, listing.at).figures()
    total = count(listing.register, listing.last, "batch", Scope(region=CITY), at=LATER).total
    figures = {figure.name: (figure.value, figure.formula) for figure in of_region}
    replied = total.rate("replied")
    assert figures[replied.name] == (
        f"{replied.percent}%", f"{replied.formula}，{replied.numerator}÷{replied.denominator}"
    )  # fmt: skip
    assert "满意率" in figures
    of_unit = Cohort(listing.register, CITY, listing.first, listing.last, listing.at, "U1").figures()
    assert of_unit
    assert not [figure.name for figure in of_unit if "满意" in figure.name]


def test_every_number_of_a_report_comes_from_one_count(listing: ListRequest) -> None:
    fields = PaperRoom(listing.register).make_list(listing, "handling_report").fields
    total = count(listing.register, listing.last, "batch", Scope(region=CITY), at=listing.at).total
    assert fields["count"] == str(total.n)
    assert sum(int(row["count"]) for row in grid_rows(fields, "subjects")) == total.n
    assert sum(int(row["answered"]) for row in grid_rows(fields, "subjects")) == total.rate("replied").numerator
    in_time = total.rate("replied_in_time")
    assert sum(int(row["late"]) for row in grid_rows(fields, "units")) == (in_time.denominator or 0) - in_time.numerator


def test_a_list_up_to_a_day_that_has_not_come_is_refused(listing: ListRequest) -> None:
    with pytest.raises(PaperError, match="2026-01-01 has not come yet"):
        replace(listing, last=date(2026, 1, 1))


def test_a_report_up_to_a_past_day_knows_nothing_of_later_ones(listing: ListRequest) -> None:
    room, early = PaperRoom(listing.register), replace(listing, last=date(2025, 3, 21))
    report = room.make_list(early, "handling_report").fields
    assert [row["answered"] for row in grid_rows(report, "subjects")] == [0]
    summary = room.make_list(replace(early, unit="U1"), "unit_summary").fields
    rows = grid_rows(summary, "rows")
    assert [(row["delivered"], row["class_"], row["timely"]) for row in rows] == [("–", "–", "在办")]
    assert summary["promises"] == []


def test_a_reprint_says_what_changed_and_the_first_print_stays(listing: ListRequest) -> None:
    room, first = PaperRoom(listing.register), replace(listing, last=date(2025, 3, 21))
    made = room.keep_list(first, "handling_report", "R1")
    again = room.make_list(replace(first, at=LATER), "handling_report")
    assert again.fields["changes"] == [f"各项数字与{made.row['number']}（统计时点2025年12月31日12:00）一致。"]
    draft = {"title": "另一件", "rulebook": "suqian", "region": CITY, "facts": "…", "proposal": "…"}
    late = an_action("J-9", "draft", "deputy", "D1", **draft)
    for action in (late, *(an_action("J-9", name, role, **data) for name, role, data in (
        ("submit", "deputy", {}), ("open_review", "registrar", {}),
        ("register", "registrar", {"subject_class": "环资城建", "committee": "K9"}),
    ))):  # fmt: skip
        (outcome,) = listing.register.apply([replace(action, at=noon(date(2025, 3, 20)))], LATER)
        assert outcome.done, outcome.reason
    changes = room.make_list(replace(first, at=LATER), "handling_report").fields["changes"]
    assert "合计：原为1，现为2。" in changes
    assert "环资城建 件数：原为1，现为2。" in changes
    assert room.file(made.row["id"], LATER, "x").content == made.content


def test_every_kind_of_a_case_has_been_seen_in_these_tests() -> None:
    seen = {
        *EVERY_KIND, "declined_notice", "inspection_record", "reassigned_notice", "not_rehandled_notice",
        "supplement_letter", "change_report",
    }  # fmt: skip
    assert seen == {kind.id for kind in OF_CASES}


def test_a_deputy_is_told_when_another_unit_answers_or_nothing_is_handled_again(alone: Register) -> None:
    desk = alone
    walk(desk, "J-1", until="receipt")
    on = FIRST + timedelta(days=7)
    act(desk, on, "J-1", "request_return", "unit_head", reason="不归我局管。", proposed_unit="U2")
    act(desk, on, "J-1", "grant_return", "dispatcher")
    act(desk, on, "J-1", "reassign", "registrar", replaces="J-1/a1", unit="U2")
    last = walk(desk, "J-2", until="send_forms")
    act(desk, last, "J-2", "evaluate", "deputy", attitude="SATISFIED", result="DISSATISFIED", reason="没有动工")
    act(desk, last, "J-2", "decline_rehandle", "registrar", reason="已经列入明年计划。")
    make_papers(desk, LATER)
    assert "改由第2局（独办）办理" in paper_words(desk, "reassigned_notice")
    decision = next(row for row in papers_of(desk, "J-1") if row["kind"] == "return_decision")
    assert (decision["issuer"], decision["number"]) == (f"government:{CITY}", "宿政办退〔2025〕1号")
    assert "宿迁市人民政府办公室" in paper_words(desk, "return_decision")
    words = paper_words(desk, "not_rehandled_notice", case="J-2")
    assert "已经列入明年计划。" in words
    assert "没有动工" not in words
