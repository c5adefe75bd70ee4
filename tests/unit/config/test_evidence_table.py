"""`[evidence]` in a brand's page: what a report is made with, and the faults that can be in it."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from listener.config import load
from listener.core.errors import ConfigError

BRAND = (
    'name = "Molenaar"\nquery = "Molenaar"\n[[sources]]\nkey = "vakblad"\nkind = "rss"\naddress = "https://vakblad.example/feed"\n'
)


def folder(tmp_path: Path, evidence: str, thresholds: str = "") -> Path:
    """A configuration of two brands."""
    made = tmp_path / "config"
    (made / "brands").mkdir(parents=True)
    (made / "listener.toml").write_text('[listener]\nlanguage = "nl"\n')
    (made / "brands" / "molenaar.toml").write_text(BRAND + evidence)
    (made / "brands" / "hydrovalk.toml").write_text('name = "Hydrovalk"\nquery = "Hydrovalk"\n')
    if thresholds:
        (made / "thresholds.toml").write_text(thresholds)
    return made


def test_a_plan_takes_the_listeners_language_and_zone(tmp_path: Path) -> None:
    """And everything else is off until somebody writes it."""
    text = '[evidence]\ncompetitors = ["hydrovalk"]\ntrade = ["vakblad"]\nto = ["a@x.example"]\nday = 3\nat = "08:15"\nhosting = 25.0\n'
    settings = load(folder(tmp_path, text), {}, kinds=("rss",))
    plain, plan = (one.evidence for one in settings.brands)
    assert plan is not None
    assert plain is not None
    assert (plan.competitors, plan.trade, plan.to, plan.day, plan.at) == (
        ("hydrovalk",),
        ("vakblad",),
        ("a@x.example",),
        3,
        time(8, 15),
    )
    assert (plan.language, plan.timezone, plan.staff) == ("nl", "Europe/Amsterdam", ())
    assert (plain.to, plain.competitors) == ((), ())


@pytest.mark.parametrize(
    ("evidence", "said"),
    [
        ('[evidence]\ncompetitors = ["hydrovlak"]\n', "there is no brand 'hydrovlak' (did you mean 'hydrovalk'?)"),
        ('[evidence]\ncontrol = "nothing-like-it"\n', "it is the name of another file in brands/"),
        ('[evidence]\ncompetitors = ["molenaar"]\n', "is this brand itself"),
        ('[evidence]\ntrade = ["vakbald"]\n', "there is no source 'vakbald' (did you mean 'vakblad'?)"),
        ("[evidence]\nday = 31\n", "evidence.day"),
        ('[evidence]\ncontrol = "Not A Key"\n', "is not a key"),
        ("[evidence]\nhosting = -1.0\n", "evidence.hosting"),
        ('[evidence]\nto = ["nobody"]\n', "is not a mail address"),
    ],
)
def test_faults_are_named_by_file_and_place(tmp_path: Path, evidence: str, said: str) -> None:
    """With what was meant, where that can be guessed."""
    with pytest.raises(ConfigError) as caught:
        load(folder(tmp_path, evidence), {}, kinds=("rss",))
    assert said in str(caught.value)


def test_thresholds_that_make_no_sense_are_told_with_the_rest(tmp_path: Path) -> None:
    """All faults of all files at once."""
    thresholds = '[[version]]\nnumber = 1\non = 2026-11-01\nauthor = "A"\nvalues = { complaints = -4, nonsense = 1 }\n'
    with pytest.raises(ConfigError) as caught:
        load(folder(tmp_path, "[evidence]\nday = 99\n", thresholds), {}, kinds=("rss",))
    assert "thresholds.toml" in str(caught.value)
    assert "evidence.day" in str(caught.value)
    good = thresholds.replace("complaints = -4, nonsense = 1", "complaints = 8")
    settings = load(folder(tmp_path / "good", "", good), {}, kinds=("rss",))
    assert settings.thresholds[-1]["complaints"] == 8
