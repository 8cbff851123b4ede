"""Does every notice reach its person once, at a decent hour, whatever the servers do?"""

import json
import logging
import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from loguru import logger

from flows.channels import Channels, ChannelsError, ChannelsFile, load_channels
from flows.deliver import deliver, next_delivery
from flows.digest import digest
from flows.logs import log_to_stderr
from notifications.hours import HOUSE_HOURS, is_open
from notifications.masking import mask
from rulebooks import ZONE
from states.reasons import from_plain
from storage import Register, open_engine
from storage.messages import BACK_OFF, CLAIM, claim, list_messages, message_counts, redrive
from tests.builders import CITY, FIRST, LIBRARY, a_directory, act, morning, opinions, rows, walk
from tests.databases import Databases
from tests.smtp import Misbehaving, smtp_server
from tests.storage.test_writers import together

ADDRESS = "registrar@example.org"
OPEN = time(9, 0)
DUE = date(2025, 3, 20)
"""The day after the five working days of an opinion recorded on `FIRST`."""


def at(on: date, moment: time = OPEN) -> datetime:
    return datetime.combine(on, moment, ZONE)


def channels_of(mail: dict[str, Any], tmp_path: Path, more: str = "") -> Channels:
    path = tmp_path / "channels.toml"
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in mail.items()]
    path.write_text("\n".join((more, "[mail]", *lines)), "utf-8")
    return load_channels(str(path))


@pytest.fixture
def office(desk: Register) -> Register:
    """The directory of the tests, whose people have addresses."""
    people = [
        {
            "id": "R1",
            "name": "登记员",
            "role": "registrar",
            "region": CITY,
            "email": ADDRESS,
            "phone": "13812345678",
        },
        {"id": "L1", "name": "主任", "role": "leader", "region": CITY, "email": "leader@example.org"},
        {"id": "W1", "name": "承办人", "role": "handler", "unit": "U1", "email": "w1@example.org"},
    ]
    desk.import_directory("people", rows(people))
    return desk


def overdue(register: Register, count: int) -> None:
    """So many opinions of the city, told of when they came in, and all overdue on one day."""
    opinions(register, count, rulebook="message-board", region=CITY)
    deliver(register, at(FIRST))
    register.sweep(morning(DUE))


def test_mail_goes_out_secured_in_chinese_with_an_id_that_stays(office: Register, tmp_path: Path) -> None:
    overdue(office, 1)
    with smtp_server(tmp_path) as (kept, settings):
        report = deliver(office, at(DUE), channels_of(settings, tmp_path))
        assert (report.sent, report.failed) == (1, 0), report
        (mail,) = kept.to(ADDRESS)
    (row,) = [notice for notice in list_messages(office) if notice["address"] == ADDRESS]
    assert mail["Message-ID"] == f"<{row['id']}@example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Subject"].startswith("【催办通知书】")
    assert "最后一天：2025-03-19" in mail.get_content()
    inbox = [notice for notice in list_messages(office, recipient="person:R1") if notice["channel"] == "inbox"]
    recorded = "【收到一条群众意见，请当场答复或者转交】O00001"
    assert [message["subject"] for message in inbox] == [mail["Subject"], recorded]


def test_a_burst_of_560_limits_on_one_day_is_one_message_a_person(office: Register, tmp_path: Path) -> None:
    overdue(office, 560)
    with smtp_server() as (kept, settings):
        report = deliver(office, at(DUE), channels_of(settings, tmp_path))
    assert (report.composed, report.sent) == (560, 1), "the leaders' notices wait for Monday"
    (mail,) = kept.mails
    assert mail["Subject"] == "【督办摘要】2025-03-20 逾期 560 项，共 560 项"
    assert "另有 360 项" in mail.get_content()
    assert message_counts(office)["held"] == 560


