"""Stories, themes, brands side by side, coverage, digests and documents: what stands on each page, and where it leads."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, timedelta

import pytest

from listener.core.model import Author, Media, Thread, Tone
from listener.core.report import Dressed
from listener.core.snapshot import to_json
from listener.core.taking_part import Answer, Answered, How
from listener.core.themes import Theme
from listener.core.visits import Outcome
from listener.core.volume import StoryVolume
from tests import builders as b
from tests.fakes_archive import FakeArchive
from tests.unit.web.browser import Browser, archive, outline, run, site, state
from tests.unit.web.test_web_walk import shared


@pytest.fixture
def store() -> FakeArchive:
    """An archive with a story of three mentions and one that stands alone."""
    made = archive()
    made.kept = [
        b.kept(1, tone=Tone.NEGATIVE, at=b.NOON - timedelta(hours=3)),
        b.kept(2, at=b.NOON - timedelta(hours=2), outlet="andere.example"),
        b.kept(3, at=b.NOON - timedelta(hours=1), thread=Thread(in_reply_to="2"), author=Author(name="Jan")),
        b.kept(4, title="Iets anders over Molenaar Pompen vandaag"),
    ]
    made.kept[:3] = [replace(one, story=1) for one in made.kept[:3]]
    return made


def links(html: str) -> list[str]:
    """Every address that a page leads to."""
    return [link["href"] or "" for link in outline(html).all("a")]


def test_stories_lead_to_their_trees(store: FakeArchive) -> None:
    """The most told first; one that is told once leads to its only mention."""
    html = site(store).page("/brands/molenaar/stories")
    text = outline(html).text
    assert "3 mentions · 3 voices · \N{MINUS SIGN} 1 negative · first at vakblad.example" in text
    assert [link for link in links(html) if link.startswith(("/stories/", "/mentions/"))] == ["/stories/1", "/mentions/4"]
    twin = site(store).get("/brands/molenaar/stories.json").json()
    assert [(one["items"], one["url"]) for one in twin["stories"]] == [(3, "http://127.0.0.1:8000/stories/1"), (1, None)]


def test_stories_follow_one_another_page_by_page(store: FakeArchive) -> None:
    """Sixty stories stand on three pages, each once, and in the twin as well."""
    store.kept = [b.kept(number) for number in range(1, 61)]
    browser = site(store)
    for path, ending in (("/brands/molenaar/stories", ""), ("/brands/molenaar/stories.json", "json")):
        seen: list[str] = []
        onward: str | None = path
        while onward:
            if ending:
                twin = browser.get(onward).json()
                seen += [str(one["first"]["mention"]) for one in twin["stories"]]
                onward = twin["next"]
            else:
                made = outline(browser.page(onward))
                seen += [link["href"] or "" for link in made.all("a") if (link["href"] or "").startswith("/mentions/")]
                onward = next((link["href"] for link in made.all("a") if link.get("rel") == "next"), None)
        assert (len(seen), len(set(seen))) == (60, 60)
    assert browser.get("/brands/molenaar/stories?before=many.1").status_code == 400
    assert browser.get(f"/brands/molenaar/stories?before={10**19}.1").status_code == 400


def test_a_story_is_a_tree(store: FakeArchive) -> None:
    """Who was first, who repeats it, and what ties them; the same in the twin."""
    browser = site(store)
    html = browser.page("/stories/1")
    text = outline(html).text
    assert "3 mentions by 3 voices in 2 outlets. It began at vakblad.example, as far as we know." in text
    assert text.index("said first, as far as we know") < text.index("tells the same") < text.index("in reply")
    assert [row.get("class") for row in outline(html).all("li") if "depth" in (row.get("class") or "")] == [
        "depth0",
        "depth1",
        "depth2",
    ]
    twin = browser.get("/stories/1.json").json()
    assert [(one["id"], one["depth"], one["tie"]) for one in twin["mentions"]] == [(1, 0, "first"), (2, 1, "text"), (3, 2, "reply")]
    for path in ("/stories/4", "/stories/4.json", "/stories/x", "/stories/99999999999999999999"):
        assert browser.get(path).status_code == 404


def test_a_story_without_end_is_cut(store: FakeArchive) -> None:
    """A hundred mentions are drawn, the others counted; the page stays light."""
    store.kept = [replace(b.kept(number, title="woord " * 40), story=1) for number in range(1, 161)]
    html = site(store).page("/stories/1")
    assert html.count('class="depth') == 100
    assert "60 later mentions are not drawn." in outline(html).text
    assert len(html.encode()) <= 100_000


def test_a_mention_leads_to_its_story(store: FakeArchive) -> None:
    """Only where more than one tells it."""
    assert "/stories/1" in links(site(store).page("/mentions/2"))
    assert not [link for link in links(site(store).page("/mentions/4")) if link.startswith("/stories/")]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            Answer(state=Answered.ANSWERED, how=How.REPLY, at=b.NOON, link="https://x.com/1"),
            "The brand answered. 20 Nov 2026, 13:00 with a reply.",
        ),
        (Answer(state=Answered.ANSWERED, how=How.CONVERSATION, at=b.NOON, link="javascript:alert(1)"), "in the same conversation."),
        (
            Answer(state=Answered.NOT_SEEN, looked_until=b.NOON),
            "Not answered, as far as we looked. The brand's own posts were heard until 20 Nov 2026, 13:00.",
        ),
        (Answer(state=Answered.NOT_OBSERVABLE), "Whether the brand answered cannot be seen from here."),
    ],
)
def test_an_answer_is_said_as_far_as_it_is_known(store: FakeArchive, answer: Answer, said: str) -> None:
    """Answered, not as far as we looked, or not observable: three different sentences, and a link only where it is safe."""
    store.replied = {1: answer}
    html = site(store).page("/mentions/1")
    assert said in outline(html).text
    assert "javascript" not in html
    assert site(store).get("/mentions/1.json").json()["answer"]["state"] == answer.state.value


def test_themes_are_listed_with_their_days(store: FakeArchive) -> None:
    """Each phrase once, as it stood last, with how long it has been one; it leads to a search for it."""
    theme = Theme(phrase="lange levertijd", language="nl", mentions=(1, 2), stories=2, voices=2)
    store.themed = [
        ("molenaar", b.NOON.date() - timedelta(days=1), replace(theme, stories=1)),
        ("molenaar", b.NOON.date(), theme),
        ("molenaar", b.NOON.date() - timedelta(days=9), replace(theme, phrase="storing")),
        ("other", b.NOON.date(), theme),
    ]
    html = site(store).page("/brands/molenaar/themes")
    text = outline(html).text
    assert "lange levertijd 2 stories · 2 voices · a theme on 2 days, last on 20 Nov 2026" in text
    assert text.index("lange levertijd") < text.index("storing")
    assert "/brands/molenaar/mentions?q=%22lange+levertijd%22&tone=negative" in links(html)
    assert len(site(store).get("/brands/molenaar/themes.json").json()["themes"]) == 3
    assert "What is negative is mostly about lange levertijd (2 stories)." in outline(site(store).page("/brands/molenaar")).text


def test_brands_are_counted_where_all_are_read(store: FakeArchive) -> None:
    """Shares of the shared places; what each brand's own searches brought stands apart and has no share."""
    store.known.append(b.brand(key="hydrovalk", name="Hydrovalk"))
    rival = [b.kept(number, vouched=number > 11) for number in range(11, 15)]
    store.kept += [
        replace(one, judged=replace(one.judged, mention=replace(one.judged.mention, brand="hydrovalk"))) for one in rival
    ]
    text = outline(site(store).page("/compare")).text
    assert "Molenaar Pompen 2 67% 4 1 4" in text
    assert "Hydrovalk 1 33% 1 0 1" in text
    assert "Hydrovalk 4 4 0" in text
    twin = site(store).get("/compare.json").json()
    assert [(one["key"], one["shared"]["stories"], one["all"]["stories"]) for one in twin["brands"]] == [
        ("molenaar", 2, 2),
        ("hydrovalk", 1, 4),
    ]


