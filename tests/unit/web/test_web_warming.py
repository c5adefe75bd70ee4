"""What the first reader would wait for is made before he comes, and costs nobody anything when it cannot be."""

from __future__ import annotations

from datetime import datetime

from listener.core.errors import StorageError
from listener.core.volume import StoryVolume
from listener.web import warm
from tests import builders as b
from tests.fakes_archive import FakeArchive
from tests.unit.web.browser import site


def listened(store: FakeArchive) -> list[str]:
    """The brands whose stories are asked for from now on."""
    asked: list[str] = []

    def story_volumes(
        brand: str, *, since: datetime, until: datetime, before: tuple[int, int] | None = None, limit: int
    ) -> list[StoryVolume]:
        asked.append(brand)
        return []

    store.story_volumes = story_volumes  # type: ignore[method-assign]
    return asked


def test_the_first_pages_are_made_ahead() -> None:
    """Of every brand, and of all together; the mail's templates too."""
    store = FakeArchive(known=[b.brand(), b.brand(key="bol", name="Bol")], made={1: b.digest()})
    asked = listened(store)
    warming = warm(site(store).app)
    warming.wait()
    assert asked.count("molenaar") >= 2
    assert asked.count("bol") >= 2


def test_what_cannot_be_made_is_left() -> None:
    """Where the archive is away nothing is raised, and readers are told so as ever; a program that ends makes nothing more."""
    store = FakeArchive(known=[b.brand()])
    browser = site(store)
    store.fault = StorageError("away")
    browser.app.state.warming.run()
    assert browser.get("/brands/molenaar").status_code == 503
    store.fault = None
    asked = listened(store)
    browser.app.state.warming.stop()
    browser.app.state.warming.run()
    assert asked == []