def test_no_notice_goes_out_at_midnight_or_on_a_day_off(office: Register, tmp_path: Path) -> None:
    overdue(office, 1)
    friday = date(2025, 3, 21)
    with smtp_server() as (kept, settings):
        channels = channels_of(settings, tmp_path)
        closed = [morning(DUE), at(DUE, time(8, 29)), at(DUE, time(17, 30)), at(friday + timedelta(days=1))]
        for moment in closed:
            assert deliver(office, moment, channels).sent == 0
            assert not kept.mails
        assert next_delivery(office, closed[0], channels) == at(DUE, time(8, 30))
        assert next_delivery(office, closed[-1], channels) == at(date(2025, 3, 24), time(8, 30))
        assert deliver(office, at(DUE, time(8, 30)), channels).sent == 1


def test_the_office_hours_can_be_left_aside(office: Register, tmp_path: Path) -> None:
    overdue(office, 1)
    with smtp_server() as (kept, settings):
        deliver(office, morning(DUE), channels_of(settings, tmp_path, "office_hours = false"))
        assert len(kept.mails) == 1


def test_reminders_wait_for_the_morning_and_leaders_for_monday(office: Register, tmp_path: Path) -> None:
    walk(office, "C1", until="start_handling")
    last = date(2025, 6, 17)
    with smtp_server() as (kept, settings):
        channels = channels_of(settings, tmp_path)
        reminded = last - timedelta(days=7)
        for days in range((reminded - FIRST).days):
            office.sweep(morning(FIRST + timedelta(days=days)))
        digest(office, at(reminded - timedelta(days=1)), "personal", channels)
        deliver(office, at(reminded - timedelta(days=1)), channels)
        kept.mails.clear()
        office.sweep(morning(reminded))
        deliver(office, at(reminded), channels)
        assert not kept.to("w1@example.org"), "a reminder is no reason to write at once"
        digest(office, at(reminded), "personal", channels)
        deliver(office, at(reminded), channels)
        (mail,) = kept.to("w1@example.org")
        assert mail["Subject"].startswith("【到期前7日提醒】")
        deliver(office, at(reminded + timedelta(days=1)), channels)
        assert len(kept.to("w1@example.org")) == 1
        proposed = date(2025, 7, 1)
        for days in range((proposed - reminded).days + 1):
            office.sweep(morning(reminded + timedelta(days=days)))
        deliver(office, at(proposed), channels)
        assert not kept.to("leader@example.org")
        digest(office, at(date(2025, 7, 7)), "leaders", channels)
        deliver(office, at(date(2025, 7, 7)), channels)
        (mail,) = kept.to("leader@example.org")
    assert mail["Subject"].startswith("【约谈】")
    assert "待定督办 1 项" in mail.get_content()
    assert "2025-07-01 提出" in mail.get_content()


def test_a_reminder_of_what_is_done_meanwhile_is_not_sent(office: Register) -> None:
    last = walk(office, "C1", until="assign", every=0)
    office.sweep(morning(last))
    act(office, last, "C1", "receipt", "handler", "W1")
    done = digest(office, at(last), "personal")
    assert done.composed > 0
    about = [message["body"] for message in list_messages(office, recipient="person:W1")]
    assert not [body for body in about if "签收" in body and "提醒" in body]


def test_after_an_outage_one_message_names_every_rung_and_its_day(office: Register, tmp_path: Path) -> None:
    walk(office, "C1", until="start_handling")
    awake = date(2025, 7, 28)
    with smtp_server() as (kept, settings):
        channels = channels_of(settings, tmp_path)
        office.sweep(morning(FIRST + timedelta(days=8)))
        deliver(office, at(FIRST + timedelta(days=8)), channels)
        kept.mails.clear()
        office.sweep(morning(awake))
        digest(office, at(awake), "leaders", channels)
        deliver(office, at(awake), channels)
        (mail,) = kept.to("leader@example.org")
    text = mail.get_content()
    assert "约谈（2025-07-01）、责成限期改正并报告（2025-07-15）" in text


