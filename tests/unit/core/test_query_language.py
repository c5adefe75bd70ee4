"""The language sentence by sentence, as docs/reference/query-language.md has it: a query, an item, and whether it is in."""

from __future__ import annotations

import time

import pytest

from listener.core.errors import QueryError
from listener.core.query import Item, Matcher, parse_query

YES, NO = True, False


def holds(query: str, item: Item) -> bool:
    """Whether the query catches the item; the quick way, the way with reasons and the thorough way say the same."""
    matcher = Matcher({"q": parse_query(query)})
    found = matcher.hits(item) == ["q"]
    assert matcher.judge(item, "q").matched is found
    assert ("q" in matcher.match(item)) is found
    return found


@pytest.mark.parametrize(
    ("query", "text", "wanted"),
    [
        # AND, OR, NOT, brackets, and what binds before what
        ("acme AND pomp", "de pomp van Acme", YES),
        ("acme AND pomp", "de pomp", NO),
        ("acme OR pomp", "de pomp", YES),
        ("acme OR pomp", "niets", NO),
        ("acme pomp", "pomp: acme", YES),
        ("acme pomp", "pomp", NO),
        ("acme NOT vacature", "acme", YES),
        ("acme NOT vacature", "acme vacature", NO),
        ("acme AND NOT vacature", "acme vacature", NO),
        ("acme OR pomp AND gouda", "acme", YES),
        ("acme OR pomp AND gouda", "pomp", NO),
        ("(acme OR pomp) AND gouda", "acme", NO),
        ("acme OR pomp NOT gouda", "acme gouda", YES),
        ("acme OR pomp NOT gouda", "pomp gouda", NO),
        ("acme NOT (pomp OR gouda)", "acme gouda", NO),
        ("acme NOT (pomp AND gouda)", "acme gouda", YES),
        ("acme NOT NOT pomp", "acme", NO),
        ("acme NOT NOT pomp", "acme pomp", YES),
        ("gouda AND acme NEAR/1 pomp", "gouda acme pomp", YES),
        ("NOT vacature AND acme", "acme", YES),
        ("NOT acme NEAR/1 pomp AND gouda", "gouda acme x x pomp", YES),
        ("acme AND (pomp OR NOT gouda)", "acme", YES),
        ("acme AND (pomp OR NOT gouda)", "acme gouda", NO),
        ("acme and pomp", "acme pomp", NO),
        ("acme and pomp", "acme and pomp", YES),
        ("acme <<< de OR het AND ( >>> AND pomp", "acme pomp", YES),
        ("acme <<< AND iets >>>", "acme", YES),
        # words: whole, without case, accents and hidden signs
        ("acme", "ACME!", YES),
        ("acme", "acmes", NO),
        ("acme", "bacme", NO),
        ("acme", "acme's", YES),
        ("acme", "acme-pomp", YES),
        ("acme", "acme_pomp", YES),
        ("acme", "www.acme.nl", YES),
        ("acme", "acme2", NO),
        ("acme", "ac\u00adme", YES),
        ("acme", "ac\u200bme", YES),
        ("acme", "ＡＣＭＥ", YES),
        ("ＡＣＭＥ", "acme", YES),
        ("acme", "аcme", NO),  # the first letter is Cyrillic
        ("café", "cafe", YES),
        ("cafe", "CAFÉ", YES),
        ("cafe", "cafe\u0301", YES),
        ("straße", "STRASSE", YES),
        ("strasse", "Straße", YES),
        ("ijs", "ĳs", YES),
        ("İstanbul", "istanbul", YES),
        ("σίσυφος", "ΣΊΣΥΦΟΣ", YES),
        # signs are literal
        ("C++", "ik schrijf C++.", YES),
        ("C++", "ik schrijf C.", NO),
        ("C++", "ik schrijf ABC++", NO),
        ("Yahoo!", "bij Yahoo! gezien", YES),
        ("Yahoo!", "bij Yahoo gezien", NO),
        ("#acme", "kijk #Acme", YES),
        ("#acme", "kijk Acme", NO),
        ("#acme", "kijk #acmepomp", NO),
        ("@acme", "hoi @acme", YES),
        ("@acme", "hoi acme", NO),
        ("acme", "hoi @acme #acme", YES),
        ("H&M", "bij H&M", YES),
        ("H&M", "bij H & M", NO),
        ("AT&T", "AT&amp;T", YES),
        ("AT&T", "AT&amp;amp;T", YES),
        ("AT&amp;T", "AT&T", YES),
        (".NET", "met .NET 9", YES),
        (".NET", "met NET 9", NO),
        ("bol.com", "bij bol.com", YES),
        ("bol.com", "bij bol com", NO),
        ("q-park", "bij Q‑Park", YES),
        ("q-park", "bij q park", NO),
        ("o'neill", "bij O’Neill", YES),
        ("o’neill", "bij O'Neill", YES),
        ("50%", "wel 50% korting", YES),
        ("€5", "voor €5", YES),
        ("🙂", "leuk🙂", YES),
        # phrases
        ('"acme pomp"', "acme pomp", YES),
        ('"acme pomp"', "pomp acme", NO),
        ('"acme pomp"', "acme de pomp", NO),
        ('"acme pomp"', "acme\npomp", YES),
        ('"acme pomp"', "acme\r\n\r\n pomp", YES),
        ('"acme pomp"', "acme, pomp", YES),
        ('"acme pomp"', "acme-pomp", YES),
        ('"acme pomp"', "acme – pomp", YES),
        ('"acme pomp"', 'acme "pomp"', YES),
        ('"acme pomp"', "‘acme’ „pomp”", YES),
        ('"acme pomp"', "acme/pomp", YES),
        ('"acme pomp"', "acme\u00a0pomp", YES),
        ('"acme pomp"', "acmepomp", NO),
        ('"acme pomp"', "acme pompen", NO),
        ('"acme pomp"', "bacme pomp", NO),
        ('"acme pomp"', "ACME POMP", YES),
        ("“acme pomp”", "acme pomp", YES),
        ('"acme, pomp"', "acme pomp", YES),
        ('"c++ cursus"', "een C++-cursus", YES),
        ('"procter & gamble"', "procter & gamble", YES),
        ('"procter & gamble"', "procter en gamble", NO),
        ('"acme AND pomp"', "acme and pomp", YES),
        ('"acme AND pomp"', "acme pomp", NO),
        ('"van der valk"', "Van\tder – Valk", YES),
        ('"van der valk"', "van valk", NO),
        # NEAR and ONEAR
        ("acme NEAR/3 pomp", "acme een twee drie pomp", YES),
        ("acme NEAR/3 pomp", "acme een twee drie vier pomp", NO),
        ("acme NEAR/3 pomp", "pomp een twee drie acme", YES),
        ("acme ONEAR/3 pomp", "acme een pomp", YES),
        ("acme ONEAR/3 pomp", "pomp een acme", NO),
        ("acme NEAR pomp", "acme 1 2 3 4 pomp", YES),
        ("acme NEAR pomp", "acme 1 2 3 4 5 pomp", NO),
        ("acme ONEAR pomp", "pomp 1 acme 2 pomp", YES),
        ("acme NEAR/0 pomp", "pomp, acme", YES),
        ("acme NEAR/0f pomp", "acme pomp", YES),
        ("acme NEAR/0f pomp", "pomp acme", NO),
        ("acme NEAR/0f pomp", "acme de pomp", NO),
        ("acme NEAR/2f pomp", "acme 1 2 pomp", YES),
        ("acme NEAR/2f pomp", "pomp acme", NO),
        ("acme NEAR/1 pomp", "acme z'n pomp", YES),
        ("acme NEAR/0 acme", "acme", NO),
        ("acme NEAR/0 acme", "acme acme", YES),
        ("(acme OR bol) NEAR/1 (pomp OR fiets)", "bol en fiets", YES),
        ('"acme bv" NEAR/1 "blauwe pomp"', "acme bv heeft blauwe pomp", YES),
        ("acme NEAR/1 pomp NEAR/1 gouda", "acme pomp gouda", YES),
        ("acme NEAR/1 pomp NEAR/1 gouda", "gouda acme x pomp", YES),
        ("acme NEAR/1 pomp*", "pompen acme", YES),
        ("acme NEAR/1 {ING}", "acme ing", NO),
        # wildcards
        ("pomp*", "pomp", YES),
        ("pomp*", "pompinstallatie", YES),
        ("pomp*", "POMPEN2", YES),
        ("pomp*", "hydropomp", NO),
        ("pomp*", "po mp", NO),
        ("coolblue*", "coolblueklant", YES),
        ("coolblue*", "Coolblue-klant", YES),
        ("coolblue", "coolblueklant", NO),
        ("kl*t", "klant", YES),
        ("kl*t", "klt", YES),
        ("kl*t", "kleine kat", NO),
        ("kl*t", "kl-t", NO),
        ("customi?e", "customize", YES),
        ("customi?e", "customi1e", YES),
        ("customi?e", "customie", NO),
        ("customi?e", "customi-e", NO),
        ("customi?e", "customisze", NO),
        ("pomp?", "pomp", NO),
        ("pomp?", "pomp!", NO),
        ("pomp??", "pompen", YES),
        ('"acme pomp*"', "acme pompen", YES),
        ('"acme pomp* gouda"', "acme pompen van gouda", NO),
        ('"acme* pomp"', "acmes pomp", YES),
        (r"pomp\*", "pomp*", YES),
        (r"pomp\*", "pompen", NO),
        ("caf?", "café", YES),
        # exact case
        ("{ING}", "bij ING gekocht", YES),
        ("{ING}", "bij ing gekocht", NO),
        ("{ING}", "bij Ing gekocht", NO),
        ("{ING}", "LENING", NO),
        ("{ING}", "ING-pas", YES),
        ("{Bol}", "bol Bol", YES),
        ("{Acme Pomp}", "Acme-Pomp", YES),
        ("{Acme Pomp}", "Acme pomp", NO),
        ("{Citroen}", "Citroën", YES),
        ("{Citroën}", "Citroen", NO),
        # terms that overlap
        ('"acme pomp" AND "pomp gouda"', "acme pomp gouda", YES),
        ("bol AND bol.com", "bol.com", YES),
        ("acme AND acme* AND {Acme}", "Acme", YES),
        # context
        ("jumbo CONTEXT (supermarkt OR winkel)", "de Jumbo is een winkel", YES),
        ("jumbo CONTEXT (supermarkt OR winkel)", "een jumbo jet", NO),
        ("acme OR jumbo CONTEXT winkel", "acme", YES),
        ("acme NOT jumbo CONTEXT winkel", "acme jumbo", YES),
        ("acme NOT jumbo CONTEXT winkel", "acme jumbo winkel", NO),
        ("jumbo CONTEXT winkel CONTEXT kassa", "jumbo winkel", NO),
        ("jumbo CONTEXT winkel CONTEXT kassa", "jumbo winkel kassa", YES),
        ("jumbo NEAR/1 bon CONTEXT winkel", "jumbo bon uit de winkel", YES),
        ("jumbo CONTEXT (winkel NOT vliegtuig)", "jumbo winkel vliegtuig", NO),
        # scripts without spaces
        ("日本", "これは日本です", YES),
        ("東京", "京東", NO),
        ('"日本 東京"', "日本、東京", YES),
        ("ไทย", "ภาษาไทยง่าย", YES),
        ("sony", "これはSonyです", YES),
        ("삼성", "삼성은 크다", YES),
        ("ガス", "ｶﾞｽ", YES),
    ],
)
def test_what_the_words_mean(query: str, text: str, wanted: bool) -> None:
    """A bare term looks in title and text alike."""
    assert holds(query, Item("", text)) is wanted
    assert holds(query, Item(text, "")) is wanted
    assert holds(query, Item(text, "en verder niets")) is wanted
    assert holds(query, Item("en verder niets", text)) is wanted


