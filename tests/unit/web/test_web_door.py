"""Getting in and out: one-time links, signing in, patience with those who guess, cookies, proxies, and where one is sent."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from urllib.parse import quote

import pytest

from listener.core.access import IDLE, INVITED, SIGNED_IN
from listener.core.errors import StorageError
from listener.web.guard import shown
from tests.fakes_archive import FakeArchive
from tests.unit.web.browser import NOW, PASSWORD, Browser, archive, enter, outline, site

FORM = {"content-type": "application/x-www-form-urlencoded"}
OURS = "http://127.0.0.1:8000"


@pytest.fixture
def store() -> FakeArchive:
    """An archive that one editor, Els, may change things in."""
    made = archive()
    enter(Browser(site(made).app), made)
    made.sessions.clear()
    return made


@pytest.fixture
def browser(store: FakeArchive) -> Browser:
    """A stranger's browser on it."""
    return site(store, who="stranger")


def sign_in(browser: Browser, name: str = "Els", password: str = PASSWORD, **more: str) -> int:
    """Try to sign in; the status."""
    return browser.send("/sign-in", {"name": name, "password": password, **more}).status_code


def invite(store: FakeArchive, name: str = "", *brands: str, until: datetime = NOW + INVITED) -> str:
    """A one-time link."""
    store.invite(hashlib.sha256(b"once").digest(), name, brands, until=until, now=NOW)
    return "/welcome/once"


def test_the_first_editor_chooses_a_name_and_a_password_once() -> None:
    """And is in; the link is used up by that, and not by looking."""
    store = archive()
    browser = site(store, who="stranger")
    link = invite(store)
    assert "You are the first editor" in browser.page(link)
    assert "You are the first editor" in browser.page(link)
    answer = browser.send(link, {"name": " Els  de Vries ", "password": PASSWORD, "again": PASSWORD})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "Els de Vries" in browser.page("/sources")
    assert [(one.who, one.what) for one in store.done] == [("Els de Vries", "editor added")]
    assert store.people["els de vries"][1].startswith("$argon2id$")
    again = site(store, who="stranger")
    assert again.get(link).status_code == 410
    assert (
        again.send(link, {"name": "Piet", "password": PASSWORD, "again": PASSWORD}, form=again.form_of("/sign-in")).status_code
        == 410
    )
    assert len(store.people) == 1


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"name": "", "password": PASSWORD, "again": PASSWORD}, "Give a name"),
        ({"name": "x" * 101, "password": PASSWORD, "again": PASSWORD}, "Give a name"),
        ({"name": "Piet", "password": "short", "again": "short"}, "Choose a longer password"),
        ({"name": "Piet", "password": PASSWORD, "again": PASSWORD + "!"}, "The two passwords differ"),
        ({"name": "ELS", "password": PASSWORD, "again": PASSWORD}, "has that name already"),
        ({}, "Give a name"),
    ],
)
def test_what_will_not_do_is_said_and_uses_nothing_up(
    store: FakeArchive, browser: Browser, said: dict[str, str], words: str
) -> None:
    """The link still works, and nobody else's name is taken."""
    link, before = invite(store), dict(store.people)
    answer = browser.send(link, said)
    assert answer.status_code == 422
    assert words in answer.text
    assert PASSWORD not in answer.text
    assert store.people == before
    assert browser.get(link).status_code == 200


def test_a_link_for_somebody_gives_them_a_new_password_and_ends_their_sessions(store: FakeArchive, browser: Browser) -> None:
    """Whatever name a form says."""
    other = site(store, who="editor")
    assert other.get("/shares").status_code == 200
    link = invite(store, "Els")
    assert "Welcome, Els." in browser.page(link)
    assert browser.send(link, {"name": "Piet", "password": "another four words", "again": "another four words"}).status_code == 303
    assert list(store.people) == ["els"]
    assert other.get("/shares").status_code == 303
    fresh = site(store, who="stranger")
    assert sign_in(fresh) == 403
    assert sign_in(fresh, password="another four words") == 303


