"""The settings from the environment; its only reader, made when a program starts."""

from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from rulebooks.faults import FaultError
from rulebooks.model_faults import why_wrong
from states.reasons import Given, Label, Refused, labels
from states.roles import Role

PREFIX = "DUBAN_"


class UnfitSetting(FaultError):
    """A setting has a value that it cannot have."""


class Settings(BaseSettings):
    """DUBAN_DATABASE_URL and the others, each by its name in capitals after DUBAN_, as in deploy/env.example.

    Making it raises UnfitSetting.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore")

    database_url: str = "sqlite:///duban.db"
    """The register's database; by default a SQLite file in the working folder."""
    prefect: str = "embedded"
    """embedded: the engine starts a Prefect server of its own; off: none; else the URL of one's API."""
    prefect_home: Path = Path("var/prefect")
    """The folder of the embedded Prefect server."""
    heavy: Literal["engine", "deployments"] = "engine"
    """Who runs audit, digest and import by the timetable: the engine, or Prefect workers by deployments."""
    poll_seconds: float = 5.0
    """How often the engine polls for work that other programs made due."""
    channels_file: str = ""
    """The TOML file of the channels; without it notices go to the inbox and the log."""
    import_folder: str = ""
    """The folder whose tables the import takes over, with its subfolders, one a region; empty: none."""
    kept_days: int = Field(0, ge=0)
    """Days that who sent an opinion is kept after its end; then the engine proposes to erase them, which a person
    confirms. 0: nothing is proposed."""
    papers_dir: str = ""
    """The folder of the office's own templates of papers and its office.toml; empty: those that are shipped."""
    access_folder: str = ""
    """The folder in which entries of reading wait for the database; one a database, and it outlives the process. Empty:
    beside a SQLite file as FILE.access, else var/access in the working folder."""
    portal: Literal["on", "off"] = "on"
    """Whether `duban serve` answers with the portal's pages as well; off: an engine alone."""
    host: str = "127.0.0.1"
    """The address of this machine at which the portal listens; 0.0.0.0: every one of them."""
    port: int = 8000
    """The port at which the portal listens; 0 takes a free one and prints it."""
    address: str = ""
    """The portal's address as people type it, for links that are printed or sent; empty: http://host:port."""
    https: bool = False
    """Whether people reach the portal by HTTPS (a proxy in front of it ends it): cookies then go nowhere else."""
    insecure: bool = False
    """Whether the portal may answer other machines without HTTPS, where nobody else reaches the network."""
    trusted_proxies: str = ""
    """Addresses of the proxies whose X-Forwarded-For and X-Forwarded-Proto are believed, with commas; empty: none."""
    second_factor: str = ""
    """Roles whose people show the code of a device when they sign in, with commas, for example
    registrar,unit_head,unit_leader,section_head; the three administrators always do."""

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise UnfitSetting(*(
                Refused(
                    "setting_unfit", setting=_variable(str(fault["loc"][0])), given=Given(fault["input"]),
                    why=why_wrong(fault),
                )
                for fault in error.errors()
            )) from None  # fmt: skip


def second_factor_roles(settings: Settings) -> frozenset[str]:
    """The roles of the setting `second_factor`. Raises UnfitSetting naming what is none."""
    roles = {role.strip() for role in settings.second_factor.split(",") if role.strip()}
    unknown = sorted(roles - {role.value for role in Role})
    if unknown:
        setting = _variable("second_factor")
        raise UnfitSetting(Refused("setting_no_role", setting=setting, given=labels(unknown), known=labels(Role)))
    return frozenset(roles)


def papers_folder(settings: Settings) -> Path | None:
    """The folder of the setting `papers_dir`, if it names one."""
    return Path(settings.papers_dir) if settings.papers_dir else None


def access_folder(settings: Settings) -> Path | None:
    """The folder of the setting `access_folder`, if it names one."""
    return Path(settings.access_folder) if settings.access_folder else None


def database_url(text: str) -> str:
    """A database URL; a bare path means a SQLite file."""
    return text if "://" in text else f"sqlite:///{text}"


def _variable(name: str) -> Label:
    """The environment variable of a setting."""
    return Label(f"{PREFIX}{name.upper()}")