@pytest.mark.parametrize(
    ("query", "item", "wanted"),
    [
        ("acme AND pomp", Item("acme", "pomp"), YES),
        ("acme NOT pomp", Item("acme", "pomp"), NO),  # NOT is about the whole item
        ("acme NOT title:pomp", Item("acme", "pomp"), YES),
        ('"acme pomp"', Item("acme", "pomp"), NO),  # title and text are apart
        ("acme NEAR/3 pomp", Item("acme", "pomp"), NO),
        ("acme NEAR/3 pomp", Item("pomp", "acme x pomp"), YES),
        ("acme NEAR/3 pomp OR acme NEAR/3 gouda", Item("acme", "gouda en acme"), YES),
        ("jumbo CONTEXT winkel", Item("jumbo", "winkel"), YES),
        ("title:acme", Item("Acme", ""), YES),
        ("title:acme", Item("", "Acme"), NO),
        ("title:acme*", Item("acmes", "x"), YES),
        ('title:"acme pomp"', Item("acme-pomp", ""), YES),
        ("title:(acme OR bol) AND pomp", Item("bol", "pomp"), YES),
        ("title:(acme AND pomp)", Item("acme", "pomp"), NO),
        ("title:{ING}", Item("ing", "ING"), NO),
        ("author:jan", Item("", "", author="Jan de Vries @jdv"), YES),
        ("author:@jdv", Item("", "", author="Jan de Vries @jdv"), YES),
        ("author:jan", Item("jan", "jan"), NO),
        ("acme", Item("", "", author="acme"), NO),
        ("outlet:telegraaf", Item("", "", outlet="De Telegraaf"), YES),
        ('outlet:"de telegraaf"', Item("", "", outlet="de Telegraaf"), YES),
        ("outlet:telegraaf", Item("telegraaf", "telegraaf"), NO),
        ("outlet:nu.nl", Item("", "", site="www.nu.nl"), YES),
        ("outlet:nu.nl", Item("", "", url="https://www.nu.nl/a"), YES),
        ("outlet:nu.nl", Item("", "", url="https://menu.nl/a"), NO),
        ("outlet:nu.nl", Item("", "", url="https://nu.nl/", outlet="ANP"), NO),
        ("outlet:(trouw NEAR/0 courant)", Item("", "", outlet="Trouw-courant"), YES),
        ("kind:rss", Item("", "", kind="rss"), YES),
        ("kind:RSS", Item("", "", kind="Rss"), YES),
        ("kind:google-alerts", Item("", "", kind="google-alerts"), YES),
        ("kind:(rss OR x)", Item("", "", kind="x"), YES),
        ("acme NOT kind:x", Item("acme", "", kind="x"), NO),
        ("acme NOT kind:x", Item("acme", ""), YES),
        ("site:nu.nl", Item("", "", site="nu.nl"), YES),
        ("site:nu.nl", Item("", "", url="https://sport.nu.nl/x"), YES),
        ("site:nu.nl", Item("", "", url="https://menu.nl/x"), NO),
        ("site:nu.nl", Item("", "", url="https://nu.nl.example.com/x"), NO),
        ("site:sport.nu.nl", Item("", "", url="https://nu.nl/x"), NO),
        ("site:www.nu.nl", Item("", "", url="https://nu.nl/x"), NO),
        ("site:NU.nl", Item("", "", site="https://nu.nl/pad"), YES),
        ("site:(nu.nl OR nos.nl)", Item("", "", site="nos.nl"), YES),
        ("acme NOT site:nu.nl", Item("acme", "", site="www.nu.nl"), NO),
        ("acme NOT site:nu.nl", Item("acme", ""), YES),
        ("tld:nl", Item("", "", url="https://acme.nl/"), YES),
        ("tld:.nl", Item("", "", site="acme.nl"), YES),
        ("tld:nl", Item("", "", url="https://nl.acme.com/nl"), NO),
        ("tld:uk", Item("", "", url="https://acme.co.uk/"), YES),
        ("lang:nl", Item("", "", language="nl"), YES),
        ("lang:nl", Item("", "", language="nl-BE"), YES),
        ("lang:nl", Item("", "", language=""), NO),
        ("lang:nl", Item("", "", language="und"), NO),
        ("acme NOT lang:en", Item("acme", "", language="en-US"), NO),
        ("acme NOT lang:en", Item("acme", "", language="nl"), YES),
        ("acme NOT lang:en", Item("acme", "", language=""), YES),
        ("acme NOT lang:en", Item("acme", "", language="und"), YES),
        ("acme lang:(nl OR en)", Item("acme", "", language="en"), YES),
    ],
)
def test_what_the_fields_mean(query: str, item: Item, wanted: bool) -> None:
    """Each looks at its own part of the item; where it is not known, no field is true and so every NOT is."""
    assert holds(query, item) is wanted


