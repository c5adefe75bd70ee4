"""The archive's memory of themes: what a day's negative stories were about, frozen with the day."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date

from sqlalchemy import Engine, select

from listener.core.errors import StorageError
from listener.core.themes import Theme
from listener.storage import tables as t
from listener.storage.bulk import skip_known
from listener.storage.engine import reading, writing

_LONGEST = 100  # characters of a phrase


class ThemeStore:
    """Themes, in SQL."""

    _engine: Engine

    def keep_themes(self, brand: str, on: date, themes: Sequence[Theme]) -> None:
        """Keep the themes of a brand's day; those that stand there already stay."""
        if not themes:
            return
        with writing(self._engine) as connection:
            brand_id = connection.execute(select(t.brand.c.id).where(t.brand.c.key == brand)).scalar()
            if brand_id is None:
                raise StorageError(f"brand {brand} is not in the archive; run the command again")
            mine = t.theme.c.brand_id == brand_id
            # Two processes may compose one day at once: whoever is second finds the first one's rows, all of them.
            held = select(t.brand.c.id).where(t.brand.c.id == brand_id).with_for_update(key_share=True)
            connection.execute(held).all()
            if connection.execute(select(t.theme.c.place).where(mine, t.theme.c.on == on).limit(1)).first() is not None:
                return
            rows = [
                {
                    "brand_id": brand_id,
                    "on": on,
                    "place": place,
                    "phrase": one.phrase[:_LONGEST],
                    "language": one.language,
                    "mentions": json.dumps(one.mentions),
                    "stories": one.stories,
                    "voices": one.voices,
                }
                for place, one in enumerate(themes)
            ]
            connection.execute(skip_known(connection, t.theme), rows)

    def themes(self, brand: str, *, since: date, until: date) -> Sequence[tuple[date, Theme]]:
        """The themes of a brand's days in [since, until), the latest day first, each day's in their order."""
        rows = (
            select(*t.theme.c)
            .join_from(t.theme, t.brand)
            .where(t.brand.c.key == brand, t.theme.c.on >= since, t.theme.c.on < until)
            .order_by(t.theme.c.on.desc(), t.theme.c.place)
        )
        with reading(self._engine) as connection:
            return [
                (
                    row["on"],
                    Theme(
                        phrase=row["phrase"],
                        language=row["language"],
                        mentions=tuple(json.loads(row["mentions"])),
                        stories=row["stories"],
                        voices=row["voices"],
                    ),
                )
                for row in connection.execute(rows).mappings()
            ]
