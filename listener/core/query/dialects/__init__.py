"""Other tools' query languages: read as those tools read them, said in ours; and ours said in some of theirs."""

from __future__ import annotations

from collections.abc import Mapping

from listener.core.query.dialects.awario import AWARIO
from listener.core.query.dialects.brandwatch import BRANDWATCH
from listener.core.query.dialects.dialect import Dialect
from listener.core.query.dialects.google_alerts import GOOGLE_ALERTS
from listener.core.query.dialects.lost import Lost
from listener.core.query.dialects.mediacloud import MEDIA_CLOUD
from listener.core.query.dialects.meltwater import MELTWATER
from listener.core.query.dialects.read import Translation, read
from listener.core.query.dialects.syften import SYFTEN
from listener.core.query.dialects.talkwalker import TALKWALKER
from listener.core.query.dialects.x_search import X

__all__ = ["DIALECTS", "Dialect", "Lost", "Translation", "read"]

# What a person calls them; the dialect is always named, never guessed: the same signs mean other things.
DIALECTS: Mapping[str, Dialect] = {
    "awario": AWARIO,
    "brandwatch": BRANDWATCH,
    "google-alerts": GOOGLE_ALERTS,
    "mediacloud": MEDIA_CLOUD,
    "meltwater": MELTWATER,
    "syften": SYFTEN,
    "talkwalker": TALKWALKER,
    "x": X,
}
