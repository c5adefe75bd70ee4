"""Secrets are named, looked up when they are needed, and never shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from listener.config.masking import masked
from listener.config.secrets import Secret
from listener.core.errors import ConfigError
from tests.unit.config.config_folders import BRAND, settings_of

MAIL = "[smtp]\nusername = 'ears'\npassword_env = 'MAIL_PASSWORD'\npassword_file = 'mail.txt'\n"


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    """Both may be named; the file is relative to the folder above the configuration, and line ends are no part of a password."""
    smtp = settings_of(tmp_path, main=MAIL).smtp
    assert smtp.password({}) is None
    (tmp_path / "mail.txt").write_text("from-file\n", encoding="utf-8")
    assert smtp.password({}) == "from-file"
    assert smtp.password({"MAIL_PASSWORD": " "}) == "from-file"
    assert smtp.password({"MAIL_PASSWORD": "from-env"}) == "from-env"


def test_a_token_has_a_usual_place(tmp_path: Path) -> None:
    """X's token is looked for under a name of our own when no other is given."""
    x = settings_of(tmp_path).x
    assert x.bearer_token({}) is None
    assert x.bearer_token({"LISTENER_X_BEARER_TOKEN": "t"}) == "t"


def test_settings_never_show_a_secret(tmp_path: Path) -> None:
    """What is not held cannot be printed."""
    (tmp_path / "mail.txt").write_text("geheim", encoding="utf-8")
    settings = settings_of(tmp_path, main=MAIL, environ={"MAIL_PASSWORD": "geheim"})
    assert "geheim" not in repr(settings) + str(settings.smtp.secret)


def test_missing_secrets_are_named_not_faults(tmp_path: Path) -> None:
    """A configuration may be written before the secrets are there; X's token is missed only where X is listened to."""
    with_x = BRAND.replace('kind = "rss"', 'kind = "x"')
    settings = settings_of(tmp_path, main=MAIL, acme=with_x)
    assert settings.missing({}) == (
        f"smtp.password: the environment variable MAIL_PASSWORD is not set and the file {tmp_path}/mail.txt is missing or empty",
        "x.bearer_token: the environment variable LISTENER_X_BEARER_TOKEN is not set",
    )
    assert settings.missing({"MAIL_PASSWORD": "p", "LISTENER_X_BEARER_TOKEN": "t"}) == ()
    assert settings_of(tmp_path).missing({}) == ()


@pytest.mark.parametrize(("content", "why"), [(None, "Is a directory"), (b"\xff\xfe", "is not text")])
def test_a_secret_that_cannot_be_read_is_a_fault_when_it_is_needed(tmp_path: Path, content: bytes | None, why: str) -> None:
    """The fault names the file and the secret, and says nothing of what is in it."""
    path = tmp_path / "secret"
    path.mkdir() if content is None else path.write_bytes(content)
    secret = Secret("smtp.password", None, str(path))
    with pytest.raises(ConfigError, match=f"the secret smtp.password cannot be read: {why}"):
        secret.value({})
    assert why in secret.missing({})


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://news.example/feed?q=acme&hl=nl", "https://news.example/feed?q=acme&hl=nl"),
        ("https://u:geheim@news.example/feed", "https://u:***@news.example/feed"),
        ("https://geheim@news.example/feed", "https://***@news.example/feed"),
        ("postgresql+psycopg://u:ge/heim@h/d", "postgresql+psycopg://u:ge/heim@h/d"),  # refused by the check: such a / is %2F
        ("https://x.example/?api_key=abc&page=2", "https://x.example/?api_key=***&page=2"),
        ("https://x.example/?a=1;accessToken=abc#sig=1", "https://x.example/?a=1;accessToken=***#sig=***"),
        ("https://x.example/.rss?feed=0a1b2c3d4e5f60718293a4b5", "https://x.example/.rss?feed=***"),
        ("https://hooks.example/services/T00000000/B00/XXXXabcd1234XXXXabcd1234", "https://hooks.example/services/T00000000/B00/XXXX***"),
        ("https://www.google.nl/alerts/feeds/01234567890123456789/1234567890", "https://www.google.nl/alerts/feeds/01234567890123456789/1234567890"),
        ("sqlite:////home/listener/a0b1c2d3e4f5a0b1c2d3e4f5.db", "sqlite:////home/listener/a0b1c2d3e4f5a0b1c2d3e4f5.db"),
        ("https://x.example/een-heel-lang-artikel-over-pompen-2026", "https://x.example/een-heel-lang-artikel-over-pompen-2026"),
    ],
)  # fmt: skip
def test_addresses_are_shown_without_what_opens_doors(address: str, shown: str) -> None:
    """Logins, parameters with telling names and machine-made strings are masked, words and plain numbers are not."""
    assert masked(address) == shown
