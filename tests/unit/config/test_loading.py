"""Reading a configuration folder: what comes out, and every fault of every file at once."""

from __future__ import annotations

from datetime import time, timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest

from listener.config import load
from listener.core.errors import ConfigError
from listener.core.model import DigestPlan, Owned, Source
from tests.unit.config.config_folders import BRAND, KINDS, faults_of, folder_of, settings_of

EVERYTHING = """
[listener]
database = "sqlite:///data/my.db"
language = "en"
timezone = "Europe/London"
base_url = "https://listen.example/page/"
engine = "queue"
[network]
allow_private = ["10.0.0.0/8", "::1"]
[smtp]
host = "mail.example.org"
port = 587
sender = "Ears <ears@example.org>"
username = "ears"
password_env = "MAIL_PASSWORD"
tls = "starttls"
[x]
api_url = "http://127.0.0.1:9000"
bearer_token_file = "secrets/x"
monthly_budget = 25
[understanding]
sentiment = "textblob"
languages = ["en"]
"""

WHOLE_BRAND = r'''
name = "Molenaar Pompen"
query = """
"Molenaar Pompen" OR molenaarpompen.nl
"""
language = "de"
owned = { domains = ["MolenaarPompen.nl."], x = ["1234567"], mastodon = ["https://mastodon.example/users/molenaar"] }
[[sources]]
key = "molenaar-alerts"
kind = "google-alerts"
address = "https://www.google.nl/alerts/feeds/1/2"
every = "2h"
[[sources]]
key = "molenaar-x"
kind = "x"
address = '"Molenaar Pompen" OR @molenaarpompen'
every = "1d"
[[sources]]
key = "molenaar-own"
kind = "my.module:Kind"
address = "anything"
[[digests]]
key = "daily"
to = ["a@example.org", "b@example.org"]
at = "06:05"
language = "nl"
timezone = "Europe/Amsterdam"
limit = 25
[[digests]]
key = "board"
to = ["c@example.org"]
at = 08:00:00
'''


def test_a_brand_may_say_its_country(tmp_path: Path) -> None:
    """Editions and app stores go by country: the one that is said, else the one where the brand's language is at home."""
    for lines, expected in [("", ("nl", "NL")), ("language = 'en'\n", ("en", "GB")), ("country = 'BE'\n", ("nl", "BE"))]:
        [source] = settings_of(tmp_path, acme=lines + BRAND).sources
        assert (source.language, source.country) == expected
    [source] = settings_of(tmp_path, acme="language = 'eo'\n" + BRAND).sources
    assert (source.language, source.country) == ("eo", "")


@pytest.mark.parametrize(
    ("country", "words"),
    [("uk", "'uk' is not a country (did you mean 'GB'?)"), ("nl", "did you mean 'NL'?"), ("Holland", "write two capitals")],
)
def test_a_country_is_two_capitals(tmp_path: Path, country: str, words: str) -> None:
    """The slip that is usual is told what was meant."""
    [fault] = faults_of(tmp_path, acme=f"country = '{country}'\n{BRAND}")
    assert fault.startswith("config/brands/acme.toml: country: ")
    assert words in fault