@pytest.mark.parametrize(
    ("query", "lines"),
    [
        ('acme OR "acme pomp"', []),
        ('acme "and" pomp', ['column 6: "and" is in nearly every text, and tells nothing apart']),
        ("acme and pomp", ['column 6: "and" is looked for as a word; as an operator it is AND, in capitals']),
        ("acme Or (pomp)", ['column 6: "Or" is looked for as a word; as an operator it is OR, in capitals']),
        ("not acme", ['column 1: "not" is looked for as a word; as an operator it is NOT, in capitals']),
        ("acme OR not pomp", ['column 9: "not" is looked for as a word; as an operator it is NOT, in capitals']),
        ("acme OF pomp", ['column 6: "OF" is looked for as a word; as an operator it is OR, in capitals']),
        ("acme ANDNOT pomp", ['column 6: "ANDNOT" is looked for as a word; as an operator it is NOT, in capitals']),
        ("acme AND a", ['column 10: "a" is a single letter or digit, and is found in very many texts']),
        ("acme AND #a AND {A} AND title:a AND 日", []),
        ("acme AND ab*", ['column 10: "ab*" fits very many words; give it another letter']),
        ("acme AND de", ['column 10: "de" is in nearly every text, and tells nothing apart']),
        ("acme AND {IT} AND site:(nu.nl OR de.nl) AND title:de", []),
        ("acme NOT lang:en", ["NOT lang:en keeps items whose language is not known"]),
        ("acme lang:(nl OR en)", [f"lang:{one} leaves out items whose language is not known" for one in ("nl", "en")]),
        ("acme NOT (bol NOT lang:nl)", ["lang:nl leaves out items whose language is not known"]),
        ("acme NEAR/3 de", ['column 13: "de" is in nearly every text, and tells nothing apart']),
    ],
)
def test_what_is_probably_not_meant_is_a_warning(query: str, lines: list[str]) -> None:
    """It is allowed, so the query works; `listener check` shows the lines."""
    assert list(parse_query(query).warnings) == lines


