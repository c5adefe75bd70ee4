"""Signed links: what was sealed is read back, and nothing else is."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.core.links import LEAVING, Links
from listener.core.signing import Expired, Forged, Purpose, seal, unseal

SECRET, OTHER = b"a" * 32, b"b" * 32
NOW = datetime(2026, 11, 20, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
NUMBERS = st.integers(0, 2**64 - 1)
TOKEN = seal(SECRET, Purpose.UNSUBSCRIBE, 7, 9, until=LATER)


@given(NUMBERS, NUMBERS, st.sampled_from(Purpose))
def test_what_was_sealed_is_read_back(first: int, second: int, purpose: Purpose) -> None:
    """Any two numbers, in letters that every mail program leaves alone."""
    token = seal(SECRET, purpose, first, second, until=LATER)
    assert unseal(SECRET, purpose, token, NOW) == (first, second)
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


@given(st.integers(0, len(TOKEN) - 1), st.sampled_from("ABCZaz019-_"))
def test_one_changed_letter_is_forged(place: int, letter: str) -> None:
    """Also where base64 has bits to spare."""
    changed = TOKEN[:place] + letter + TOKEN[place + 1 :]
    if changed != TOKEN:
        with pytest.raises(Forged):
            unseal(SECRET, Purpose.UNSUBSCRIBE, changed, NOW)


@pytest.mark.parametrize(
    "token", ["", "x", TOKEN[:-1], TOKEN + "A", "A" + TOKEN, TOKEN[: len(TOKEN) // 2], "../../etc/passwd", "…", TOKEN + "=", "%00"]
)
def test_anything_else_is_forged(token: str) -> None:
    """Empty, cut, lengthened, or something altogether different."""
    with pytest.raises(Forged):
        unseal(SECRET, Purpose.UNSUBSCRIBE, token, NOW)


def test_a_token_is_good_for_one_purpose_one_secret_and_its_time() -> None:
    """Leaving is not choosing, and another Listener's links are not ours."""
    for secret, purpose in ((SECRET, Purpose.LABEL), (OTHER, Purpose.UNSUBSCRIBE)):
        with pytest.raises(Forged):
            unseal(secret, purpose, TOKEN, NOW)
    with pytest.raises(Expired):
        unseal(SECRET, Purpose.UNSUBSCRIBE, TOKEN, LATER)


def test_a_form_of_another_time_is_expired() -> None:
    """A later Listener may write tokens in another form; ours of today say their version."""
    import hashlib
    import hmac

    body = bytes([2]) + base64.urlsafe_b64decode(TOKEN + "==")[1:21]
    mac = hmac.new(SECRET, b"listener link unsubscribe\0" + body, hashlib.sha256).digest()[:16]
    with pytest.raises(Expired):
        unseal(SECRET, Purpose.UNSUBSCRIBE, base64.urlsafe_b64encode(body + mac).decode().rstrip("="), NOW)


def test_a_short_secret_signs_nothing() -> None:
    """It could be guessed."""
    with pytest.raises(ValueError, match="32"):
        seal(b"short", Purpose.LABEL, 1, until=LATER)


def test_links_lead_to_the_page_and_last() -> None:
    """A row's two addresses, for a year, under the page's own address."""
    links = Links(page="https://x.example/listener/", secret=SECRET)
    leave, choose = links.unsubscribe(5, NOW), links.preferences(5, NOW)
    assert leave.startswith("https://x.example/listener/mail/unsubscribe/")
    assert choose.startswith("https://x.example/listener/mail/preferences/")
    almost = NOW + LEAVING - timedelta(seconds=1)
    assert unseal(SECRET, Purpose.PREFERENCES, choose.rpartition("/")[2], almost) == (5, 0)
