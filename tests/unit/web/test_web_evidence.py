"""A month's report behind its link: for whoever holds it, until its time is over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from listener.core.links import Links
from listener.web import create_web
from tests.builders import NOON
from tests.fakes_archive import FakeArchive

SECRET = b"s" * 32
LINKS = Links(page="http://localhost", secret=SECRET)
SUM = "A" * 43 + "="
PAGE = f"<html><meta content=\"default-src 'none'; style-src 'sha256-{SUM}'\">report"


@pytest.fixture
def browser() -> TestClient:
    """A browser before a page that knows report 7."""
    app = create_web(
        archive=FakeArchive().port,
        language="nl",
        timezone="Europe/Amsterdam",
        clock=lambda: NOON,
        base_url="http://localhost",
        secret=SECRET,
        evidence=lambda number: PAGE if number == 7 else "<p>plain" if number == 8 else None,
    )
    return TestClient(app, base_url="http://localhost")


def path(number: int, days: int = 1) -> str:
    """The path of a link that is open until so many days from now."""
    return LINKS.evidence(number, NOON + timedelta(days=days)).removeprefix("http://localhost")


def test_the_link_opens_its_report_and_lets_in_nothing_but_its_style(browser: TestClient) -> None:
    """The policy names the sum of the one style, and no other address."""
    answer = browser.get(path(7))
    assert answer.status_code == 200
    assert answer.text == PAGE
    assert answer.headers["content-security-policy"].startswith(f"default-src 'none'; style-src 'sha256-{SUM}'; ")
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "style-src" not in browser.get(path(8)).headers["content-security-policy"]


@pytest.mark.parametrize(("link", "status"), [(path(9), 404), (path(7, -1), 410), ("/mail/evidence/x", 404)])
def test_no_other_link_opens_anything(browser: TestClient, link: str, status: int) -> None:
    """A report that is not there, a time that is over, a token that nobody made."""
    assert browser.get(link).status_code == status


def test_a_link_for_something_else_is_none_for_a_report(browser: TestClient) -> None:
    """Each link is for one purpose."""
    token = LINKS.unsubscribe(7, NOON).rpartition("/")[2]
    assert browser.get(f"/mail/evidence/{token}").status_code == 404


def test_a_shared_report_opens_until_it_is_revoked() -> None:
    """Each opening by GET is noted; another report's share, none and a revoked one open nothing, nor does it open the brand."""
    archive = FakeArchive()
    until = NOON + timedelta(days=9)
    made = archive.share("molenaar", since=None, until=None, note="", by="Listener", expires_at=until, now=NOON, evidence_id=7)
    app = create_web(
        archive=archive.port,
        language="nl",
        timezone="Europe/Amsterdam",
        clock=lambda: NOON,
        base_url="http://localhost",
        secret=SECRET,
        evidence=lambda number: PAGE if number in {7, 8} else None,
    )
    browser = TestClient(app, base_url="http://localhost")

    def opened(report: int, share: int, method: str = "GET") -> int:
        link = LINKS.evidence(report, until, share).removeprefix("http://localhost")
        return browser.request(method, link).status_code

    assert (opened(7, made.id), opened(7, made.id, "HEAD"), archive.links[made.id].uses) == (200, 200, 1)
    assert (opened(8, made.id), opened(7, made.id + 1)) == (410, 410)
    token = LINKS.share(made.id, until).removeprefix("http://localhost")
    assert browser.get(token).status_code == 404
    archive.revoke(made.id, NOON)
    assert (opened(7, made.id), archive.links[made.id].uses) == (410, 1)