@pytest.mark.parametrize(
    ("query", "column"),
    [
        ("de", 1),
        ("x", 1),
        ('"x"', 1),
        ("7", 1),
        ("de OR het", 1),
        ("(the AND of) OR van", 2),
        ("de NEAR/3 het", 1),
        ("NOT acme AND de", 14),
        ("jumbo CONTEXT (NOT winkel)", 15),
        ("(NOT jumbo) CONTEXT winkel", 1),
        ("CONTEXT winkel", 1),
        ("jumbo CONTEXT", 7),
        ("kind:a/b", 6),
        ("kind:", 1),
        ("outlet: nu", 1),
        ("*", 1),
        ("a* OR acme", 1),
        ("?", 1),
        ("ac**me* OR ?*", 12),
        ("acme\ud800", 5),
        ("acme\x1b[2J", 5),
        ("lang:en OR NOT acme", 12),
        ("a " * 100_000, 100_001),
        ("w OR " * 50_000 + "w", 100_001),
        ("(" * 10_000 + "acme" + ")" * 10_000, 101),
        ("(" * 10_000, 101),
    ],
    ids=range(26),
)
def test_what_would_match_everything_or_take_forever_is_a_fault(query: str, column: int) -> None:
    """Words that every text has, wildcards without letters, queries without end: one line, at once."""
    start = time.process_time()
    with pytest.raises(QueryError) as fault:
        parse_query(query)
    assert fault.value.column == column
    assert "\n" not in fault.value.what
    assert time.process_time() - start < 5


