"""Lists that people bring: read with their faults by row, and known by keyed hashes alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.core import listed
from listener.core.listed import (
    MOST_ROWS,
    List,
    code_words_in,
    key_of,
    names_in,
    read_code_words,
    read_relations,
    read_sales,
    site,
    spoken,
)

SECRET = b"s" * 32
KEY = key_of(SECRET, "molenaar", List.RELATIONS)
CODE = key_of(SECRET, "molenaar", List.CODE_WORDS)


def test_a_name_is_known_without_its_legal_form_case_and_accents() -> None:
    """As it stands on a list and as it signs a post."""
    assert spoken("Jansén Pompen B.V.") == spoken("JANSEN pompen") == ("jansen", "pompen")
    assert spoken("B.V.") == ("bv",)
    assert site("https://www.Jansen.nl/contact?x=1") == site("info@jansen.nl") == "jansen.nl"
    assert not site("no site")
    assert set(names_in("Jansen BV", "@jansen", "www.jansen.nl")) == {"jansen", "handle:jansen", "site:jansen.nl"}
    assert list(names_in("", "", "De Stentor")) == ["de stentor"]


def test_a_list_of_relations_is_read_with_its_faults_by_row() -> None:
    """One broken row costs no other, and each says what is wrong with it."""
    text = (
        "Naam;Website;Soort;Account\n"
        "Jansen B.V.;jansen.nl;klant;@jansen\n"
        ";;;\n"
        "De Vries;geen adres;klant;\n"
        "Bakker;;vijand;\n"
        "jansen bv;;leverancier;\n"
        "!!!;;;\n"
        ";;klant;\n"
        "Pietersen;;;a b\n"
        f"{'x' * 300};;;\n"
        "a;b;c;d;e\n"
        "Smit;;;\n"
    )
    marks, faults = read_relations(text, KEY)
    assert {one.number for one in marks} == {2, 12}
    assert [one.kind for one in marks if one.number == 2] == ["customer"] * 3
    said = {one.row: one.what for one in faults}
    assert "is no address of a site" in said[4]
    assert "no kind of relation" in said[5]
    assert said[6] == "is the same as row 2"
    assert "holds no word" in said[7]
    assert said[8] == "names nobody"
    assert "no account" in said[9]
    assert "longer than 200" in said[10]
    assert "5 cells, and the heading 4" in said[11]


def test_a_list_without_a_heading_is_said() -> None:
    """A person is told which words were expected."""
    marks, faults = read_relations("Jansen,jansen.nl\n", KEY)
    assert not marks
    assert faults[0].row == 1
    assert "naam" in faults[0].what
    assert read_relations("", KEY)[1]


def test_ten_thousand_rows_are_taken_and_no_more() -> None:
    """With faults among them, each by its row."""
    rows = "\n".join(f"Relatie {number},{'x' if number % 100 else '???'}" for number in range(MOST_ROWS + 5))
    marks, faults = read_relations(f"name,kind\n{rows}\n".replace(",x\n", ",klant\n").replace(",x", ",klant"), KEY)
    assert len(marks) == MOST_ROWS - 100
    assert faults[0].row == 2
    assert "at most 10000 rows" in faults[-1].what


def test_a_hash_depends_on_the_secret_the_brand_and_the_list() -> None:
    """So that no table of hashes made elsewhere tells a name."""
    others = [key_of(b"t" * 32, "molenaar", List.RELATIONS), key_of(SECRET, "other", List.RELATIONS), CODE]
    assert len({KEY("jansen"), *(one("jansen") for one in others)}) == 4
    assert KEY("jansen") == key_of(SECRET, "molenaar", List.RELATIONS)("jansen")


def test_code_words_are_found_whole_and_only_whole() -> None:
    """One word or several in a row, whatever the case; never a part of a word."""
    marks, faults = read_code_words(
        "# geheim\nProject Zilvermeeuw\nx12\nNachtegaal\nnachtegaal\n" + "een twee drie vier vijf zes zeven\n", CODE
    )
    assert [one.words for one in marks] == [2, 1]
    assert [one.row for one in faults] == [3, 5, 6]
    wanted, lengths = frozenset(one.mark for one in marks), [1, 2]
    known: dict[str, bool] = {}
    assert code_words_in("Het heet project zilvermeeuw, hoor ik.", CODE, wanted, lengths, known)
    assert code_words_in("NACHTEGAAL!", CODE, wanted, lengths, known)
    assert not code_words_in("Nachtegalen en zilvermeeuwen, project!", CODE, wanted, lengths, known)
    assert len(read_code_words("\n".join(f"woord{n}" for n in range(MOST_ROWS + 1)), CODE)[0]) == MOST_ROWS


def test_what_was_asked_is_remembered_up_to_a_bound() -> None:
    """Text has few words often and many once; memory is not for ever."""
    known = dict.fromkeys((str(n) for n in range(500_001)), False)
    assert not code_words_in("nachtegaal", CODE, frozenset(), [1], known)
    assert len(known) == 1


def test_conversions_are_read_as_people_write_them() -> None:
    """Dutch and English days and amounts; a row that is there twice counts once."""
    text = "Datum;Bedrag;Wat;Vermelding\n20-11-2026;€ 1.234,56;offerte;12\n2026-11-20;10;bezoek;\n2026-11-20;10;bezoek;\nmorgen;1;;\n2026-11-20;veel;;\n2026-11-20;1e12;;\n2026-11-20;5;;abc\n"
    sales, faults = read_sales(text)
    assert [(one.euros, one.mention) for one in sales] == [(1234.56, 12), (10.0, 0)]
    assert [one.row for one in faults] == [4, 5, 6, 7, 8]
    english, _ = read_sales('date,euros\n2026-11-20T10:00:00+01:00,"1,234.56"\n')
    assert english[0].euros == 1234.56


@given(st.text(max_size=200))
def test_any_text_is_read_without_raising(text: str) -> None:
    """Whatever somebody exported from whatever program."""
    for read in (lambda one: read_relations(one, KEY), lambda one: read_code_words(one, CODE), read_sales):
        read(f"name,date,euros\n{text}")
        read(text)


@pytest.mark.parametrize("text", ["name\n\0\n", 'name\n"a\n', "name\n" + "x" * 200_000 + "\n", "\ufeffname\r\nJansen\r\n"])
def test_odd_files_are_read(text: str) -> None:
    """Null bytes, open quotation marks, cells without end, a byte order mark."""
    marks, faults = read_relations(text, KEY)
    assert len(marks) + len(faults) >= 1


def test_bounds_hold_for_every_list(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred thousand sales are enough; a speaker without any name stands on no list."""
    monkeypatch.setattr(listed, "MOST_ROWS", 1)
    rows = "".join(f"2026-11-20,{number}\n" for number in range(12))
    sales, faults = read_sales(f"date,euros\n{rows}")
    assert len(sales) == 10
    assert "at most 10 rows" in faults[-1].what
    assert list(names_in("", "", "")) == []


def test_a_heading_that_cannot_be_read_is_a_fault_of_its_row() -> None:
    """One cell larger than any program writes."""
    assert "cannot be read" in read_sales("x" * 200_000 + ",date\n")[1][0].what
