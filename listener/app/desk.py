"""The desk: what editors change of a running listener, with its files, its versions and its trail kept together."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from listener.app.work import App
from listener.config import BrandSettings, Settings, load
from listener.config.editing import Change, add_page, change_page, fingerprint
from listener.config.fields import slug
from listener.config.loading import BRANDS
from listener.config.starting import brand_page
from listener.core.change import QueryVersion
from listener.core.deeds import Deed
from listener.core.errors import ConfigError, ListenerError
from listener.core.undertakings import Undertaking
from listener.core.values import dataclass
from listener.core.wording import worded

if TYPE_CHECKING:
    from listener.jobs.preview import Preview

log = logging.getLogger("listener")

TRIED = timedelta(days=30)  # how far back a query is tried: so that an answer comes while somebody types


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far asking the stored items again is; `part` is a share from 0 to 1, None where nobody wants it."""

    version: QueryVersion
    part: float | None


class Desk:
    """Changes brands' pages and lets the program go on with them; each change is in the trail.

    `environ` and `kinds` are what the configuration is read with (see config.load).
    """

    def __init__(self, app: App, *, kinds: Collection[str], environ: Mapping[str, str] = os.environ) -> None:
        self._app = app
        self._kinds = kinds
        self._environ = environ
        self._trying = threading.BoundedSemaphore(2)
        self._asking: set[str] = set()
        self._guard = threading.Lock()
        self._seen = self._signature()

    @property
    def settings(self) -> Settings:
        """What counts now."""
        return self._app.settings

    @property
    def kinds(self) -> Collection[str]:
        """The kinds of sources that there are."""
        return self._kinds

    def brand(self, key: str) -> tuple[BrandSettings, str] | None:
        """A brand as it is set up, and its page's fingerprint; None when there is none."""
        one = next((one for one in self.settings.brands if one.brand.key == key), None)
        return None if one is None else (one, fingerprint(self._page(key)))

    def change(self, who: str, key: str, seen: str, change: Change, *, what: str, before: str, after: str) -> None:
        """Write a change into a brand's page, and go on with it. Raises Stale, ConfigError, ListenerError or OSError."""
        change_page(self._page(key), seen, change, environ=self._environ, kinds=self._kinds)
        self._went_well(who, what, key, before, after)

    def add_brand(self, who: str, name: str) -> str:
        """Write a first page for a new brand, with a query of its name; its key. Raises as `change` does."""
        key, language = slug(name), self.settings.listener.language
        if not key:
            raise ListenerError(worded("a name needs letters or digits"))
        add_page(
            self._page(key),
            brand_page(name=name, key=key, language=language, domain="", to=()),
            environ=self._environ,
            kinds=self._kinds,
        )
        self._went_well(who, "brand added", key, "", name)
        return key

    def reread(self) -> bool:
        """Go on with files that were changed by hand, if they can be read; whether there was anything to do."""
        now = self._signature()
        if now == self._seen:
            return False
        self._seen = now
        try:
            self._app.reload(load(self.settings.folder, self._environ, kinds=self._kinds))
        except ConfigError as fault:
            log.error("the configuration was changed and cannot be read, so the old one counts: %s", fault)  # noqa: TRY400 - one line
            return False
        log.info("read the configuration again")
        return True

    def preview(self, key: str, query: str) -> Preview | None:
        """What a query would catch of the last days; None while others try theirs. Raises QueryError."""
        from listener.jobs.preview import preview  # noqa: PLC0415 - only who edits needs it

        if not self._trying.acquire(timeout=5):
            return None
        try:
            now = self._app.clock()
            return preview(self._app.archive, self._app.brand(key), query, now, since=now - TRIED, samples=5)
        finally:
            self._trying.release()

    def versions(self, key: str) -> list[QueryVersion]:
        """The versions of a brand's query, the latest first."""
        kept = self._app.archive.query_versions(key)
        latest = self._app.archive.query_version(key)
        old = [
            QueryVersion(id=number, brand=key, version=version, query=query, since_at=since)
            for number, (version, query, since) in enumerate(kept)
        ]
        return [*([latest] if latest else []), *reversed(old[:-1])]

    def progress(self, key: str) -> Progress | None:
        """How far the stored items were asked again with a brand's query as it is now."""
        version = self._app.archive.query_version(key)
        if version is None:
            return None
        if version.is_done or version.matched_to is None:
            return Progress(version=version, part=1.0 if version.is_done else None)
        return Progress(version=version, part=min(1.0, version.matched_to / max(self._app.archive.newest_entry(), 1)))

    def ask_again(self, who: str, key: str) -> None:
        """Ask the stored items again, in the background; killed on the way, the clock goes on where it stopped."""
        wanted = self._app.archive.claim_rematch(key, self._app.clock(), lease=timedelta(0))
        if wanted is None or wanted.is_done:
            return
        self._note(who, "asked again", key, "", wanted.version)
        with self._guard:
            if key in self._asking:
                return
            self._asking.add(key)
        threading.Thread(target=self._ask, args=(key,), name=f"rematch-{key}", daemon=True).start()

    def stop_asking(self, who: str, key: str) -> None:
        """Ask no further; what came of it so far stays."""
        if self._app.archive.stop_rematch(key):
            self._note(who, "asking stopped", key, "", "")

    def under_way(self, key: str) -> Sequence[Undertaking]:
        """Long work on a brand that somebody is at, in whichever process."""
        return self._app.archive.undertakings(key, self._app.clock())

    def stop_work(self, who: str, key: str, number: int) -> None:
        """Ask such work to stop; what came of it so far stays."""
        named = next((one.about for one in self.under_way(key) if one.id == number), "")
        if self._app.archive.stop_undertaking(key, number):
            self._note(who, "work stopped", key, "", named)

    def _ask(self, key: str) -> None:
        try:
            for _ in self._app.rematch(key):
                pass
        except Exception:
            log.exception("asking the stored items of %s again failed", key)
        finally:
            with self._guard:
                self._asking.discard(key)

    def _went_well(self, who: str, what: str, key: str, before: str, after: str) -> None:
        self._note(who, what, key, before, after)
        self._app.reload(load(self.settings.folder, self._environ, kinds=self._kinds))
        self._seen = self._signature()

    def _note(self, who: str, what: str, key: str, before: str, after: str) -> None:
        self._app.archive.note(Deed(who=who, what=what, subject=key, before=before, after=after, at=self._app.clock()))

    def _page(self, key: str) -> Path:
        return self.settings.folder / BRANDS / f"{key}.toml"

    def _signature(self) -> frozenset[tuple[str, int, int]]:
        """What shows that a file of the configuration is another by now."""
        folder = self._app.settings.folder
        found = []
        for one in (*folder.glob("*.toml"), *(folder / BRANDS).glob("*.toml")):
            try:
                known = one.stat()
            except OSError:
                continue
            found.append((str(one), known.st_mtime_ns, known.st_size))
        return frozenset(found)