def test_one_brand_has_nothing_beside_it(store: FakeArchive) -> None:
    """The page says how to put a competitor there."""
    assert "Give a competitor a file of its own" in outline(site(store).page("/compare")).text


def test_the_calendar_draws_gaps_as_gaps(store: FakeArchive) -> None:
    """A day on which one source failed is partly heard; one without any attempt is none; each is said in words."""
    store.placed.append(state("forum"))
    store.attempts += [
        run("forum", b.NOON - timedelta(days=back), Outcome.FAILED if back == 2 else Outcome.NEW) for back in range(14)
    ]
    html = site(store).page("/brands/molenaar/coverage?from=2026-11-07&to=2026-11-20")
    text = outline(html).text
    assert "On 1 day something was not heard" in text
    assert "18 ◐ partly heard" in text
    assert "18 Nov not heard" in html
    assert "forum feed · 0 mentions · heard on 13 of 14 days" in text
    whole = outline(site(archive()).page("/brands/molenaar/coverage?from=2026-11-07&to=2026-11-20")).text
    assert "Every source was heard on every day" in whole
    earlier = outline(site(archive()).page("/brands/molenaar/coverage?from=2026-10-01&to=2026-10-02")).text
    assert "1 Oct · no attempt" in earlier
    days = site(store).get("/brands/molenaar/coverage.json?from=2026-11-18&to=2026-11-18").json()["sources"]
    assert [(one["source"], one["days"][0]["state"]) for one in days] == [("forum", "not"), ("vakblad", "heard")]
    nothing = replace(store, placed=[], attempts=[])
    assert "This brand has no source" in outline(site(nothing).page("/brands/molenaar/coverage")).text


