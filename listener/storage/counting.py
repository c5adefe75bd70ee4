"""What counts, as SQL says it: a person's word before the machine's, and nothing that is put away."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func

from listener.core.labels import YES
from listener.storage import tables as t

# What counts: a person's word on the tone, else the machine's; what a person says is not about the brand counts nowhere.
TONE: ColumnElement[str] = func.coalesce(t.mention.c.label_tone, t.mention.c.tone)
INTENT: ColumnElement[str] = func.coalesce(t.mention.c.label_intent, t.mention.c.intent)
ABOUT: ColumnElement[bool] = func.coalesce(t.mention.c.label_about, YES) == YES
# What is not grouped yet is a story of its own, as in core.stories; no two of them share a number.
STORY: ColumnElement[int] = func.coalesce(t.mention.c.story_id, -t.mention.c.id)
VOICE: ColumnElement[int] = func.coalesce(t.mention.c.voice, -t.mention.c.id)
# What a later version of the query does not catch is put away: every list and count passes it over.
COUNTS = t.mention.c.put_away_at.is_(None)