def test_signing_in_leads_to_what_was_asked_and_signing_out_ends_it_everywhere(store: FakeArchive, browser: Browser) -> None:
    """The session's word opens nothing any more, also in another browser that has its cookie."""
    asked = browser.get("/brands/molenaar?tone=negative&day=2026-11-20")
    assert asked.status_code == 303
    page = browser.get(asked.headers["location"])
    onward = next(one["value"] for one in outline(page.text).all("input") if one["name"] == "next")
    answer = browser.send("/sign-in", {"name": " eLS ", "password": PASSWORD, "next": onward or ""})
    assert (answer.status_code, answer.headers["location"]) == (303, "/brands/molenaar?tone=negative&day=2026-11-20")
    assert browser.get("/sign-in").status_code == 303
    thief = Browser(browser.app, cookies=dict(browser.cookies))
    assert thief.get("/shares").status_code == 200
    assert browser.send("/sign-out", {}).headers["location"] == "/sign-in"
    assert browser.get("/shares").status_code == 303
    assert thief.get("/shares").status_code == 303
    assert browser.send("/sign-out", {}, form=browser.form_of("/sign-in")).status_code == 303, "twice is once"


def test_a_session_has_a_new_word_each_time_and_a_cookie_that_scripts_cannot_read(store: FakeArchive) -> None:
    """Nobody can plant one beforehand; over https it is bound to the host."""
    for base_url, name in ((OURS, "listener-session"), ("https://intra.example", "__Host-listener-session")):
        browser = site(store, who="stranger", base_url=base_url, hosts=["127.0.0.1"])
        browser.cookies[name] = "planted"
        answer = browser.send("/sign-in", {"name": "Els", "password": PASSWORD})
        given = next(one for one in answer.headers.get_list("set-cookie") if one.startswith(f"{name}="))
        parts = [part.strip().lower() for part in given.split(";")]
        assert "planted" not in given
        assert {"httponly", "samesite=lax", "path=/"} <= set(parts)
        assert ("secure" in parts) is base_url.startswith("https")
        assert "domain" not in given.lower()
        assert browser.cookies[name] not in str(store.sessions), "only its hash is kept"
        assert hashlib.sha256(browser.cookies[name].encode()).digest() in store.sessions
        assert browser.get("/shares").status_code == 200


def test_a_session_ends_with_idleness_and_age(store: FakeArchive) -> None:
    """Then the sign-in page comes."""
    now = [NOW]
    browser = site(store, who="stranger", clock=lambda: now[0])
    sign_in(browser)
    now[0] += IDLE
    assert browser.get("/shares").status_code == 303
    sign_in(browser)
    while now[0] + IDLE / 2 < NOW + IDLE + SIGNED_IN:
        now[0] += IDLE / 2
        assert browser.get("/shares").status_code == 200
    now[0] = NOW + IDLE + SIGNED_IN
    assert browser.get("/shares").status_code == 303


def test_a_wrong_name_and_a_wrong_password_are_one_answer(store: FakeArchive, browser: Browser) -> None:
    """So that nobody learns who works here; both are hashed for."""
    hashed: list[str | None] = []
    from listener.web.passwords import Passwords

    whole = Passwords.right

    def right(self: Passwords, password: str, kept: str | None) -> bool:
        hashed.append(kept)
        return whole(self, password, kept)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Passwords, "right", right)
        answers = [
            browser.send("/sign-in", {"name": name, "password": "wrong password!"}) for name in ("Els", "Ela", "x" * 300, "\u202e")
        ]
    assert {one.status_code for one in answers} == {403}
    assert (
        len(
            {one.text.replace("Els", "").replace("Ela", "").replace("x" * 100, "").replace(" autofocus", "") for one in answers[:2]}
        )
        == 1
    )
    assert len(hashed) == 4
    assert hashed.count(None) == 3