def test_what_was_not_heard_stands_on_the_first_page(store: FakeArchive) -> None:
    """Each source with a gap, drawn; when there is none, that is said."""
    assert "Nothing: every visit to every source was answered in these days." in outline(site(store).page("/brands/molenaar")).text
    store.attempts.append(run(at=b.NOON - timedelta(days=3), outcome=Outcome.FAILED))
    html = site(store).page("/brands/molenaar")
    assert "17 Nov partly heard" in html
    # At midnight nobody has visited anything yet: that is no gap.
    store.attempts = [one for one in store.attempts if one.outcome.heard and one.started_at.date() != date(2026, 11, 20)]
    assert "Nothing: every visit" in outline(site(store).page("/brands/molenaar")).text


def test_digests_are_kept_as_they_were_sent(store: FakeArchive) -> None:
    """Listed by day; each has its words, its looks and its snapshot, and never anybody's own links."""
    store.made = {number: b.digest(on=b.FRIDAY - timedelta(days=number)) for number in range(1, 31)}
    browser = site(store)
    html = browser.page("/brands/molenaar/digests")
    listed = [link for link in links(html) if link.startswith("/digests/")]
    assert listed[:2] == ["/digests/1", "/digests/2"]
    assert len(listed) == 25
    older = next(link["href"] for link in outline(html).all("a") if link.get("rel") == "next")
    assert len([link for link in links(browser.page(older or "")) if link.startswith("/digests/")]) == 5
    twin = browser.get("/brands/molenaar/digests.json").json()
    assert len(twin["digests"]) + len(browser.get(twin["next"]).json()["digests"]) == 30
    page = outline(browser.page("/digests/1"))
    assert "Composed 21 Nov 2026, 07:30, and frozen since." in page.text
    assert "unsubscribe.invalid" not in page.text
    assert browser.get("/digests/1.json").text == to_json(store.made[1])
    mail = browser.get("/digests/1/mail")
    assert "style=" not in mail.text
    assert 'href="/digests/1/mail.css"' in mail.text
    assert ".invalid" not in mail.text
    sheet = browser.get("/digests/1/mail.css")
    assert sheet.headers["content-type"] == "text/css; charset=utf-8"
    for path in ("/digests/99", "/digests/99.json", "/digests/99/mail", "/digests/99/mail.css", "/digests/x"):
        assert browser.get(path).status_code == 404
    for place in ("x", "2026-11-20", "2026-11-20.x", "2026-02-30.1", "20261120.1"):
        assert browser.get(f"/brands/molenaar/digests?before={place}").status_code == 400