def test_a_comment_is_no_part_of_the_normal_form() -> None:
    """So changing a comment makes no new version."""
    one, other = parse_query("acme <<< de pompen >>> OR bol"), parse_query("acme OR bol")
    assert str(one) == str(other) == "acme OR bol"
    assert one.version == other.version


def test_what_is_missing_is_named() -> None:
    """The name is there, and its context, or its language, is not: nearly a mention."""

    def missing(query: str, text: str, language: str = "") -> tuple[str, ...]:
        return Matcher({"q": parse_query(query)}).judge(Item("", text, language=language), "q").missing

    assert missing("jumbo CONTEXT (supermarkt OR winkel)", "een jumbo jet") == ("supermarkt OR winkel",)
    assert missing("jumbo CONTEXT winkel", "een winkel") == ()
    assert missing("acme OR jumbo CONTEXT winkel", "acme jumbo") == ("winkel",)
    assert missing("acme NOT jumbo CONTEXT winkel", "acme jumbo") == ()
    assert missing("acme AND lang:(nl OR en)", "acme", "fr") == ("lang:nl OR lang:en",)
    assert missing("acme AND pomp AND lang:nl", "acme", "fr") == ()
    assert missing("acme AND pomp", "acme") == ()


def test_the_reason_of_a_context_names_both() -> None:
    """The clause is what held: the name and those of its context that were there."""
    query = parse_query("jumbo CONTEXT (supermarkt OR winkel) CONTEXT kassa")
    match = Matcher({"q": query}).match(Item("jumbo", "winkel met kassa"))["q"]
    assert match.clauses == ("jumbo CONTEXT winkel CONTEXT kassa",)
    assert (match.title_spans, match.text_spans) == (((0, 5),), ((0, 6), (11, 16)))
    assert str(query) == "jumbo CONTEXT (supermarkt OR winkel) CONTEXT kassa"
    assert parse_query("title:(jumbo CONTEXT winkel)").tree == parse_query("title:jumbo CONTEXT title:winkel").tree