def test_nobody_to_reach_is_said_and_can_be_driven_again(office: Register) -> None:
    walk(office, "C1", until="assign", every=0, units=[{"unit": "U3", "role": "SOLE"}])
    with office.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM chain_links")
        connection.exec_driver_sql("DELETE FROM people WHERE unit = 'U3' OR role = 'deputy'")
        connection.exec_driver_sql("DELETE FROM units WHERE id = 'U3'")
    deliver(office, at(FIRST))
    dead = {message["recipient"]: message["error"] for message in list_messages(office, "dead")}
    assert "unit:U3" in dead
    assert "duban redrive" in dead["unit:U3"]
    office.import_directory(
        "units",
        rows([{"id": "U3", "name": "三局", "region": CITY, "kind": "government", "email": "u3@example.org"}]),
    )
    assert redrive(office, at(FIRST)) == len(dead)
    deliver(office, at(FIRST))
    assert [message["recipient"] for message in list_messages(office, recipient="unit:U3")] == ["unit:U3"] * 2


# -- servers that fail -------------------------------------------------------------------------------------


def until_sent(register: Register, channels: Channels, start: datetime) -> int:
    """Deliver at every moment that is asked for, until nothing waits; how many were sent."""
    moment, sent = start, 0
    for _ in range(20):
        sent += deliver(register, moment, channels).sent
        following = next_delivery(register, moment, channels)
        if following is None:
            return sent
        moment = max(following, moment + timedelta(seconds=1))
    raise AssertionError(f"still waiting: {list_messages(register, 'waiting')}")


@pytest.mark.parametrize(
    "plan",
    [
        {"EHLO": "close"},
        {"MAIL": "silent"},
        {"RCPT": "451 later"},
        {"DATA": "421 closing"},
        {"body": "452 disk full"},
        {"body": "close"},
        {"body": "silent"},
    ],
    ids=lambda plan: "-".join(f"{key} {value}" for key, value in plan.items()),
)
def test_a_server_that_fails_for_a_while_loses_nothing(
    office: Register, tmp_path: Path, plan: dict[str, str]
) -> None:
    overdue(office, 3)
    bad = Misbehaving(plan)
    try:
        report = deliver(office, at(DUE), channels_of(bad.settings, tmp_path))
        assert (report.sent, report.dead) == (0, 0)
        (waits,) = list_messages(office, "waiting")
        assert waits["error"]
        bad.plan.clear()
        channels = channels_of(bad.settings, tmp_path)
        assert until_sent(office, channels, at(DUE) + BACK_OFF[0]) == 1
        assert set(bad.ids()) == {f"<{waits['id']}@example.org>"}, (
            "however often it was sent, it is one message"
        )
        unsure = plan.get("body") in ("close", "silent")
        assert message_counts(office)["resent"] == (len(bad.ids()) - 1 if unsure else 0)
    finally:
        bad.stop()


def test_a_refused_recipient_is_dead_at_once_and_stops_nobody_else(office: Register, tmp_path: Path) -> None:
    people = [
        {"id": "R2", "name": "另一人", "role": "registrar", "region": CITY, "email": "gone@example.org"}
    ]
    office.import_directory("people", rows(people))
    overdue(office, 2)
    with smtp_server() as (kept, settings):
        kept.refuse = {"gone@example.org": "550 no such mailbox"}
        channels = channels_of(settings, tmp_path)
        report = deliver(office, at(DUE), channels)
        assert (report.sent, report.dead) == (1, 1)
        (dead,) = list_messages(office, "dead")
        assert dead["error"] == "550 no such mailbox"
        assert from_plain(dead["facts"]).chinese() == "对方回答：550 no such mailbox"
        kept.refuse = {}
        assert redrive(office, at(DUE), [dead["id"]]) == 1
        assert deliver(office, at(DUE), channels).sent == 1
        assert len(kept.to("gone@example.org")) == 1