def test_everything_that_can_be_said_arrives(tmp_path: Path) -> None:
    """Each key of both kinds of file, as a checked value."""
    settings = settings_of(tmp_path, main=EVERYTHING, molenaar=WHOLE_BRAND)
    assert settings.listener.database == f"sqlite:///{tmp_path}/data/my.db"
    assert (settings.listener.language, settings.listener.timezone, settings.listener.engine) == ("en", "Europe/London", "queue")
    assert settings.listener.base_url == "https://listen.example/page"
    assert settings.network.networks == (ip_network("10.0.0.0/8"), ip_network("::1/128"))
    assert (settings.smtp.host, settings.smtp.port, settings.smtp.tls) == ("mail.example.org", 587, "starttls")
    assert settings.x.monthly_budget == 25.0
    assert settings.x.bearer_token_file == str(tmp_path / "secrets/x")
    assert (settings.understanding.sentiment, settings.understanding.languages) == ("textblob", ("en",))
    [one] = settings.brands
    assert (one.brand.key, one.brand.name, one.brand.language) == ("molenaar", "Molenaar Pompen", "de")
    assert one.brand.owned == Owned(
        domains=("molenaarpompen.nl",), accounts=("mastodon:https://mastodon.example/users/molenaar", "x:1234567")
    )
    assert settings.sources[1] == Source(
        key="molenaar-x", brand="molenaar", kind="x", address='"Molenaar Pompen" OR @molenaarpompen', every=timedelta(days=1), language="de", country="DE",
    )  # fmt: skip
    assert [source.every for source in one.sources] == [timedelta(hours=2), timedelta(days=1), timedelta(minutes=30)]
    assert settings.digests == (
        DigestPlan(
            key="molenaar/daily",
            brand="molenaar",
            to=("a@example.org", "b@example.org"),
            at=time(6, 5),
            timezone="Europe/Amsterdam",
            language="nl",
            limit=25,
        ),
        DigestPlan(
            key="molenaar/board", brand="molenaar", to=("c@example.org",), at=time(8), timezone="Europe/London", language="en"
        ),
    )


def test_what_is_not_said_has_a_careful_default(tmp_path: Path) -> None:
    """An empty listener.toml is enough, and spends nothing."""
    settings = settings_of(tmp_path)
    assert settings.listener.database == f"sqlite:///{tmp_path}/listener.db"
    assert settings.brands[0].brand.language == "nl"
    assert settings.brands[0].digests[0].at == time(7, 30)
    assert settings.x.monthly_budget == 0
    assert settings.network.allow_private == ()