def test_a_fault_in_a_query_of_several_lines_has_the_line() -> None:
    """The column is that of the line; programs get the column of the whole as well."""
    with pytest.raises(QueryError) as fault:
        parse_query('acme OR\r\n  "pomp\r\nen')
    assert (fault.value.line_number, fault.value.line_column, fault.value.line) == (2, 3, '  "pomp')
    assert fault.value.column == 12
    assert str(fault.value) == "the phrase that starts at line 2, column 3 is never closed"
    assert str(QueryError("oh no", query="acme", column=3)) == "column 3: oh no"


@pytest.mark.parametrize(
    ("query", "text", "wanted"),
    [
        ('"a1 b1"', "a1\nb1", YES),
        ('"a1 b1"', "a1, b1", YES),
        ('"a1 b1"', "a1/b1", YES),
        ('"a1 b1"', "\u201ca1\u201d \u201cb1\u201d", YES),
        ('"a1-b1"', "a1 b1", NO),
        ("Yahoo!", "yahoo wins", NO),
        ("a1 NEAR/0f b1", "b1 a1", NO),
        ("a1 NEAR b1", "a1 w w w w b1", YES),
        ("a1 NEAR b1", "a1 w w w w w b1", NO),
        ("po*p", "pop", YES),
        ("pom*n", "pom een", NO),
        ("pomp?", "pomp", NO),
        ("jan's", "Jan\u2019s", YES),
        ("AT&T", "AT&amp;amp;T", YES),
        ('"a1 b1" AND "b1 c1"', "a1 b1 c1", YES),
        ("istanbul", "\u0130stanbul", YES),
        ("\u0131sparta", "Isparta", NO),
        ("strasse", "Stra\u00dfe", YES),
        ("\ufb01nance", "finance", YES),
        ("sony\u306e", "sony\u306e\u65b0", YES),
        ('"\u65e5 \u672c"', "\u65e5\u3001\u672c", YES),
        ("\u65e5\u672c", "\u65e5 \u672c", NO),
        ("kpn", "KPN_klant", YES),
        ('"a1 b1"', f"a1 {'. ' * 24} b1", YES),
        ('"a1 b1"', f"a1 {'. ' * 30} b1", NO),
        ('"a1 b1"', f"\u20ac a1 {'. ' * 30} b1", NO),
    ],
)
def test_nobody_has_to_guess(query: str, text: str, wanted: bool) -> None:
    """The edges of each rule, one by one."""
    assert holds(query, Item("", text)) is wanted


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("nescaf\u00e9", "Lekkere Nescafe\u0301 hier", "Nescafe\u0301"),
        ("istanbul", "In \u0130stanbul nu", "\u0130stanbul"),
        ("at&t", "bij AT&amp;T nu", "AT&amp;T"),
        ("strasse", "de Stra\u00dfe op", "Stra\u00dfe"),
        ("coolblue", "de cool\u00adblue app", "cool\u00adblue"),
        ("\u65e5\u672c", "\u3053\u308c\u306f\u65e5\u672c\u3067\u3059", "\u65e5\u672c"),
    ],
)
def test_what_is_marked_is_what_was_written(query: str, text: str, found: str) -> None:
    """Whatever folding did to the length of it."""
    ((start, end),) = Matcher({"": parse_query(query)}).match(Item("", text))[""].text_spans
    assert text[start:end] == found


def test_wide_letters_write_operators_too() -> None:
    """Letters, digits, brackets and the space of East Asian keyboards are those of any other; a wide sign of a name stays one."""
    wide = "（ｍｏｌｅｎａａｒ\u3000ＡＮＤ pomp*）ＯＲ bol ＮＥＡＲ／３ jan OR ｔｉｔｌｅ：acme"
    assert str(parse_query(wide)) == "molenaar AND pomp* OR bol NEAR/3 jan OR title:acme"
    assert holds("'s-Hertogenbosch OR 't NEAR/0 Hooge", Item(title="'t Hooge Huys", text=""))
