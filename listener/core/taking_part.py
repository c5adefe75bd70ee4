"""Whether the brand takes part: for each mention answered, not answered as far as we looked, or not observable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from listener.core.values import dataclass


class Answered(StrEnum):
    """Whether the brand answered a mention, as far as anybody outside can see."""

    ANSWERED = "answered"
    NOT_SEEN = "not answered as far as we looked"
    NOT_OBSERVABLE = "not observable"  # nobody listened to the brand's own posts, or there is nothing to answer to


class How(StrEnum):
    """What tells that a post answers a mention."""

    REPLY = "reply"  # it says itself that it replies to it
    CONVERSATION = "conversation"  # it stands in the same conversation, later
    NONE = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A mention, or a post of the brand itself, as far as answering goes; ids are the place's own."""

    guid: str
    at: datetime
    conversation: str = ""
    in_reply_to: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is known of the brand's first answer to a mention; `at` and `link` are its own, `looked_until` is how far we looked."""

    state: Answered
    how: How = How.NONE
    at: datetime | None = None
    link: str = ""
    looked_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """The brand's own posts were heard in all of [since, until), but for what lies in `holes`."""

    since: datetime
    until: datetime
    holes: tuple[tuple[datetime, datetime], ...] = ()


def answers(mentions: Iterable[Said], own: Iterable[Said], heard: Sequence[Listening]) -> Mapping[str, Answer]:
    """The answer to each mention, by its id.

    First what says itself that it replies to the mention, then what the brand said later in the same conversation. Without an
    answer it counts as looked for only where the brand's own posts were heard from the mention on; a private message, the
    telephone and accounts that nobody named are beyond anybody's sight and never count as "not answered".
    """
    replies: dict[str, Said] = {}
    talks: dict[str, list[Said]] = {}
    for one in sorted(own, key=lambda said: (said.at, said.guid)):
        if one.in_reply_to:
            replies.setdefault(one.in_reply_to, one)
        if one.conversation:
            talks.setdefault(one.conversation, []).append(one)
    return {one.guid: _answer(one, replies.get(one.guid), talks.get(one.conversation, ()), heard) for one in mentions}


def _answer(mention: Said, reply: Said | None, talk: Sequence[Said], heard: Sequence[Listening]) -> Answer:
    if reply is not None and reply.at >= mention.at:
        return Answer(state=Answered.ANSWERED, how=How.REPLY, at=reply.at, link=reply.link)
    later = next((one for one in talk if one.at >= mention.at and one.guid != mention.guid), None) if mention.conversation else None
    if later is not None:
        return Answer(state=Answered.ANSWERED, how=How.CONVERSATION, at=later.at, link=later.link)
    until = looked_until(mention.at, heard) if mention.guid else None
    if until is None:
        return Answer(state=Answered.NOT_OBSERVABLE)
    return Answer(state=Answered.NOT_SEEN, looked_until=until)


def looked_until(at: datetime, heard: Sequence[Listening]) -> datetime | None:
    """Until when an answer to what was said at a moment would have been seen; None where nobody could have seen one."""
    looked = [
        one.until
        for one in heard
        if one.since <= at < one.until and not any(since < one.until and until > at for since, until in one.holes)
    ]
    return max(looked, default=None)
