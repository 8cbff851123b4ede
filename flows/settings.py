"""What the environment says: the only reader of it, made when a program starts."""

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """DUBAN_DATABASE_URL: where the register lies; by default a SQLite file in the working folder."""

    model_config = SettingsConfigDict(env_prefix="DUBAN_", extra="ignore")

    database_url: str = "sqlite:///duban.db"


def database_url(text: str) -> str:
    """A database URL; a bare path means a SQLite file."""
    return text if "://" in text else f"sqlite:///{text}"
