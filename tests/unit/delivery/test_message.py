"""What build, header and address promise about words that are somebody else's."""

from __future__ import annotations

import unicodedata
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listener.core.errors import Refused
from listener.delivery.message import address, build, header
from tests.builders import message

EXPECTED = {"from", "to", "subject", "date", "message-id", "auto-submitted", "list-id", "mime-version", "content-type"}
VECTORS = [
    "x\r\nBcc: e@x.org",
    "x\nBcc: e@x.org",
    "x\rBcc: e@x.org",
    "x\x0bBcc: e@x",
    "x\x85Bcc: e@x",
    "x\u2028Bcc: e@x",
    "=?utf-8?q?=0D=0ABcc=3A_e=40x.org?=",
    "=?utf-8?b?DQpCY2M6IGVAeA==?=",
    "x\x00y",
    "a\u202egnp.exe",
    "é" * 500,
    "😀" * 500,
    "   \t ",
    # and a few of our own
    "=\u200b?utf-8?q?=0D=0ABcc=3A_e=40x.org?=",
    "=?=?utf-8?q?=0D=0ABcc=3A_e=40x.org?=",
    "half \ud800 surrogate",
    "a" * 5000,
]


def read(mail: bytes) -> EmailMessage:
    """The mail as a parser on the other side reads it: the object in memory looks fine even when the bytes are not."""
    return message_from_bytes(mail, policy=policy.default)


def part(mail: EmailMessage, kind: str) -> str:
    """The content of the plain or HTML part."""
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


@pytest.mark.parametrize("words", VECTORS)
def test_no_words_in_a_subject_make_another_header(words: str) -> None:
    """Line ends, plain or hidden in RFC 2047 words, stay within the subject; what a server sees has our headers and no other."""
    made = read(build(message(subject=words)))
    assert {name.lower() for name in made} == EXPECTED
    assert len(made["Subject"]) <= 150
    assert part(made, "plain") == "Goedemorgen.\n"


@pytest.mark.parametrize("words", VECTORS)
def test_no_words_in_a_sender_or_recipients_name_make_another_address(words: str) -> None:
    """A brand's name may stand before an address; it never becomes one."""
    made = read(build(message(sender=f"{words} <listener@example.org>", to=f'"{words}" <lezer@example.org>')))
    assert {name.lower() for name in made} == EXPECTED
    assert [one.addr_spec for one in made["From"].addresses] == ["listener@example.org"]
    assert [one.addr_spec for one in made["To"].addresses] == ["lezer@example.org"]


@given(st.text(max_size=300) | st.text(alphabet="=?utf-8qb_0DA\r\n\u200b\u202e\ud800 é", max_size=80))
@settings(max_examples=60, deadline=None)
def test_a_header_line_is_harmless_whatever_goes_in(words: str) -> None:
    """No controls, no word that a parser decodes, never too long; and cleaning twice changes nothing."""
    line = header(words)
    assert not {unicodedata.category(letter) for letter in line} & {"Cc", "Cs", "Zl", "Zp"}
    assert "=?" not in line
    assert len(line) <= 140
    assert header(line) == line
    assert read(build(message(subject=words))).keys() == read(build(message())).keys()


def test_ordinary_words_stay_as_they_are() -> None:
    """Accents, signs and emoji are words like any other."""
    words = "Molenaar: 54 vermeldingen, 17 negatief – café ☕ 100 %"
    assert header(words) == words
    assert read(build(message(subject=words)))["Subject"] == words


@pytest.mark.parametrize(
    "body", ["half \ud800 surrogate", "nul \x00 and bell \x07", "a" * 5000, "é" * 5000, "x\rBcc: e@x.org\r\n.\r\n", ""]
)
def test_no_body_fails_a_send_or_breaks_a_line(body: str) -> None:
    """Every body becomes ASCII lines shorter than 998 bytes that read back, and headers stay what they were."""
    raw = build(message(text=body, html=f"<p>{body}</p>"))
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) < 998
    assert b"\n" not in raw.replace(b"\r\n", b"")
    made = message_from_bytes(raw, policy=policy.default)
    assert {name.lower() for name in made} == EXPECTED
    if body.isprintable():
        assert part(made, "plain").rstrip("\n") == body


