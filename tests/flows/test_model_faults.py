"""Every value that a file or a setting cannot have is refused in both languages."""

import errno
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Union, get_args, get_origin

import pytest
from pydantic import BaseModel, ValidationError

from flows.channels import ChannelsError, ChannelsFile, load_channels
from flows.mapping import Mapping, MappingError
from flows.settings import Settings, UnfitSetting
from notifications.mail import MailSettings
from notifications.robots import RobotSettings
from notifications.sms import SmsSettings
from rulebooks.file_faults import system_fault, toml_fault
from rulebooks.model_faults import IN_CHINESE, OTHER, why_wrong
from rulebooks.schema import Rulebook
from rulebooks.sentences import Worded

ODD: tuple[Any, ...] = (
    None, "", "x", "2026-13-45", "9" * 20, -1, 0, 1.5, 10**9, True, float("inf"), [], ["x"], [1], {}, {"x": 1},
)  # fmt: skip


def models(model: Any) -> Iterator[type[BaseModel]]:
    """A model and all that its fields hold."""
    if get_origin(model) in (Union, types.UnionType, tuple, dict, list):
        for inner in get_args(model):
            yield from models(inner)
    elif isinstance(model, type) and issubclass(model, BaseModel):
        yield model
        for field in model.model_fields.values():
            yield from models(field.annotation)


def all_models() -> list[type[BaseModel]]:
    files = (Rulebook, ChannelsFile, Mapping)
    return sorted({model for file in files for model in models(file)}, key=lambda model: model.__name__)


@pytest.mark.parametrize("model", all_models(), ids=lambda model: model.__name__)
def test_what_a_model_refuses_has_its_chinese(model: type[BaseModel]) -> None:
    lacking = set()
    for odd in ODD:
        with pytest.raises(ValidationError) as refused:
            model.model_validate(dict.fromkeys(model.model_fields, odd) | {"no_such_key": odd})
        for fault in refused.value.errors():
            why = why_wrong(fault)
            if isinstance(why, Worded) and (OTHER in why.zh or "{" in why.zh):
                lacking.add(fault["type"])
            assert fault["type"] != "value_error" or not isinstance(why, Worded), fault["msg"]
    assert lacking == set()


def test_what_a_setting_refuses_has_its_chinese() -> None:
    refusals = [refusal for name in Settings.model_fields for odd in ODD if (refusal := refused_setting(name, odd))]
    assert "DUBAN_PORT 写的是 x，不对：要写整数" in refusals
    assert [refusal for refusal in refusals if OTHER in refusal] == []


def refused_setting(name: str, value: Any) -> str:
    try:
        Settings(**{name: value})
    except UnfitSetting as refused:
        return refused.chinese
    return ""


@pytest.mark.parametrize(
    ("model", "values", "english", "chinese"),
    [
        (SmsSettings, {"kinds": ["limit.overdu"]}, "'limit.overdu', did you", "没有 limit.overdu 这种通知；是不是"),
        (SmsSettings, {"kinds": ["x"]}, "no notice is of the kind 'x'", "没有 x 这种通知"),
        (SmsSettings, {"url": "http://x/{y}"}, "url has something else than {phone}, {text}", "url 的花括号里只能写"),
        (MailSettings, {"sender": "督办"}, "'督办' holds no address; for example", "督办 里没有邮箱；例如"),
        (MailSettings, {"ca_file": "/no"}, "there is no file /no", "没有文件 /no"),
        (RobotSettings, {"tells": ["king"]}, "'king' is no recipient; expected KIND:ID", "king 不是收件人"),
    ],
)  # fmt: skip
def test_validators_of_channels_refuse_in_both_languages(
    model: type[BaseModel], values: dict[str, Any], english: str, chinese: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        model.model_validate(values)
    [why] = [why_wrong(fault) for fault in refused.value.errors() if fault["type"] == "value_error"]
    assert isinstance(why, tuple)
    assert english in why[0].english()  # type: ignore[union-attr]
    assert chinese in why[0].chinese()  # type: ignore[union-attr]


def test_a_file_of_channels_is_refused_in_chinese_alone(tmp_path: Path) -> None:
    path = tmp_path / "channels.toml"
    path.write_text('[mail]\nhost = "h"\nsender = "a@example.org"\nport = "secret"\n', "utf-8")
    with pytest.raises(ChannelsError, match=r"wrong channels: mail\.port: Input should be a") as refused:
        load_channels(str(path))
    assert refused.value.chinese == f"{path}：渠道写得不对：mail.port：要写整数"
    path.write_text("[mail\n", "utf-8")
    with pytest.raises(ChannelsError, match="line 1, column 6") as refused:
        load_channels(str(path))
    assert refused.value.chinese == f"{path}：写得不合格式：第 1 行第 6 列起读不懂"


@pytest.mark.parametrize(("section", "key"), [("[mail]", "host"), ("[sms]", "ok_field"), ("[[robot]]", "secret")])
def test_an_unknown_key_of_a_channel_is_likened_to_those_of_that_channel(
    tmp_path: Path, section: str, key: str
) -> None:
    path = tmp_path / "channels.toml"
    path.write_text(f"{section}\n{key}x = 1\n", "utf-8")
    with pytest.raises(ChannelsError, match=f'unknown key "{key}x", did you mean "{key}"'):
        load_channels(str(path))


def test_a_mapping_is_refused_in_chinese_alone(tmp_path: Path) -> None:
    with pytest.raises(MappingError) as refused:
        Mapping.load(tmp_path / "none.toml")
    assert refused.value.chinese == f"{tmp_path}/none.toml：这个映射读不了：没有这个文件"


def test_what_the_system_and_the_reader_say_is_told_in_both_languages() -> None:
    assert system_fault(PermissionError(errno.EACCES, "Permission denied")) == Worded("Permission denied", "没有权限")
    assert system_fault(OSError(9999, "odd")).zh == "系统错误 9999"
    assert system_fault(OSError("odd")) == Worded("odd", "系统出错")
    assert toml_fault(ValueError("Expected (at end of document)")).zh == "到末尾还没有写完"
    assert toml_fault(UnicodeDecodeError("utf-8", b"\xff", 0, 1, "odd")).zh == "第 1 个字节起不是 UTF-8 文字"


def test_every_line_can_be_filled() -> None:
    facts = dict.fromkeys(("min_length", "max_length", "expected", "gt", "ge", "lt", "le"), 1)
    assert all("{" not in line.format(**facts) for line in IN_CHINESE.values())
