"""The whole fictional world on loopback: a web with feeds and X, a post office, a clock, and the configuration to listen to it."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from listener.demo.people import OWN_ACCOUNT, RIVAL_ACCOUNT
from listener.demo.places import PLACES, X
from listener.demo.post import PostOffice
from listener.demo.server import Web
from listener.demo.story import BRAND, RIVAL, Story, tell
from listener.demo.x import Network
from listener.demo.x_told import told_on_x

TOKEN = "AAAAAAAAAAAAAAAAAAAAAMOLENAAR%2Ffictional"  # noqa: S105 - opens nothing but the demo's own X
READERS = ("communicatie@molenaarpompen.example", "directie@molenaarpompen.example")

_QUERY = '"Molenaar Pompen" OR Molenaarpompen OR molenaarpompen.example OR @molenaarpompen'
_X_QUERY = '"Molenaar Pompen" OR Molenaarpompen OR molenaarpompen.example OR @molenaarpompen OR from:molenaarpompen'
_RIVAL_QUERY = "Hydrovalk OR hydrovalk.example OR @hydrovalk"

# place -> key of the source, kind
_BRAND_SOURCES: Mapping[str, tuple[str, str]] = {
    "alerts": ("molenaar-alerts", "google-alerts"),
    "vakblad": ("pompenvakblad", "rss"),
    "courant": ("zwolse-courant", "rss"),
    "forum": ("installateursforum", "rss"),
    "pumptalk": ("pumptalk", "rss"),
    "blog": ("waterwerker", "rss"),
    "weekly": ("fluid-handling-weekly", "rss"),
    "social": ("mastodon-pompen", "rss"),
    "nieuws": ("molenaar-nieuws", "rss"),
    "banen": ("technische-banen", "rss"),
}
_RIVAL_SOURCES: Mapping[str, tuple[str, str]] = {
    "rival-alerts": ("hydrovalk-alerts", "google-alerts"),
    "rival-nieuws": ("hydrovalk-nieuws", "rss"),
}
_BRAND_X, _RIVAL_X = "molenaar-x", "hydrovalk-x"
SOURCES: Mapping[str, str] = {place: key for place, (key, _) in (*_BRAND_SOURCES.items(), *_RIVAL_SOURCES.items())}


def _toml(text: str) -> str:
    """A basic TOML string: JSON's form is one, apart from DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


class World:
    """The world of a story, open between `with` and its end; everything it writes lies under `folder`.

    `now` is the world's time (aware): move it, and the feeds, X and its rate limits move with it. It starts at the story's end.
    `base_url` is where the configuration says that people reach Listener's page.
    """

    def __init__(self, folder: Path, until: datetime, days: int = 90, base_url: str = "http://127.0.0.1:8000") -> None:
        self.folder = folder
        self.base_url = base_url
        self.story: Story = tell(until, days)
        self.x = Network(told_on_x(self.story), TOKEN)
        self.web = Web(self.story, self.x, lambda: self._now)
        self.post = PostOffice(folder / "mail")
        self._now = self.story.until
        self._open = ExitStack()

    @property
    def now(self) -> datetime:
        """What time it is in the world."""
        return self._now

    @now.setter
    def now(self, moment: datetime) -> None:
        if moment.tzinfo is None:
            raise ValueError("now must be aware")
        self._now = moment.astimezone(UTC)

    @property
    def mailbox(self) -> Path:
        """Where mail is delivered."""
        return self.post.folder

    @property
    def addresses(self) -> Mapping[str, str]:
        """Where each source is, by its key; those of X hold the query, as X sources do."""
        base = self.web.address
        feeds = {key: f"{base}{PLACES[place].path}" for place, key in SOURCES.items()}
        return {**feeds, _BRAND_X: _X_QUERY, _RIVAL_X: _RIVAL_QUERY}

    @property
    def x_url(self) -> str:
        """Where the X API is."""
        return self.web.address

    def source_of(self, place: str, brand: str = BRAND) -> str:
        """The key of the source that listens to a place; X has one for each brand."""
        if place == X:
            return _BRAND_X if brand == BRAND else _RIVAL_X
        return SOURCES[place]

    @property
    def config(self) -> Path:
        """The folder of the configuration for this world."""
        return self.folder / "config"

    def settings_files(self) -> Path:
        """Write the configuration and return its folder; opening the world does so, since its ports are new each time."""
        config = self.config
        (config / "brands").mkdir(parents=True, exist_ok=True)
        token = self.folder / "x-token"
        token.write_text(f"{TOKEN}\n", encoding="utf-8")
        (config / "listener.toml").write_text(self._listener(), encoding="utf-8")
        (config / "brands" / f"{BRAND}.toml").write_text(self._brand(), encoding="utf-8")
        (config / "brands" / f"{RIVAL}.toml").write_text(self._rival(), encoding="utf-8")
        return config

    def _listener(self) -> str:
        return textwrap.dedent(f"""\
            # The operator's page of the demo: it listens to a fictional world on this machine and to nothing else.
            [listener]
            database = "sqlite:///listener.db"
            language = "nl"
            timezone = "Europe/Amsterdam"
            base_url = {_toml(self.base_url)}

            [network]
            allow_private = ["127.0.0.0/8"]   # the world is on loopback; leave this empty in earnest

            [smtp]
            host = "127.0.0.1"
            port = {self.post.port}
            sender = "Listener <listener@molenaarpompen.example>"

            [x]
            api_url = {_toml(self.x_url)}
            bearer_token_env = "LISTENER_DEMO_X_TOKEN"
            bearer_token_file = "x-token"
            monthly_budget = 25.00
            """)

    def _brand(self) -> str:
        head = textwrap.dedent(f"""\
            # A fictional pump maker in Zwolle.
            name  = "Molenaar Pompen"
            query = {_toml(_QUERY)}
            owned = {{ domains = ["molenaarpompen.example"], x = [{_toml(OWN_ACCOUNT.id)}] }}
            """)
        tail = textwrap.dedent(f"""
            [[digests]]
            key = "daily"
            to = [{_toml(READERS[0])}]
            at = "07:30"
            language = "nl"

            [[digests]]
            key = "board"
            to = [{_toml(READERS[1])}]
            at = "07:30"
            language = "en"
            """)
        return head + self._sources({**_BRAND_SOURCES, X: (_BRAND_X, "x")}) + tail

    def _rival(self) -> str:
        head = textwrap.dedent(f"""\
            # A competitor, just as fictional: heard in the same places, and in a few of its own.
            name  = "Hydrovalk"
            query = {_toml(_RIVAL_QUERY)}
            owned = {{ domains = ["hydrovalk.example"], x = [{_toml(RIVAL_ACCOUNT.id)}] }}
            """)
        return head + self._sources({**_RIVAL_SOURCES, X: (_RIVAL_X, "x")})

    def _sources(self, listed: Mapping[str, tuple[str, str]]) -> str:
        blocks = (
            f'\n[[sources]]\nkey = "{key}"\nkind = "{kind}"\naddress = {_toml(self.addresses[key])}\nevery = "30m"\n'
            for key, kind in listed.values()
        )
        return "".join(blocks)

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.post.open()
            opening.callback(self.post.close)
            self.web.open()
            opening.callback(self.web.close)
            self.settings_files()
            self._open = opening.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self._open.close()