def test_after_the_last_back_off_a_message_is_dead_and_said(office: Register, tmp_path: Path) -> None:
    overdue(office, 1)
    bad = Misbehaving({"RCPT": "451 later"})
    try:
        channels = channels_of(bad.settings, tmp_path)
        moment: datetime | None = at(DUE)
        tried = []
        while moment is not None:
            tried += [moment.astimezone(ZONE)] * deliver(office, moment, channels).failed
            moment = next_delivery(office, moment, channels)
        (dead,) = list_messages(office, "dead")
        assert (dead["attempts"], dead["error"]) == (len(BACK_OFF) + 1, "451 later")
        assert len(tried) == len(BACK_OFF) + 1
        assert all(is_open(HOUSE_HOURS, time, office.workdays()) for time in tried), "not at night either"
    finally:
        bad.stop()


def test_a_wrong_password_is_the_channels_fault_and_kills_no_message(
    office: Register, tmp_path: Path
) -> None:
    overdue(office, 1)
    with smtp_server(tmp_path) as (kept, settings):
        report = deliver(office, at(DUE), channels_of(settings | {"password": "wrong"}, tmp_path))
        assert "mail" in report.down
        (waits,) = list_messages(office, "waiting")
        assert waits["attempts"] == 0
        assert until_sent(office, channels_of(settings, tmp_path), at(DUE) + BACK_OFF[0]) == 1
        assert len(kept.mails) == 1


def test_every_channel_of_the_file_has_messages_to_send(office: Register, tmp_path: Path) -> None:
    """A channel that is configured but that nothing is written for would be silent for ever."""
    path = tmp_path / "channels.toml"
    path.write_text(
        '[mail]\nhost = "127.0.0.1"\nport = 9\nsender = "a@example.org"\nsecurity = "none"\n'
        '[sms]\nurl = "http://127.0.0.1:9"\nok_field = "code"\nok_value = "0"\n'
        f'[[robot]]\nname = "all"\nkind = "wecom"\nurl = "http://127.0.0.1:9"\ntells = ["registrar:{CITY}"]\n',
        "utf-8",
    )
    assert set(tomllib.loads(path.read_text("utf-8"))) | {"office_hours"} == set(ChannelsFile.model_fields)
    overdue(office, 1)
    channels = load_channels(str(path))
    assert deliver(office, at(DUE), channels).down.keys() == channels.by_name.keys() - {"log"}


def test_what_was_being_sent_when_a_program_died_is_sent_again_and_counted(
    office: Register, tmp_path: Path
) -> None:
    overdue(office, 1)
    with smtp_server() as (kept, settings):
        channels = channels_of(settings, tmp_path)
        bad = Misbehaving({"EHLO": "close"})
        deliver(office, at(DUE), channels_of(bad.settings, tmp_path))
        bad.stop()
        moment = at(DUE) + BACK_OFF[0]
        (claimed,) = claim(office, "mail", "one that dies", moment, 10)
        assert deliver(office, moment, channels).sent == 0, "another one holds it"
        report = deliver(office, moment + CLAIM, channels)
        assert (report.sent, report.resent) == (1, 1)
        assert kept.ids() == [f"<{claimed.id}@example.org>"]
        assert message_counts(office)["resent"] == 1


def test_a_channel_takes_no_more_a_minute_than_it_may(office: Register, tmp_path: Path) -> None:
    more = [
        {
            "id": f"R{n}",
            "name": f"登记员{n}",
            "role": "registrar",
            "region": CITY,
            "email": f"r{n}@example.org",
        }
        for n in range(2, 8)
    ]
    office.import_directory("people", rows(more))
    overdue(office, 1)
    with smtp_server() as (kept, settings):
        channels = channels_of(settings | {"per_minute": 3}, tmp_path)
        assert deliver(office, at(DUE), channels).sent == 3
        assert deliver(office, at(DUE) + timedelta(seconds=30), channels).sent == 0
        assert deliver(office, at(DUE) + timedelta(seconds=61), channels).sent == 3
        assert deliver(office, at(DUE) + timedelta(seconds=122), channels).sent == 1
    assert len(set(kept.ids())) == 7


