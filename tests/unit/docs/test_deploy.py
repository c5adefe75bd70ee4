"""What is deployed: unit files, an image and a compose file that hold to their promises, as far as no engine is needed to see."""

from __future__ import annotations

import json
import re
import shlex
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from listener.cli import VERBS, cli
from listener.engines.local import BEAT_SECONDS
from listener.engines.queue import SWEEP

DEPLOY = Path(__file__).parents[3] / "deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text()


def steps() -> list[tuple[str, str]]:
    """The Dockerfile's instructions, continued lines joined."""
    joined = re.sub(r"\\\n\s*", " ", "\n".join(line for line in DOCKERFILE.splitlines() if not line.startswith("#")))
    found = [line.split(None, 1) for line in joined.splitlines() if line.strip()]
    return [(word, rest) for word, rest in found]


def known(words: list[str]) -> None:
    """That this is a command line that the program takes."""
    assert words[0] in VERBS
    parsed = CliRunner().invoke(cli, [*words, "--help"])
    assert parsed.exit_code == 0, parsed.output


@pytest.mark.parametrize("name", ["listener.service", "listener-worker@.service"])
def test_the_units_run_without_rights_and_come_back(name: str) -> None:
    """As a user of their own, with nothing writable but their state, and no restart where a person has to act."""
    unit = ConfigParser(interpolation=None, strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign] # its names have capitals
    unit.read_string((DEPLOY / name).read_text())
    service = unit["Service"]
    assert service["User"] == "listener"
    assert (service["NoNewPrivileges"], service["ProtectSystem"], service["CapabilityBoundingSet"]) == ("yes", "strict", "")
    assert (service["Restart"], service["RestartPreventExitStatus"]) == ("always", "2")
    # It says itself that it lives: at each fourth missed beat of fifteen seconds it falls silent, and is ended some time after.
    assert service["Type"] == "notify"
    assert int(service["WatchdogSec"]) > 4 * BEAT_SECONDS + SWEEP
    program, *words = shlex.split(service["ExecStart"])
    assert program.endswith("/bin/listener")
    known(words)
    assert unit["Install"]["WantedBy"] == "multi-user.target"


def test_the_image_is_run_by_nobody_in_particular() -> None:
    """No root, no shell between the signal and the program, pinned bases, nothing added from afar, and a probe."""
    names = [name for name, _ in steps()]
    final = steps()[max(place for place, name in enumerate(names) if name == "FROM") :]
    said = dict(final)
    assert re.fullmatch(r"\d+:\d+", said["USER"])
    assert not said["USER"].startswith("0:")
    assert all(re.search(r":\d[\w.-]+( AS \w+)?$", rest) for name, rest in steps() if name == "FROM")
    assert "ADD" not in names
    assert json.loads(said["ENTRYPOINT"]) == ["listener"]
    known(json.loads(said["CMD"]))
    assert "/healthz" in said["HEALTHCHECK"]
    assert not re.search(r"(?i)password|token|secret", DOCKERFILE)
    for name, rest in steps():
        if name == "COPY" and "--from" not in rest:
            for one in rest.split()[:-1]:
                assert (DEPLOY.parent / one).exists(), one
    installs = [part for name, rest in steps() if name == "RUN" for part in rest.split("&&") if "pip install" in part]
    assert installs
    assert all("--require-hashes" in part or "--no-deps" in part for part in installs)


def test_the_image_is_built_from_what_is_not_ignored() -> None:
    """What is copied is in the build's context, and no configuration or key that lies beside it is."""
    allowed = {line[1:] for line in (DEPLOY.parent / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = {Path(one).parts[0] for name, rest in steps() if name == "COPY" and "--from" not in rest for one in rest.split()[:-1]}
    assert copied <= allowed
    assert not allowed & {"config", ".git", "listener.key"}


def test_both_ways_to_compose_are_whole() -> None:
    """Every service of ours is read-only, without rights, and runs what the program knows; none is open to the world."""
    whole: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    services = whole["services"]
    ours = {name: one for name, one in services.items() if one["image"] == "listener"}
    assert {profile for one in ours.values() for profile in one["profiles"]} == {"local", "queue"}
    for one in ours.values():
        assert one["read_only"] is True
        assert one["cap_drop"] == ["ALL"]
        known(one.get("command", ["run"]))
        for volume in one["volumes"]:
            assert volume.split(":")[0] in {"../config", *whole["volumes"]}
        assert set(one.get("depends_on", {})) <= set(services)
    for one in services.values():
        assert all(port.startswith("127.0.0.1:") for port in one.get("ports", []))
    first, second = services["listener"]["entrypoint"][2].split(" && exec ")
    for line in (first, second):
        known(line.split()[1:])
    assert ours["worker"]["environment"]["LISTENER_X_BEARER_TOKEN"] == "${LISTENER_X_BEARER_TOKEN:-}"
