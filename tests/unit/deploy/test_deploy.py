"""The ways to run Listener on a server say nothing that the program does not know; no container engine is needed to see that."""

from __future__ import annotations

import configparser
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from listener.cli import cli
from tests.e2e.house import configure, listener

ROOT = Path(__file__).parents[3]
DEPLOY = ROOT / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))


def stages() -> list[list[tuple[str, str]]]:
    """The instructions of each stage of the Dockerfile, lines that go on put together."""
    text = re.sub(r"\\\n", " ", (DEPLOY / "Dockerfile").read_text(encoding="utf-8"))
    lines = [line.split(maxsplit=1) for line in text.splitlines() if line.strip() and not line.startswith("#")]
    found: list[list[tuple[str, str]]] = []
    for word, rest in lines:
        if word == "FROM":
            found.append([])
        found[-1].append((word, rest))
    return found


def said(stage: list[tuple[str, str]], word: str) -> list[str]:
    """What an instruction says in a stage, each time."""
    return [rest for one, rest in stage if one == word]


def knows(words: list[str]) -> bool:
    """Whether the program has such a command with such options."""
    command: click.Command = cli
    given = list(words)
    while isinstance(command, click.Group):
        found = command.get_command(click.Context(command), given.pop(0))
        if found is None:
            return False
        command = found
    command.make_context("listener", given, parent=click.Context(cli, **cli.context_settings))
    return True


def test_the_image_runs_as_nobody_in_particular() -> None:
    """Neither as root nor by a name that another system may have given to somebody else; and the last stage decides."""
    assert said(stages()[-1], "USER")[-1] == "10001"


def test_the_image_is_built_from_named_versions_and_locked_libraries() -> None:
    """No moving tag, nothing fetched by address, no library without a hash."""
    for stage in stages():
        assert re.match(r"python:3\.1[1-3]-slim-\w+( AS \w+)?$", said(stage, "FROM")[0])
        assert not said(stage, "ADD")
    installs = [one for stage in stages() for run in said(stage, "RUN") for one in run.split("&&") if "pip install" in one]
    assert all("--require-hashes" in one or "--no-deps" in one for one in installs)
    assert installs


def test_everything_that_is_copied_is_there_and_not_ignored() -> None:
    """The build's context holds what the build asks for, and no secret that lies beside it."""
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line.startswith("!")}
    for copied in said(stages()[0], "COPY"):
        for name in shlex.split(copied)[:-1]:
            assert (ROOT / name).exists(), name
            assert Path(name).parts[0] in allowed
    assert not allowed & {"config", ".git", "listener.key"}


def test_the_image_starts_a_command_that_there_is() -> None:
    """Entry point and command are known to the program, and its health is asked where the page answers."""
    last = stages()[-1]
    (entry,), (command,) = said(last, "ENTRYPOINT"), said(last, "CMD")
    assert tomllib.loads(f"value = {entry}")["value"] == ["listener"]
    words = tomllib.loads(f"value = {command}")["value"]
    assert knows(words)
    (health,) = said(last, "HEALTHCHECK")
    assert "http://127.0.0.1:8000/healthz" in health


def test_what_changes_has_a_place_and_the_rest_may_be_read_only() -> None:
    """The compose file mounts a volume where the image works, and locks everything else."""
    (place,) = said(stages()[-1], "WORKDIR")
    for service in COMPOSE["services"].values():
        assert f"listener:{place}" in service["volumes"]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]


def test_compose_opens_the_page_to_this_machine_alone() -> None:
    """A proxy stands before it; the port itself is nobody else's."""
    ports = [port for service in COMPOSE["services"].values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_compose_brings_the_schema_up_first() -> None:
    """The listener starts when the upgrade has ended well; both say commands that there are."""
    services = COMPOSE["services"]
    assert services["listener"]["depends_on"]["upgrade"]["condition"] == "service_completed_successfully"
    assert all(knows(service["command"]) for service in services.values() if "command" in service)


def unit() -> dict[str, list[str]]:
    """The [Service] section of the unit; a key may stand there more than once."""
    found: dict[str, list[str]] = {}
    for line in (
        (DEPLOY / "listener.service").read_text(encoding="utf-8").partition("[Service]")[2].partition("[Install]")[0].splitlines()
    ):
        key, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            found.setdefault(key, []).append(value)
    return found


@pytest.mark.parametrize("key", ["ExecStartPre", "ExecStart"])
def test_the_unit_starts_a_command_that_there_is(key: str) -> None:
    """The words that systemd calls are known to the program."""
    (line,) = unit()[key]
    program, *words = shlex.split(line)
    assert program.endswith("/bin/listener")
    assert knows(words)


def test_the_unit_is_well_formed_and_locked_up() -> None:
    """It parses, runs as its own user, writes in one folder and can gain no rights."""
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign] # the documented way to keep the case of keys
    parser.read(DEPLOY / "listener.service", encoding="utf-8")
    assert {"Unit", "Service", "Install"} <= set(parser.sections())
    service = unit()
    assert service["User"] == ["listener"]
    assert service["ProtectSystem"] == ["strict"]
    assert service["NoNewPrivileges"] == ["yes"]
    assert service["WorkingDirectory"] == [f"/var/lib/{service['StateDirectory'][0]}"]


def test_a_folder_that_holds_the_configuration_is_all_that_it_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the container and the unit start works in a folder with nothing in it but config/, from that folder."""
    configure(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LISTENER_DATABASE", "sqlite:///listener.db")
    assert listener(Path("config"), "db", "upgrade").returncode == 0
    assert listener(Path("config"), "db", "check").returncode == 0
    assert (tmp_path / "listener.db").exists()
