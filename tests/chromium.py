"""A real browser for tests: Debian's Chromium driven by Playwright; LISTENER_CHROMIUM names another.

Where there is none that is said loudly and the tests are passed over, unless LISTENER_BROWSER=required (as .ci/run has it) or CI=true.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib import resources
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = (
    os.environ.get("LISTENER_CHROMIUM")
    or shutil.which("chromium")
    or shutil.which("chromium-browser")
    or shutil.which("google-chrome")
)
# Nothing but loopback is ever asked for, neither by a page nor by the browser on its own account.
_QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    "--no-first-run",
)


@contextmanager
def opened() -> Iterator[Browser]:
    """A browser without a window, until the context ends.

    It needs the thread's event loop for as long as it is open: no test that runs one of its own may stand beside it in a module.
    """
    if CHROMIUM is None:
        print("NO CHROMIUM ON THIS MACHINE: what a real browser makes of the pages was NOT tested", file=sys.__stderr__)
        if os.environ.get("CI", "").casefold() == "true" or os.environ.get("LISTENER_BROWSER") == "required":
            pytest.fail("no Chromium: the browser tests must run here")
        pytest.skip("no Chromium: what a real browser makes of the pages was not tested")
    with sync_playwright() as playwright:
        # A container has no user namespaces, and every page here is our own.
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(_QUIET), chromium_sandbox=False)
        yield browser
        browser.close()


def violations(page: Page, *rules: str) -> list[str]:
    """What axe-core finds wrong with the page as it stands: one line for each element, with the rule's id; all rules, or these."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe())
    asked: dict[str, Any] = {"resultTypes": ["violations"], **({"runOnly": list(rules)} if rules else {})}
    found: dict[str, Any] = page.evaluate("asked => axe.run(document, asked)", asked)
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary']}".replace("\n", " ")
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def violations_everywhere(page: Page, widths: Iterable[int] = (360, 1200)) -> list[str]:
    """What axe-core finds wrong with the page at these widths, in the light and in the dark.

    Between light and dark nothing differs but colours, so that in the dark only the rules about colours are asked again.
    """
    found = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="light")
        found += [f"{width} light: {one}" for one in violations(page)]
        page.emulate_media(color_scheme="dark")
        found += [f"{width} dark: {one}" for one in violations(page, "color-contrast", "link-in-text-block")]
    return found


@cache
def _axe() -> str:
    return (resources.files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