def test_two_deliverers_at_once_neither_compose_nor_send_twice(databases: Databases, tmp_path: Path) -> None:
    url = databases.fresh()
    first = a_directory(Register(open_engine(url), LIBRARY))
    second = Register(open_engine(url), LIBRARY)
    people = [
        {
            "id": f"R{n}",
            "name": f"登记员{n}",
            "role": "registrar",
            "region": CITY,
            "email": f"r{n}@example.org",
        }
        for n in range(1, 41)
    ]
    first.import_directory("people", rows(people))
    overdue(first, 30)
    with smtp_server() as (kept, settings):
        channels = channels_of(settings, tmp_path)
        together(*[lambda register=register: deliver(register, at(DUE), channels) for register in (first, second)])
    assert len(kept.mails) == len(set(kept.ids())) == 40
    counts = message_counts(first)
    assert (counts["sent"], counts["waiting"], counts["resent"]) == (160, 0, 0), "two messages a person each time"
    first.engine.dispose()
    second.engine.dispose()


def test_what_waits_for_a_channel_that_nobody_configures_is_said_and_then_dead(
    office: Register, tmp_path: Path
) -> None:
    overdue(office, 1)
    bad = Misbehaving({"EHLO": "close"})
    deliver(office, at(DUE), channels_of(bad.settings, tmp_path))
    bad.stop()
    nothing = load_channels()
    report = deliver(office, at(DUE) + timedelta(hours=1), nothing)
    assert "not configured" in str(report.down["mail"])
    assert report.down["mail"].chinese() == "没有配置；等它发的消息留着"
    assert next_delivery(office, at(DUE) + timedelta(hours=1), nothing) is None
    monday = at(date(2025, 3, 24))
    assert deliver(office, monday, nothing).dead == 1
    (dead,) = list_messages(office, "dead")
    assert "duban redrive" in dead["error"]
    with smtp_server() as (kept, settings):
        redrive(office, monday)
        assert deliver(office, monday, channels_of(settings, tmp_path)).sent == 1
        assert len(kept.mails) == 1


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("致电 13812345678", "致电 138****5678"),
        ("+86 138-1234-5678", "138****5678"),
        ("0527-84351234", "0527-****1234"),
        ("321302199001011234", "321***********1234"),
        ("zhang.san@example.org", "z***@example.org"),
        ("办复 2025-06-17，272 件", "办复 2025-06-17，272 件"),
    ],
)
def test_what_names_a_person_is_masked(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize("as_json", [False, True])
def test_the_log_masks_whom_an_error_names(capsys: pytest.CaptureFixture[str], as_json: bool) -> None:
    log_to_stderr(as_json)
    try:
        raise OSError("550 <zhang.san@example.org>, 13812345678")
    except OSError:
        logger.exception("not sent to {}", "li.si@example.org")
    finally:
        logger.remove()
        logging.basicConfig(handlers=[], force=True)
    log = capsys.readouterr().err
    assert "z***@example.org" in log
    assert "138****5678" in log
    assert not [name for name in ("zhang.san", "li.si", "13812345678") if name in log]


# -- robots and SMS ------------------------------------------------------------------------------------------


@contextmanager
def http_server(answers: list[dict[str, Any]]) -> Iterator[tuple[str, list[tuple[str, dict[str, Any]]]]]:
    """(its URL, what it was asked as (path, body)); each request gets the next answer, always with status 200."""
    requests: list[tuple[str, dict[str, Any]]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            requests.append((self.path, json.loads(body)))
            reply = json.dumps(answers[min(len(requests), len(answers)) - 1]).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", requests
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("kind", "refusal", "taken", "text"),
    [
        ("wecom", {"errcode": 93000, "errmsg": "invalid webhook"}, {"errcode": 0}, ("text", "content")),
        ("dingtalk", {"errcode": 310000, "errmsg": "sign not match"}, {"errcode": 0}, ("text", "content")),
        (
            "feishu",
            {"code": 19021, "msg": "sign match fail"},
            {"code": 0, "StatusCode": 0},
            ("content", "text"),
        ),
    ],
)
def test_a_200_whose_body_refuses_is_a_failure(
    office: Register, tmp_path: Path, kind: str, refusal: Any, taken: Any, text: tuple[str, str]
) -> None:
    overdue(office, 1)
    with http_server([refusal, taken]) as (url, requests):
        path = tmp_path / "channels.toml"
        path.write_text(
            f'[[robot]]\nname = "office"\nkind = "{kind}"\nurl = "{url}/hook"\nsecret = "s"\n'
            f'tells = ["registrar:{CITY}"]\n',
            "utf-8",
        )
        channels = load_channels(str(path))
        report = deliver(office, at(DUE), channels)
        assert (report.sent, report.failed) == (0, 1)
        (waits,) = list_messages(office, "waiting")
        assert str(next(iter(refusal.values()))) in waits["error"]
        assert deliver(office, at(DUE) + BACK_OFF[0], channels).sent == 1
    bodies = [body for _, body in requests]
    assert "路灯不亮" in bodies[-1][text[0]][text[1]]
    assert waits["id"][:12] in bodies[-1][text[0]][text[1]]
    if kind == "dingtalk":
        assert "&sign=" in requests[0][0]
    if kind == "feishu":
        assert bodies[0]["sign"]


def test_sms_goes_with_what_is_overdue_and_a_200_that_refuses_is_a_failure(
    office: Register, tmp_path: Path
) -> None:
    overdue(office, 2)
    refusal, taken = {"result": {"code": "E1"}}, {"result": {"code": "0"}}
    with http_server([refusal, taken]) as (url, requests):
        path = tmp_path / "channels.toml"
        body = '{ to = "{phone}", text = "{text}", id = "{id}" }'
        answer = 'ok_field = "result.code"\nok_value = "0"\n'
        path.write_text(f'[sms]\nurl = "{url}/send/{{phone}}"\nbody = {body}\n{answer}', "utf-8")
        channels = load_channels(str(path))
        report = deliver(office, at(DUE), channels)
        assert (report.sent, report.failed) == (0, 1)
        (waits,) = list_messages(office, "waiting")
        assert "E1" in waits["error"]
        assert deliver(office, at(DUE) + BACK_OFF[0], channels).sent == 1
        message = {"to": "13812345678", "text": waits["subject"], "id": waits["id"]}
        assert requests == [("/send/13812345678", message)] * 2
        act(office, DUE, "O00001", "answer", "clerk", answer="已修好")
        walk(office, "C1", until="submit", every=0, on=DUE)
        assert deliver(office, at(DUE, time(16)), channels).composed > 0
        assert len(requests) == 2, "what is not late waits in the inbox"
    path.write_text(path.read_text("utf-8") + 'kinds = ["limit.overdu"]\n', "utf-8")
    with pytest.raises(ChannelsError, match=r'sms\.kinds: .*did you mean "limit\.overdue"'):
        load_channels(str(path))


def test_an_unknown_key_of_the_file_is_refused_with_the_right_one(tmp_path: Path) -> None:
    path = tmp_path / "channels.toml"
    path.write_text('[mail]\nhost = "h"\nsender = "a@b"\npasword = "x"\n', "utf-8")
    with pytest.raises(ChannelsError, match=r'mail\.pasword: unknown key "pasword", did you mean "password"'):
        load_channels(str(path))
    path.write_text('[mail]\nhost = "h"\nsender = "a@b"\npassword = "env:NO_SUCH_NAME"\n', "utf-8")
    with pytest.raises(ChannelsError, match="the environment has no NO_SUCH_NAME"):
        load_channels(str(path))
