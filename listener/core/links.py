"""The addresses in a mail that belong to its recipient alone."""

from __future__ import annotations

from datetime import datetime, timedelta

from listener.core.signing import Purpose, seal
from listener.core.values import dataclass

# A mail is found back after months, and leaving must still work then (CAN-SPAM asks for 30 days); a label is about today's news.
LEAVING = timedelta(days=365)
LABELLING = timedelta(days=60)
# What a link of a preview stands for: no row of the outbox.
NOBODY = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Writes a recipient's own links; `page` is the address under which people reach the page, `secret` signs them."""

    page: str
    secret: bytes

    def unsubscribe(self, delivery: int, now: datetime) -> str:
        """Where one click (RFC 8058) or a person ends a digest; `delivery` is a row of the outbox."""
        return self._at("unsubscribe", seal(self.secret, Purpose.UNSUBSCRIBE, delivery, until=now + LEAVING))

    def preferences(self, delivery: int, now: datetime) -> str:
        """Where a person chooses what to get."""
        return self._at("preferences", seal(self.secret, Purpose.PREFERENCES, delivery, until=now + LEAVING))

    def label(self, delivery: int, mention: int, now: datetime) -> str:
        """Where the recipient of a row of the outbox says what a mention is."""
        return self._at("label", seal(self.secret, Purpose.LABEL, delivery, mention, until=now + LABELLING))

    def share(self, share: int, until: datetime) -> str:
        """Where anyone may read what is shared, until its time is over or it is revoked."""
        return f"{self.page.rstrip('/')}/share/{seal(self.secret, Purpose.SHARE, share, until=until)}"

    def evidence(self, evidence: int, until: datetime, share: int = NOBODY) -> str:
        """Where anyone who has the link may read one evidence report, until a moment or until the share is revoked.

        Both are numbers of the archive's.
        """
        return self._at("evidence", seal(self.secret, Purpose.EVIDENCE, evidence, share, until=until))

    def _at(self, what: str, token: str) -> str:
        return f"{self.page.rstrip('/')}/mail/{what}/{token}"
