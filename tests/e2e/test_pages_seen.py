"""What a real browser makes of the pages: nothing from elsewhere, nothing sideways, nothing axe-core objects to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from listener.web import serve
from tests.chromium import violations
from tests.unit.web.browser import archive, site

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("chromium")]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where the pages are served."""
    with serve(site(archive()).app, port=0) as server:
        yield server.url.rstrip("/")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1200])
def test_axe_finds_nothing(chromium: Browser, address: str, width: int, scheme: str) -> None:
    """No page breaks a rule of axe-core, on a phone and on a desk, in the light and in the dark."""
    with chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme) as context:  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(f"{address}/brands/molenaar")
        assert violations(page) == []