@given(
    st.text(
        alphabet=st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")) | st.sampled_from(" .=\n\r\t"), max_size=400
    )
)
@settings(max_examples=60, deadline=None)
def test_every_body_reads_back_as_it_was(body: str) -> None:
    """Both parts, whatever their lines hold, end with or begin with; and the bytes are those that a server takes."""
    raw = build(message(text=body, html=f"<p>{body}"))
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(map(len, raw.split(b"\r\n"))) < 998
    made = message_from_bytes(raw, policy=policy.default)
    lines = body.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")
    assert part(made, "plain") == f"{lines}\n"
    assert part(made, "html") == f"<p>{lines}\n"
    assert made.defects == []
    assert build(message(text=body, html=f"<p>{body}")) == raw


def test_the_text_comes_first_and_html_last() -> None:
    """Mail programs show the last alternative they understand."""
    made = read(build(message()))
    assert made.get_content_type() == "multipart/alternative"
    assert [one.get_content_type() for one in made.iter_parts()] == ["text/plain", "text/html"]


def test_a_long_address_in_a_header_stays_an_address() -> None:
    """The standard library would write a long List-Unsubscribe as RFC 2047 words, which no mail program follows."""
    target = f"<https://listener.example.org/unsubscribe/{'k' * 180}>"
    mail = build(message(headers=(("List-Unsubscribe", target),)))
    assert f"List-Unsubscribe: {target}\r\n".encode() in mail


def test_a_mail_says_that_a_machine_sent_it() -> None:
    """Out-of-office replies stay away from automatic mail, whether or not the caller thought of it."""
    assert read(build(message(headers=())))["Auto-Submitted"] == "auto-generated"
    assert read(build(message(headers=(("Auto-Submitted", "auto-replied"),))))["Auto-Submitted"] == "auto-replied"


@pytest.mark.parametrize("name", ["Bcc", "to", "Content-Type", "Resent-To", "X Y", "X:", "", "X\r\nBcc"])
def test_a_header_that_is_not_the_callers_is_a_bug(name: str) -> None:
    """No second recipient and no second body, not even from our own code."""
    with pytest.raises(ValueError, match="is not a header"):
        build(message(headers=((name, "x"),)))


def test_a_header_of_ours_is_cleaned_too() -> None:
    """A brand's key in a List-ID is still somebody's words."""
    made = read(build(message(headers=(("List-ID", "x\r\nBcc: e@x.org"),))))
    assert "Bcc" not in made
    assert made["List-ID"] == "x Bcc: e@x.org"


@pytest.mark.parametrize(
    ("text", "name", "spec"),
    [
        ("lezer@example.org", "", "lezer@example.org"),
        (" Lezer <lezer+digest@example.org> ", "Lezer", "lezer+digest@example.org"),
        ('"Pompen, Molenaar" <a.b@example.org>', "Pompen, Molenaar", "a.b@example.org"),
        ("root@localhost", "", "root@localhost"),
        ("Jörg <j@bücher.example>", "Jörg", "j@xn--bcher-kva.example"),
    ],
)
def test_an_address_is_read_with_or_without_a_name(text: str, name: str, spec: str) -> None:
    """The domain comes in its ASCII form."""
    found = address(text)
    assert (found.display_name, found.addr_spec) == (name, spec)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "lezer",
        "@example.org",
        "lezer@",
        "a@b@c",
        "a@b.example, c@d.example",
        "a@b.example>, <c@d.example",
        "<a@b.example> <c@d.example>",
        "a b@example.org",
        ".a@example.org",
        "a..b@example.org",
        '"a b"@example.org',
        f"{'a' * 65}@example.org",
        "a@exa mple.org",
        "a@-example.org",
        "a@example..org",
        f"a@{'b' * 64}.org",
        "a@[127.0.0.1]",
        "a@example.org\r\nBcc: e@x.org",
        "=?utf-8?q?x?=@example.org",
        "half\ud800@example.org",
        "a@half\ud800.example",
    ],
)
def test_what_is_not_one_address_is_refused(text: str) -> None:
    """A wrong address is a person's to mend, and is told in one printable line."""
    with pytest.raises(Refused) as told:
        address(text)
    assert str(told.value).isprintable()


def test_letters_that_servers_do_not_take_are_named() -> None:
    """An accent before the @ is refused in words that say so."""
    with pytest.raises(Refused, match="only plain letters before the @"):
        address("jörg@example.org")