def test_many_digests_are_dressed_and_few_remembered(store: FakeArchive, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each once while it is remembered."""
    from listener.web import mailed

    dressed: list[date] = []

    class Counting:
        def __call__(self, digest: object) -> Dressed:
            dressed.append(getattr(digest, "on"))  # noqa: B009 - whatever it is
            return Dressed(subject="s", html="<head></head>", text="t")

    monkeypatch.setattr(mailed, "Renderer", Counting)
    store.made = {number: b.digest(on=b.FRIDAY - timedelta(days=number)) for number in range(1, 21)}
    browser = site(store)
    for number in [*range(1, 21), 20, 1]:
        browser.page(f"/digests/{number}")
    assert len(dressed) == 21


def test_the_bytes_are_shown_as_text_and_given_as_they_came(store: FakeArchive) -> None:
    """Nothing in them is rendered; the download has the fingerprint's bytes under a name of ours; what is gone is said to be."""
    body = b'<script>alert(1)</script>\xff\x00 & "quotes"\r\n'
    fingerprint = hashlib.sha256(body).hexdigest()
    store.kept = [b.kept(1, document=fingerprint)]
    store.bodies = {fingerprint: body}
    browser = site(store)
    html = browser.page("/mentions/1/document")
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)" in html
    raw = browser.get("/mentions/1/document.txt")
    assert hashlib.sha256(raw.content).hexdigest() == fingerprint
    assert raw.headers["content-disposition"] == 'attachment; filename="document.txt"'
    assert raw.headers["content-type"] == "application/octet-stream"
    assert "default-src 'none'" in raw.headers["content-security-policy"]
    store.bodies = {}
    assert "The bytes are not kept any more" in outline(site(store).page("/mentions/1/document")).text
    assert site(store).get("/mentions/1/document.txt").status_code == 404
    assert site(store).get("/mentions/2/document").status_code == 404
    store.bodies = {fingerprint: b"x" * 5_000_000}
    long = site(store).page("/mentions/1/document")
    assert "The first 60,000 bytes:" in outline(long).text
    assert len(long) <= 100_000


def test_many_sources_are_told_brand_by_brand(store: FakeArchive) -> None:
    """Of more than forty a page at a time, and each brand leads to its own; a brand that is not there is refused."""
    store.known.append(b.brand(key="bol", name="Bol"))
    store.placed += [state(f"m{number:03}", brand="molenaar") for number in range(60)]
    store.placed += [state("bol-feed", brand="bol", failures=3, last=run("bol-feed", outcome=Outcome.FAILED))]
    browser = site(store)
    html = browser.page("/sources")
    text = outline(html).text
    assert html.count('<article class="source') == 40
    assert "Bol 1 source · 1 in trouble" in text
    mine = browser.page("/sources?brand=molenaar")
    assert mine.count('<article class="source') == 40
    assert "1 to 40 of 61" in outline(mine).text
    assert 'href="/sources?brand=molenaar&amp;page=2"' in mine
    assert browser.get("/sources?brand=nobody").status_code == 404


def test_a_thousand_words_are_no_fault(store: FakeArchive) -> None:
    """The first are looked for, and the page says so, is light, and its links hold no more than it read."""
    html = site(store).page("/brands/molenaar/mentions?q=" + "+".join(f"woord{number}" for number in range(1000)))
    assert "only the first were looked for" in outline(html).text
    assert len(html) <= 100_000


