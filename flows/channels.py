"""The channels, configured in the office's file."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError
from pydantic_core import ErrorDetails

from flows.settings import Settings
from notifications.channel_protocol import Channel
from notifications.log import Log
from notifications.mail import Mail, MailSettings
from notifications.robots import Robot, RobotSettings
from notifications.sms import Sms, SmsSettings
from rulebooks.faults import FaultError, RuleFault, key_unknown
from rulebooks.file_faults import system_fault, toml_fault
from rulebooks.model_faults import why_wrong
from rulebooks.sentences import Reason
from states.reasons import Given, Label, Refused


class ChannelsError(FaultError):
    """The file of channels is invalid: which key, what was found and what would work."""


class ChannelsFile(BaseModel):
    """deploy/channels.example.toml explains every key. `office_hours` false: notices go out at any hour."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    office_hours: bool = True
    mail: MailSettings | None = None
    sms: SmsSettings | None = None
    robot: tuple[RobotSettings, ...] = ()


@dataclass(frozen=True)
class Channels:
    """The channels by name, the robots for each recipient, and the kinds of notices that go by SMS.

    `address` is the portal's, which stands in messages; '' where it is not set.
    """

    by_name: Mapping[str, Channel]
    robots: Mapping[str, tuple[str, ...]]
    office_hours: bool = True
    by_sms: frozenset[str] = frozenset()
    address: str = ""

    @property
    def outside(self) -> bool:
        """Whether messages are sent outside; otherwise the log says what would be."""
        return any(name != "log" for name in self.by_name)


def load_channels(path: str = "", address: str = "") -> Channels:
    """The channels of a file; without one the log alone. A value `env:NAME` is read from the environment.

    Raises ChannelsError.
    """
    file = _read(Path(path)) if path else ChannelsFile()
    by_name: dict[str, Channel] = {"log": Log()}
    if file.mail is not None:
        by_name["mail"] = Mail(file.mail)
    if file.sms is not None:
        by_name["sms"] = Sms(file.sms)
    robots: dict[str, list[str]] = {}
    for settings in file.robot:
        robot = Robot(settings)
        if robot.name in by_name:
            raise ChannelsError(Refused("robots_share_name", file=Label(path), name=Label(settings.name)))
        by_name[robot.name] = robot
        for recipient in settings.tells:
            robots.setdefault(recipient, []).append(robot.name)
    return Channels(
        by_name,
        {recipient: tuple(names) for recipient, names in robots.items()},
        file.office_hours,
        frozenset(file.sms.kinds if file.sms else ()),
        address,
    )


def channels_of(settings: Settings) -> Channels:
    """The channels of an office's settings, with the portal's address."""
    return load_channels(settings.channels_file, settings.address)


def _read(path: Path) -> ChannelsFile:
    try:
        return ChannelsFile.model_validate(
            _from_environment(tomllib.loads(path.read_text("utf-8-sig")), path)
        )
    except OSError as error:
        why, example = system_fault(error), Label("deploy/channels.example.toml")
        setting = Label("DUBAN_CHANNELS_FILE")
        raise ChannelsError(
            Refused("channels_unread", file=Label(path), why=why, setting=setting, example=example)
        ) from error
    except ValidationError as error:
        raise ChannelsError(*(_mistake(path, fault) for fault in error.errors())) from error
    except tomllib.TOMLDecodeError as error:
        raise ChannelsError(RuleFault("rule_file_malformed", file=Label(path), why=toml_fault(error))) from error


def _from_environment(value: JsonValue, path: Path) -> JsonValue:
    if isinstance(value, dict):
        return {key: _from_environment(inner, path) for key, inner in value.items()}
    if isinstance(value, list):
        return [_from_environment(inner, path) for inner in value]
    if isinstance(value, str) and value.startswith("env:"):
        name = value.removeprefix("env:")
        if name not in os.environ:
            raise ChannelsError(Refused("channels_unset", file=Label(path), name=Label(name), given=Given(value)))
        return os.environ[name]
    return value


def _mistake(path: Path, mistake: ErrorDetails) -> Reason:
    """What pydantic found wrong; the value, which may be a password, is not repeated."""
    key = ".".join(str(part) for part in mistake["loc"])
    if mistake["type"] != "extra_forbidden":
        return Refused("channels_unsound", file=Label(path), key=Label(key), why=why_wrong(mistake))
    section, *inside = (str(part) for part in mistake["loc"])
    keys = _settings_of(section).model_fields if inside else ChannelsFile.model_fields
    return key_unknown(f"{path}: {key}", str(mistake["loc"][-1]), keys)


def _settings_of(section: str) -> type[BaseModel]:
    """The model of a section of the file, of which there may be one, or several."""
    choices = get_args(ChannelsFile.model_fields[section].annotation)
    return next(choice for choice in choices if isinstance(choice, type) and issubclass(choice, BaseModel))
