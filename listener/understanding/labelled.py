"""What people labelled, as an analyser is given it: the text that was judged, and the tone that a person says it has."""

from __future__ import annotations

from collections.abc import Iterable

from listener.core.kept import KeptMention
from listener.core.model import Text, Tone
from listener.understanding.judge import heard_of


def text_of(one: KeptMention, name: str = "") -> Text:
    """The text of a mention as the judge gives it to an analyser; `name` is the brand's."""
    return heard_of(one.judged.mention, one.judged.judgement.language, name=name, kind=one.kind).text


def toned(mentions: Iterable[KeptMention]) -> list[KeptMention]:
    """Those whose tone a person gave, and that he does not say are about something else; "unsure" is no truth to learn from."""
    return [one for one in mentions if one.labels.tone and one.tone is not Tone.UNSURE and one.about]