def test_every_fault_of_every_file_is_named_at_once(tmp_path: Path) -> None:
    """Nobody mends a configuration one run at a time."""
    acme = BRAND.replace("rss", "rrs") + "\n[[sources]]\nkey = 'acme-news'\nkind = 'rss'\naddress = 'www.nu.example/rss'\n"
    found = faults_of(
        tmp_path,
        main='[listener]\nlangauge = "nl"\ntimezone = "Europe/Amsterdm"\n[x]\nmonthly_budget = -1\n',
        acme=acme,
        other=BRAND.replace('name = "Acme"', "").replace('"Acme Pumps" OR', '"Acme Pumps OR'),
        third="name = x",
    )
    assert found[:6] == [
        "config/listener.toml: listener.timezone: 'Europe/Amsterdm' is not a time zone (did you mean 'Europe/Amsterdam'?)",
        "config/listener.toml: listener.langauge: unknown key (did you mean 'language'?)",
        "config/listener.toml: x.monthly_budget: -1.0 is not an amount: US dollars, 0 (never buy) or more",
        "config/brands/acme.toml: sources[0].kind: unknown kind 'rrs' (did you mean 'rss'?)",
        "config/brands/acme.toml: sources[1].address: 'www.nu.example/rss' is not a web address: it begins with http:// or https:// (did you mean 'https://www.nu.example/rss'?)",
        f"config/brands/acme.toml: sources[1].key: 'acme-news' is taken by {tmp_path}/config/brands/acme.toml: sources[0]: keys of sources are unique over all brands",
    ]
    assert found[6] == "config/brands/other.toml: name: is missing"
    assert found[7].startswith("config/brands/other.toml: query: ")
    assert "at column 1 is never closed" in found[7]
    assert found[8].startswith("config/brands/other.toml: sources[0].key: 'acme-news' is taken by ")
    assert found[9:] == ["config/brands/third.toml: line 1, column 8: is not TOML: invalid value"]


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ("foo = 1", "foo: unknown key, known are listener, network, smtp, x, understanding"),
        ("listener = 3", "listener: must be a table"),
        ("[listener]\nlanguage = 'de'", "listener.language: 'de' is not one of nl, en"),
        ("[listener]\nlanguage = 3", "listener.language: this is not one of nl, en"),
        ("[listener]\nengine = 'locl'", "listener.engine: 'locl' is not one of local, queue (did you mean 'local'?)"),
        ("[listener]\ntimezone = 'Europe'", "listener.timezone: 'Europe' is not a time zone"),
        ("[listener]\ntimezone = '../passwd'", "listener.timezone: '../passwd' is not a time zone"),
        ("[listener]\nbase_url = 'http://h/?a=1'", "listener.base_url: must be a plain address"),
        ("[listener]\nbase_url = 'http://u:geheim@h'", "listener.base_url: must be a plain address"),
        ("[listener]\nbase_url = 'http://'", "listener.base_url: 'http://' is not a web address: it names no host"),
        ("[listener]\nbase_url = 'http://h:x'", "listener.base_url: 'http://h:x' is not a web address"),
        ("[listener]\nbase_url = 'http://h /'", "listener.base_url: must not hold spaces or control characters"),
        ("[listener]\ndatabase = 'sqlite://'", "listener.database: must name a file"),
        ("[listener]\ndatabase = 'sqlite:///:memory:'", "listener.database: must name a file"),
        ("[listener]\ndatabase = 'postgres://u:geheim@h/d'", "did you mean 'postgresql+psycopg://…'?"),
        ("[listener]\ndatabase = 'mysql://u:geheim@h/d'", 'listener.database: must begin with "sqlite:///"'),
        ("[listener]\ndatabase = 'postgresql+psycopg://u:ge:heim@h:1:2/d'", "listener.database: is not an address: write @ : and /"),
        ("[network]\nallow_private = ['127.0.0.1/8']", "network.allow_private[0]: '127.0.0.1/8' is not a network (did you mean '127.0.0.0/8'?)"),
        ("[network]\nallow_private = ['home']", "network.allow_private[0]: 'home' is not a network, such as"),
        ("[network]\nallow_private = '127.0.0.0/8'", 'network.allow_private: must be a list, like ["this"]'),
        ("[smtp]\nport = '25'", "smtp.port: must be a whole number, without quotes"),
        ("[smtp]\nport = 0", "smtp.port: must be 1 or more"),
        ("[smtp]\nport = 65536", "smtp.port: must be 65535 or less"),
        ("[smtp]\nhost = 'smtp://mail.example.org:25'", "smtp.host: 'smtp://mail.example.org:25' is not a host name (did you mean 'mail.example.org'?)"),
        ("[smtp]\nhost = '-'", "smtp.host: '-' is not a host name"),
        ("[smtp]\nsender = 'Ears'", "smtp.sender: 'Ears' is not a mail address"),
        ('[smtp]\nsender = "Ears <ears@example.org>\\nBcc: x@example.org"', "smtp.sender: must stand on one line"),
        ("[smtp]\nsender = '<>'", "smtp.sender: '<>' is not a sender"),
        ("[smtp]\nusername = 'ears'", "smtp.username: needs password_env or password_file beside it"),
        ("[smtp]\npassword_env = 'P'", "smtp.username: is missing, while a password is named"),
        ("[smtp]\npassword = 'geheim'", "smtp.password: secrets never stand in this file: name a variable with password_env"),
        ("[x]\nbearer_token = 'geheim'", "x.bearer_token: secrets never stand in this file: name a variable with bearer_token_env"),
        ("[x]\ntoken = 'geheim'", "x.token: secrets never stand in this file"),
        ("[x]\nmonthly_budget = nan", "x.monthly_budget: nan is not an amount"),
        ("[x]\nmonthly_budget = inf", "x.monthly_budget: inf is not an amount"),
        ("[x]\nmonthly_budget = '25'", "x.monthly_budget: must be a number, without quotes"),
        ("[x]\nmonthly_budget = true", "x.monthly_budget: must be a number, without quotes"),
        ("[understanding]\nsentiment = 'multi'", "understanding.sentiment: 'multi' is not one of auto, multilingual, light, textblob"),
        ("[understanding]\nlanguages = []", "understanding.languages: must not be empty"),
        ("[understanding]\nlanguages = ['nl', 'nl']", "understanding.languages: 'nl' stands here twice"),
        ("[understanding]\nlanguages = ['NL']", "understanding.languages[0]: 'NL' is not a language we can recognise"),
    ],
)  # fmt: skip
def test_faults_of_the_operators_page(tmp_path: Path, lines: str, fault: str) -> None:
    """One thing wrong is one line, with its place and what to do, and never with a secret in it."""
    [found] = faults_of(tmp_path, main=lines)
    assert found.startswith("config/listener.toml: ")
    assert fault in found
    assert "geheim" not in found


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('name = "Acme"', "name = 3", 'name: must be text in quotes, like "this"'),
        ('name = "Acme"', 'name = " "', "name: must not be empty"),
        ('name = "Acme"', 'name = "A\\nB"', "name: must stand on one line"),
        ('name = "Acme"', 'name = "A"\nquerry = "x"', "querry: unknown key (did you mean 'query'?)"),
        ('name = "Acme"', 'name = "A"\nlanguage = "qq"', "language: 'qq' is not a language"),
        ("query = '\"Acme Pumps\" OR acme.example'", "query = '  '", "query: "),
        ('name = "Acme"', 'name = "A"\nowned = {domain = ["a.nl"]}', "owned.domain: unknown key (did you mean 'domains'?)"),
        ('name = "Acme"', 'name = "A"\nowned = {"X Y" = ["a"]}', "owned.X Y: is not the name of a platform, such as x or mastodon"),
        ('name = "Acme"', 'name = "A"\nowned = {x = [123]}', 'owned.x[0]: must be text in quotes, like "this"'),
        ('name = "Acme"', 'name = "A"\nowned = {x = "123"}', 'owned.x: must be a list, like ["this"]'),
        ('name = "Acme"', 'name = "A"\nowned = {domains = ["https://acme.nl/shop"]}', "owned.domains[0]: 'https://acme.nl/shop' is not a host name (did you mean 'acme.nl'?)"),
        ('name = "Acme"', 'name = "A"\nowned = 3', "owned: must be a table"),
        ('[[sources]]\nkey = "acme-news"\nkind = "rss"\naddress = "https://news.example/feed"', "sources = [3, {key = 4}]", "sources[0]: must be a table"),
        ("[[sources]]", "[sources]", "sources: is a list of tables: write [[sources]], with two brackets"),
        ("acme-news", "Acme Nieuws", "sources[0].key: 'Acme Nieuws' is not a key: lower-case letters, digits, - and _, beginning with a letter or digit; 'acme-nieuws' would do"),
        ("acme-news", "日本", "sources[0].key: '日本' is not a key: lower-case letters, digits, - and _, beginning with a letter or digit"),
        ('kind = "rss"', 'kind = "facebook"', "sources[0].kind: unknown kind 'facebook', known are app-store, bluesky, google-alerts, google-news,"),
        ("address", "adress", "sources[0].address: is missing"),
        ("https://news.example/feed", "ftp://news.example/feed", "sources[0].address: 'ftp://news.example/feed' is not a web address"),
        ("https://news.example/feed", "ftp://u:geheim@news.example/feed", "sources[0].address: 'ftp://u:***@news.example/feed' is not"),
        ("https://news.example/feed", "a feed", "sources[0].address: must not hold spaces"),
        ('kind = "rss"', 'kind = "rss"\nevery = "30 minutes"', "sources[0].every: '30 minutes' is not a time between two visits"),
        ('kind = "rss"', 'kind = "rss"\nevery = 30', "sources[0].every: 30 is not a time between two visits"),
        ('kind = "rss"', 'kind = "rss"\nevery = "0m"', 'sources[0].every: "0m" is out of bounds: from "1m" to "7d"'),
        ('kind = "rss"', 'kind = "rss"\nevery = "999999d"', 'sources[0].every: "999999d" is out of bounds'),
        ("team@acme.example", "Team <team@acme.example>", "digests[0].to[0]: 'Team <team@acme.example>' is not a mail address (did you mean 'team@acme.example'?)"),
        ("team@acme.example", "team@acmé.example", "digests[0].to[0]: 'team@acmé.example' is not a mail address"),
        ("team@acme.example", "team..x@acme.example", "digests[0].to[0]: 'team..x@acme.example' is not a mail address"),
        ('["team@acme.example"]', '["a@b.nl", "A@B.nl"]', "digests[0].to: 'A@B.nl' stands here twice"),
        ('["team@acme.example"]', "[]", "digests[0].to: must not be empty"),
        ('key = "daily"', 'key = "daily"\nat = "7:30"', "digests[0].at: '7:30' is not a time of day: write \"07:30\""),
        ('key = "daily"', 'key = "daily"\nat = "24:00"', "digests[0].at: '24:00' is not a time of day"),
        ('key = "daily"', 'key = "daily"\nat = 07:30:15', "digests[0].at: '07:30:15' is not a time of day"),
        ('key = "daily"', 'key = "daily"\nlimit = 0', "digests[0].limit: must be 1 or more"),
        ('key = "daily"', 'key = "daily"\nlimit = 101', "digests[0].limit: must be 100 or less"),
        ("[[digests]]", "[[digests]]\nkey = 'daily'\nto = ['a@b.nl']\n[[digests]]", "digests[1].key: 'daily' is taken by digests[0]"),
    ],
)  # fmt: skip
def test_faults_of_the_communicators_page(tmp_path: Path, old: str, new: str, fault: str) -> None:
    """The same for a brand's file; lists count from 0."""
    found = faults_of(tmp_path, acme=BRAND.replace(old, new))
    assert any(one.startswith(f"config/brands/acme.toml: {fault}") for one in found), found
    assert "geheim" not in "".join(found)


