"""The archive's memory of what people want of their mail, and of addresses that do not exist any more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Engine, bindparam, select

from listener.core.mail import EVERY, Choice, same_address
from listener.storage import tables as t
from listener.storage.bulk import upsert
from listener.storage.chunks import chunks
from listener.storage.engine import reading, writing

_CHOICES = select(t.subscription).where(
    t.subscription.c.digest.in_(bindparam("digests", expanding=True)),
    t.subscription.c.address.in_(bindparam("addresses", expanding=True)),
)


class SubscriptionStore:
    """Choices by digest and address, in SQL."""

    _engine: Engine

    def choices(self, digest: str, addresses: Iterable[str]) -> Mapping[str, Choice]:
        """What each of these addresses (as given) wants of a digest; one that never said anything is left out."""
        names = {address: same_address(address) for address in addresses}
        found: dict[str, dict[str, Choice]] = {}
        with reading(self._engine) as connection:
            for some in chunks(sorted(set(names.values()))):
                for row in connection.execute(_CHOICES, {"digests": [digest, EVERY], "addresses": some}):
                    choice = Choice(active=row.active, language=row.language, reason=row.reason)
                    found.setdefault(row.address, {})[row.digest] = choice
        return {address: _both(found[name], digest) for address, name in names.items() if name in found}

    def choose(self, digest: str, address: str, choice: Choice, now: datetime) -> None:
        """Remember what an address wants of a digest; the last word counts."""
        row = {
            "digest": digest,
            "address": same_address(address),
            "active": choice.active,
            "language": choice.language,
            "reason": choice.reason,
            "changed_at": now,
        }
        with writing(self._engine) as connection:
            connection.execute(upsert(connection, t.subscription, ("digest", "address"), row))

    def switched_off(self) -> Sequence[tuple[str, str, str, datetime]]:
        """(digest, address, reason, since) of all that is off, in that order; "*" stands for every digest."""
        off = select(t.subscription).where(t.subscription.c.active.is_(False))
        with reading(self._engine) as connection:
            rows = connection.execute(off.order_by(t.subscription.c.digest, t.subscription.c.address))
            return [(row.digest, row.address, row.reason, row.changed_at) for row in rows]


def _both(said: Mapping[str, Choice], digest: str) -> Choice:
    """A digest's own choice, and "no mail at all" over it."""
    own, everything = said.get(digest, Choice()), said.get(EVERY, Choice())
    return own if everything.active else Choice(active=False, language=own.language, reason=everything.reason)
