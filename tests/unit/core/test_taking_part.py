"""Taking part: answered, not answered as far as we looked, or not observable."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from listener.core.taking_part import Answer, Answered, How, Listening, Said, answers
from tests.builders import NOON

HOUR = timedelta(hours=1)
ASKED = Said(guid="1", at=NOON, conversation="1")
REPLY = Said(guid="9", at=NOON + 2 * HOUR, conversation="1", in_reply_to="1", link="https://x.com/i/status/9")
HEARD = [Listening(since=NOON - HOUR, until=NOON + 9 * HOUR)]


def test_a_reply_is_an_answer_with_its_time() -> None:
    """The first of them, before anything else in the conversation."""
    sooner = Said(guid="8", at=NOON + HOUR, conversation="1")
    later = replace(REPLY, guid="10", at=NOON + 3 * HOUR)
    found = answers([ASKED], [later, REPLY, sooner], HEARD)
    assert found == {"1": Answer(state=Answered.ANSWERED, how=How.REPLY, at=REPLY.at, link=REPLY.link)}


def test_a_later_word_in_the_conversation_is_an_answer() -> None:
    """An earlier one is not, nor is one in another conversation, nor a mention that is the brand's own."""
    before = Said(guid="0", at=NOON - HOUR, conversation="1")
    elsewhere = Said(guid="7", at=NOON + HOUR, conversation="5")
    deeper = Said(guid="8", at=NOON + HOUR, conversation="1", in_reply_to="4")
    assert answers([ASKED], [before, elsewhere], HEARD)["1"].state is Answered.NOT_SEEN
    assert answers([ASKED], [before, elsewhere, deeper], HEARD)["1"].how is How.CONVERSATION
    assert answers([ASKED], [ASKED], HEARD)["1"].state is Answered.NOT_SEEN
    assert answers([replace(ASKED, conversation="")], [deeper], HEARD)["1"].state is Answered.NOT_SEEN


def test_not_answered_says_how_far_we_looked() -> None:
    """To the end of what was heard of the brand's own posts."""
    assert answers([ASKED], [], HEARD)["1"] == Answer(state=Answered.NOT_SEEN, looked_until=NOON + 9 * HOUR)


def test_where_nobody_listened_nothing_is_claimed() -> None:
    """No ears for the brand's own posts, ears that came too late, or a hole after the mention: not observable."""
    hole = Listening(since=NOON - HOUR, until=NOON + 9 * HOUR, holes=((NOON + HOUR, NOON + 2 * HOUR),))
    late = Listening(since=NOON + HOUR, until=NOON + 9 * HOUR)
    for heard in ([], [late], [hole]):
        assert answers([ASKED], [], heard)["1"].state is Answered.NOT_OBSERVABLE
    past = replace(hole, holes=((NOON - 2 * HOUR, NOON - HOUR),))
    assert answers([ASKED], [], [past])["1"].state is Answered.NOT_SEEN


def test_a_reply_from_before_the_mention_is_none() -> None:
    """Clocks that disagree do not make an answer."""
    assert answers([ASKED], [replace(REPLY, at=NOON - HOUR, conversation="")], HEARD)["1"].state is Answered.NOT_SEEN