def test_twenty_sign_ins_in_a_second_are_five(store: FakeArchive) -> None:
    """From one address, under any names; then it waits, and says how long. The right password does not help meanwhile."""
    browser = site(store, who="stranger")
    answers = [browser.send("/sign-in", {"name": f"Els{number}", "password": "wrong password!"}) for number in range(20)]
    assert [one.status_code for one in answers] == [403] * 5 + [429] * 15
    assert answers[-1].headers["retry-after"] == "3"
    assert "Wait 3 seconds" in answers[-1].text
    assert sign_in(browser) == 429
    elsewhere = site(store, who="stranger")
    elsewhere.client = "192.0.2.7"
    assert sign_in(elsewhere) == 303, "others are let in"


def test_an_account_that_is_guessed_at_from_everywhere_waits_a_minute_at_most(store: FakeArchive) -> None:
    """A botnet cannot try for long, and cannot keep its owner out for long either."""
    now = [NOW]
    browser = site(store, who="stranger", clock=lambda: now[0])
    for number in range(60):
        browser.client = f"192.0.2.{number}"
        sign_in(browser, password="wrong password!")
        now[0] += timedelta(seconds=70)
    browser.client = "192.0.2.200"
    sign_in(browser, password="wrong password!")
    browser.client = "192.0.2.201"
    answer = browser.send("/sign-in", {"name": "Els", "password": PASSWORD})
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) <= 61
    now[0] += timedelta(seconds=61)
    assert sign_in(browser) == 303
    browser.send("/sign-out", {})
    assert sign_in(browser) == 303, "a right one forgives"


def test_an_address_of_ipv6_is_a_household(store: FakeArchive) -> None:
    """Its lower 64 bits are the guest's to choose, so they buy no patience."""
    browser = site(store, who="stranger")
    answers = []
    for number in range(9):
        browser.client = f"2001:db8::{number:x}:1"
        answers.append(sign_in(browser, name=f"n{number}", password="wrong password!"))
    assert answers == [403] * 5 + [429] * 4


@pytest.mark.parametrize(
    "evil",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example/",
        "https:/\\evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/sources\r\nSet-Cookie: a=b",
        "\\\\evil.example",
        "/nowhere",
        "/sign-out",
        "///evil.example",
        "/%2f%2fevil.example",
        "//evil.example/sources",
        "http:sources",
        "/sources" + "x" * 3000,
        "//[::1",
        "/sources@évil.example",
    ],
)
def test_nobody_is_sent_anywhere_else(store: FakeArchive, evil: str) -> None:
    """`?next=` leads to pages of ours or to the first one; the page itself does not repeat it."""
    browser = site(store, who="stranger")
    page = browser.get(f"/sign-in?next={quote(evil)}")
    assert page.status_code == 200
    assert "evil" not in page.text
    answer = browser.send("/sign-in", {"name": "Els", "password": PASSWORD, "next": evil})
    assert answer.headers["location"] == "/"
    assert "a=b" not in str(answer.headers)
    assert browser.get(f"/sign-in?next={quote(evil)}").headers["location"] == "/"


def test_behind_a_path_everything_stays_under_it(store: FakeArchive) -> None:
    """Also the way to the sign-in page and back; the cookie goes nowhere else."""
    browser = site(store, who="stranger", base_url="http://127.0.0.1:8000/listener")
    away = browser.get("/sources").headers["location"]
    assert away == "/listener/sign-in?next=%2Flistener%2Fsources"
    page = browser.get(away.removeprefix("/listener"))
    word = next(one["value"] for one in outline(page.text).all("input") if one["name"] == "form")
    answer = browser.send("/sign-in", {"name": "Els", "password": PASSWORD, "next": "/listener/sources"}, form=word or "")
    assert answer.headers["location"] == "/listener/sources"
    assert all("Path=/listener" in one for one in answer.headers.get_list("set-cookie"))