def test_a_missing_folder_says_what_to_do(tmp_path: Path) -> None:
    """The first thing a new operator meets."""
    with pytest.raises(ConfigError, match="there is no such folder: `listener init` makes one, --config names another"):
        load(tmp_path / "nowhere", {}, kinds=KINDS)


def test_missing_files_say_what_to_do(tmp_path: Path) -> None:
    """No listener.toml and no brand: both are said."""
    (tmp_path / "config").mkdir()
    with pytest.raises(ConfigError) as caught:
        load(tmp_path / "config", {}, kinds=KINDS)
    assert [fault.what for fault in caught.value.faults] == [
        "there is no such file: `listener init` writes one",
        'there is no brand yet: `listener init --name "Your brand"` writes one',
    ]


def test_brands_that_is_a_file_is_said(tmp_path: Path) -> None:
    """A folder that is none."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "brands").touch()
    (tmp_path / "config" / "listener.toml").mkdir()
    with pytest.raises(ConfigError) as caught:
        load(tmp_path / "config", {}, kinds=KINDS)
    assert [fault.what for fault in caught.value.faults] == ["cannot be read: Is a directory", "cannot be read: Not a directory"]


def test_the_name_of_the_file_is_the_key(tmp_path: Path) -> None:
    """A file whose name is no key is a fault; drafts and other files are left alone."""
    folder = folder_of(tmp_path)
    (folder / "brands" / "Acme Too.toml").write_text(BRAND.replace("acme-news", "acme-too"), encoding="utf-8")
    (folder / "brands" / ".acme.toml").write_text("rubbish", encoding="utf-8")
    (folder / "brands" / "acme.toml.bak").write_text("rubbish", encoding="utf-8")
    with pytest.raises(
        ConfigError, match=r"the file's name is the brand's key, and 'Acme Too' is not a key.*'acme-too' would do"
    ) as caught:
        load(folder, {}, kinds=KINDS)
    assert len(caught.value.faults) == 1


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (b"name = 'caf\xe9'", "line 1: is not UTF-8: save the file as UTF-8 text"),
        (b"a = 1\n\xff", "line 2: is not UTF-8: save the file as UTF-8 text"),
        (b'name = "x', "at its end: is not TOML: unterminated string"),
        (b"a = " + b"[" * 5_000, "is nested too deeply to be a configuration"),
        (b"a = 1\na = 2\n", "line 2, column 6: is not TOML: cannot overwrite a value"),
    ],
)
def test_what_is_not_toml_is_said_with_its_line(tmp_path: Path, raw: bytes, fault: str) -> None:
    """Wrong encodings and syntax have a place too."""
    folder = folder_of(tmp_path)
    (folder / "brands" / "acme.toml").write_bytes(raw)
    with pytest.raises(ConfigError) as caught:
        load(folder, {}, kinds=KINDS)
    assert str(caught.value) == f"{folder}/brands/acme.toml: {fault}"


def test_files_from_windows_are_read(tmp_path: Path) -> None:
    """A byte order mark and CRLF are no fault."""
    folder = folder_of(tmp_path)
    (folder / "brands" / "acme.toml").write_bytes(b"\xef\xbb\xbf" + BRAND.replace("\n", "\r\n").encode())
    assert load(folder, {}, kinds=KINDS).brands[0].brand.name == "Acme"


def test_keys_are_unique_over_all_brands_and_brands_come_in_key_order(tmp_path: Path) -> None:
    """Two files, two keys; their order does not depend on the disk."""
    two = settings_of(tmp_path, zeta=BRAND.replace("acme-news", "z"), alpha=BRAND.replace("acme-news", "a"))
    assert [one.brand.key for one in two.brands] == ["alpha", "zeta"]
    assert [source.key for source in two.sources] == ["a", "z"]
    assert [digest.key for digest in two.digests] == ["alpha/daily", "zeta/daily"]


def test_the_environment_may_name_the_database(tmp_path: Path) -> None:
    """A password in an address need not stand in a file; the variable goes before the file, and is checked like it."""
    address = "postgresql+psycopg://listener:geheim@db/listener"
    settings = settings_of(tmp_path, environ={"LISTENER_DATABASE": address})
    assert settings.listener.database == address
    assert "geheim" not in repr(settings)
    [fault] = faults_of(tmp_path, environ={"LISTENER_DATABASE": "postgres://u:geheim@h/d"})
    assert fault.startswith('environment: LISTENER_DATABASE: must begin with "sqlite:///"')
    assert "geheim" not in fault


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ("sqlite:///x.db", "sqlite:///{above}/x.db"),
        ("sqlite:////var/x.db", "sqlite:////var/x.db"),
        ("sqlite:///a/b.db?timeout=3", "sqlite:///{above}/a/b.db?timeout=3"),
    ],
)
def test_relative_databases_lie_beside_the_folder(tmp_path: Path, given: str, place: str) -> None:
    """The same database wherever the command is started."""
    settings = settings_of(tmp_path, main=f"[listener]\ndatabase = '{given}'")
    assert settings.listener.database == place.format(above=tmp_path)


def test_settings_are_frozen(tmp_path: Path) -> None:
    """Nobody changes them on the way."""
    settings = settings_of(tmp_path)
    with pytest.raises(AttributeError):
        settings.brands = ()  # type: ignore[misc]
    with pytest.raises(ValueError, match="frozen"):
        settings.smtp.port = 26


@pytest.mark.parametrize("contact", ["", "me@acme.example", "https://acme.example/listener"])
def test_a_contact_is_a_mail_address_or_a_page(tmp_path: Path, contact: str) -> None:
    """It travels in the User-Agent, as it is written."""
    assert settings_of(tmp_path, main=f"[network]\ncontact = '{contact}'").network.contact == contact


@pytest.mark.parametrize(
    "contact", ["me", "me@", "https://", "https://a.example/(x)", "https://u:p@a.example/", "https://é.example/"]
)
def test_a_contact_that_nobody_can_use_is_a_fault(tmp_path: Path, contact: str) -> None:
    """What is neither address, could end the header's comment, or holds a password."""
    assert "network.contact" in str(faults_of(tmp_path, main=f"[network]\ncontact = '{contact}'"))


def test_words_are_kept_by_kinds_that_there_are(tmp_path: Path) -> None:
    """`days = 30` would keep for ever what somebody meant to let go; an archive of another tool is a kind too."""
    (fault,) = faults_of(tmp_path, main="[retention]\nrs = 30\n", acme=BRAND)
    assert fault.startswith("config/listener.toml: retention.rs: unknown kind 'rs' (did you mean 'rss'?)")
    (fault,) = faults_of(tmp_path, main="[retention]\ndays = 30\n", acme=BRAND)
    assert fault.startswith("config/listener.toml: retention.days: unknown kind 'days', known are app-store,")
    kept = settings_of(tmp_path, main="[retention]\nrss = 30\nimport = 60\ndefault = 90\n", acme=BRAND).retention.days
    assert kept == {"": 90, "rss": 30, "import": 60}
