"""The settings from the environment; its only reader, made when a program starts."""

from pathlib import Path
from typing import Literal

from pydantic_settings import BaseSettings, SettingsConfigDict

from states.roles import Role


class Settings(BaseSettings):
    """DUBAN_DATABASE_URL and the others, each by its name in capitals after DUBAN_, as in deploy/env.example."""

    model_config = SettingsConfigDict(env_prefix="DUBAN_", extra="ignore")

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


def second_factor_roles(settings: Settings) -> frozenset[str]:
    """The roles of the setting `second_factor`. Raises ValueError naming one that is none."""
    roles = {role.strip() for role in settings.second_factor.split(",") if role.strip()}
    unknown = sorted(roles - {role.value for role in Role})
    if unknown:
        raise ValueError(f"DUBAN_SECOND_FACTOR: {', '.join(unknown)} is no role; some of {', '.join(Role)}")
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