def test_another_brands_things_are_not_there(store: FakeArchive) -> None:
    """A shared link to one brand opens no story, digest, document or comparison of another, by no id."""
    store.known.append(b.brand(key="bol", name="Bol"))
    other = b.kept(9, title="Bollengeheim")
    store.kept.append(replace(other, story=9, judged=replace(other.judged, mention=replace(other.judged.mention, brand="bol"))))
    store.made = {5: b.digest(brand="bol"), 6: b.digest()}
    browser = site(store, who="stranger")
    shared(store, browser, "molenaar")
    for path in (
        "/mentions/9",
        "/mentions/9.json",
        "/mentions/9/document",
        "/mentions/9/document.txt",
        "/stories/9",
        "/stories/9.json",
        "/digests/5",
        "/digests/5.json",
        "/digests/5/mail",
        "/digests/5/mail.css",
        *(f"/brands/bol{page}" for page in ("", "/mentions", "/stories", "/themes", "/coverage", "/digests", "/mentions.json")),
        "/sources?brand=bol",
    ):
        assert browser.get(path).status_code == 404, path
    assert browser.get("/digests/6").status_code == 200
    assert browser.get("/stories/1").status_code == 200
    for path in ("/compare", "/compare.json", "/sources", "/sources.json", "/brands/molenaar/mentions?q=bollengeheim"):
        assert "Bol" not in outline(browser.page(path)).text.replace("Bollen", "").replace("bollengeheim", "")


def test_a_shared_period_holds_in_every_room(store: FakeArchive) -> None:
    """Search, stories and their sizes, digests and numbers are cut to the days of the link."""
    store.kept[3] = replace(store.kept[3], collected_at=b.NOON - timedelta(days=10))
    store.kept[1] = replace(store.kept[1], collected_at=b.NOON - timedelta(days=10))
    store.made = {5: b.digest(), 6: b.digest(on=b.FRIDAY - timedelta(days=9))}
    browser = site(store, who="stranger")
    shared(store, browser, "molenaar", b.FRIDAY - timedelta(days=6), b.FRIDAY)
    found = browser.get("/brands/molenaar/mentions.json?q=pompen").json()["mentions"]
    assert [one["id"] for one in found] == [3, 1]
    assert "2 mentions" in outline(browser.page("/brands/molenaar/mentions?q=pompen")).text
    assert browser.get("/stories/1.json").json()["items"] == 2
    assert [one["items"] for one in browser.get("/brands/molenaar/stories.json").json()["stories"]] == [2]
    assert browser.get("/digests/5").status_code == 200
    assert browser.get("/digests/6").status_code == 404
    assert [one["id"] for one in browser.get("/brands/molenaar/digests.json").json()["digests"]] == [5]
    assert browser.get("/brands/molenaar?from=2026-01-01&to=2026-11-20").status_code == 200
    days = browser.get("/brands/molenaar.json?from=2026-11-10&to=2026-11-20").json()["days"]
    assert [day["mentions"] for day in days] == [None] * 4 + [0] * 6 + [2]


def test_owned_posts_are_found_and_said_to_be_owned(store: FakeArchive) -> None:
    """The filter tells who speaks."""
    store.kept.append(b.kept(8, media=Media.OWNED))
    browser: Browser = site(store)
    assert [one["id"] for one in browser.get("/brands/molenaar/mentions.json?media=owned").json()["mentions"]] == [8]


def test_a_story_volume_knows_when_it_stands_alone() -> None:
    """What is not grouped yet has a number below zero, and no page of its own."""
    kept = b.kept(5)
    from zoneinfo import ZoneInfo

    from listener.web.views import story_view

    volume = StoryVolume(story=-5, items=1, voices=1, negative=0, first=kept, last_at=kept.at)
    view = story_view(volume, ZoneInfo("Europe/Amsterdam"))
    assert view.is_alone
    assert view.id == -5
