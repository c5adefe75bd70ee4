"""The places of the world: what each is called, which form its feed has, and how it behaves."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from listener.core.values import dataclass


class Form(StrEnum):
    """The dialect a place speaks."""

    RSS = "rss"  # RSS 2.0 with guid and pubDate
    BARE = "bare"  # RSS 2.0 without dates and guids, as small home-made sites have it
    ATOM = "atom"
    JSON = "json"  # JSON Feed 1.1
    TAG = "tag"  # a Mastodon tag feed: no titles, HTML with links cut in spans
    GOOGLE = "google"  # a Google Alerts feed: Atom with wrapped links


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place that publishes a feed.

    `site` is its host name; `window` how many items it shows; `etag` and `dated` say which validators it sends (Google: none).
    `search` holds the words a Google Alerts feed marks in bold.
    """

    key: str
    title: str
    site: str
    path: str
    form: Form
    language: str = "nl"
    window: int = 20
    encoding: str = "utf-8"
    etag: bool = False
    dated: bool = False
    search: str = ""


X = "x"  # not a feed: the X API serves what is said there

_ALL = (
    Place(
        key="alerts",
        title="Google Alert – Molenaar Pompen",
        site="google.example",
        path="/alerts/feeds/04175468913983673025/4428013283581841004",
        form=Form.GOOGLE,
        search="Molenaar Pompen",
    ),
    Place(
        key="vakblad",
        title="Pompenvakblad",
        site="pompenvakblad.example",
        path="/pompenvakblad/rss.xml",
        form=Form.RSS,
        encoding="windows-1252",
        etag=True,
    ),
    Place(
        key="courant",
        title="Zwolse Courant | Economie & Regio",
        site="zwolsecourant.example",
        path="/zwolsecourant/feed",
        form=Form.RSS,
        etag=True,
        dated=True,
    ),
    Place(
        key="forum",
        title="Installateursforum: pompen en waterbeheer",
        site="installateursforum.example",
        path="/installateursforum/pompen.atom",
        form=Form.ATOM,
        etag=True,
    ),
    Place(
        key="pumptalk",
        title="PumpTalk, the forum for people who move water",
        site="pumptalk.example",
        path="/pumptalk/latest.rss",
        form=Form.RSS,
        language="en",
        dated=True,
    ),
    Place(key="blog", title="De Waterwerker", site="dewaterwerker.example", path="/waterwerker/rss", form=Form.BARE, window=15),
    Place(
        key="weekly",
        title="Fluid Handling Weekly",
        site="fluidhandlingweekly.example",
        path="/fluidhandlingweekly/feed.json",
        form=Form.JSON,
        language="en",
        etag=True,
    ),
    Place(key="social", title="#pompen", site="mastodon.pomp.example", path="/tags/pompen.rss", form=Form.TAG, etag=True),
    Place(
        key="nieuws",
        title="Nieuws van Molenaar Pompen",
        site="molenaarpompen.example",
        path="/molenaarpompen/nieuws.xml",
        form=Form.RSS,
        window=15,
        etag=True,
    ),
    Place(key="banen", title="Technische Banen Oost", site="technischebanen.example", path="/banen/oost.rss", form=Form.RSS),
    Place(
        key="rival-alerts",
        title="Google Alert – Hydrovalk",
        site="google.example",
        path="/alerts/feeds/04175468913983673025/11390724451829360077",
        form=Form.GOOGLE,
        search="Hydrovalk",
    ),
    Place(
        key="rival-nieuws",
        title="Hydrovalk nieuws",
        site="hydrovalk.example",
        path="/hydrovalk/atom.xml",
        form=Form.ATOM,
        window=15,
        etag=True,
    ),
)

PLACES: Mapping[str, Place] = {place.key: place for place in _ALL}