def test_a_proxy_of_ours_says_who_asks(store: FakeArchive) -> None:
    """And where from; nobody else is believed, and a name nobody has here opens nothing."""
    browser = site(store, who="stranger", proxies=["10.0.0.0/8"], user_header="Remote-User")
    for client, headers, status in (
        ("10.0.0.1", {"remote-user": "els"}, 200),
        ("192.0.2.1", {"remote-user": "els"}, 303),
        ("10.0.0.1", {}, 303),
        ("10.0.0.1", {"remote-user": "mallory"}, 303),
        ("10.0.0.1", {"x-forwarded-user": "els"}, 303),
        ("testclient", {"remote-user": "els"}, 303),
        ("11.0.0.1", {"remote-user": "els", "x-forwarded-for": "10.0.0.1"}, 303),
    ):
        browser.client = client
        assert browser.get("/shares", headers=headers).status_code == status, (client, headers)
    browser.client = "10.0.0.1"
    assert "The proxy calls you mallory" in browser.get("/sign-in", headers={"remote-user": "mallory"}).text
    page = browser.get("/shares", headers={"remote-user": "els"}).text
    word = next(one["value"] for one in outline(page).all("input") if one["name"] == "form")
    sent = {"brand": "molenaar", "lasting": "7"}
    assert browser.send("/shares", sent, form=word or "", headers={"remote-user": "els"}).status_code == 303
    assert browser.send("/shares", sent, form=word or "").status_code == 401
    assert [one.made_by for one in store.links.values()] == ["Els"]


def test_without_a_header_agreed_upon_nobody_is_believed(store: FakeArchive) -> None:
    """X-Forwarded-User and its like say nothing by themselves."""
    browser = site(store, who="stranger", proxies=["127.0.0.1"])
    for name in ("x-forwarded-user", "remote-user", "x-remote-user", "authorization", "x-auth-request-user"):
        assert browser.get("/shares", headers={name: "els"}).status_code == 303
    named = site(store, who="stranger", proxies=["127.0.0.1"], user_header="Remote-User")
    import httpx

    assert named.get("/shares", headers=httpx.Headers([("remote-user", "els"), ("remote-user", "piet")])).status_code == 303


def test_behind_a_proxy_patience_is_with_who_is_behind_it(store: FakeArchive) -> None:
    """The last hop that is none of ours; what stands before it, anyone may have written."""
    browser = site(store, who="stranger", proxies=["10.0.0.0/8"])
    browser.client = "10.0.0.1"
    wrong = {"name": "x", "password": "wrong password!"}
    statuses = [
        browser.send(
            "/sign-in", {**wrong, "name": f"x{n}"}, headers={"x-forwarded-for": f"198.51.100.{n}, 203.0.113.9, 10.0.0.2"}
        ).status_code
        for n in range(6)
    ]
    assert statuses == [403] * 5 + [429]
    assert browser.send("/sign-in", wrong, headers={"x-forwarded-for": "203.0.113.10"}).status_code == 403
    assert browser.send("/sign-in", wrong, headers={"x-forwarded-for": "not an address"}).status_code == 403
    assert not [key for key in store.tries if "203.0.113" in key], "no address is kept"


def test_the_archive_away_is_said_and_then_over(store: FakeArchive) -> None:
    """Also at the door."""
    browser = site(store, who="editor")
    store.fault = StorageError("gone")
    for path in ("/shares", "/sign-in", "/sources", "/sources.json"):
        answer = browser.get(path)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
        assert "gone" not in answer.text
    assert browser.get("/healthz").status_code == 200
    store.fault = None
    assert browser.get("/shares").status_code == 200


def test_a_log_never_holds_what_opens_something() -> None:
    """Tokens end where a log begins."""
    assert shown("/welcome/abc") == "/welcome/…"
    assert shown("/share/abc") == "/share/…"
    assert shown("/mail/label/abc") == "/mail/label/…"
    assert shown("/brands/molenaar") == "/brands/molenaar"


def test_a_stale_cookie_is_no_session(browser: Browser) -> None:
    """Nor is rubbish in its place."""
    for word in ("", "x", "é", "x" * 5000, "a;b"):
        browser.cookies["listener-session"] = quote(word)
        assert browser.get("/shares").status_code == 303
