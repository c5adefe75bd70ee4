"""Named points at which a test may end the process, to prove that dying there loses and doubles nothing.

The core only names the points; `listener.app` arms them from the environment, and by default they do nothing.
"""

from __future__ import annotations

from collections.abc import Callable

POINTS = (
    "x.reserved",  # money set aside, nothing asked
    "x.answered",  # X's answer in hand, nothing kept
    "x.kept",  # the page kept as it came, nothing of it read
    "x.settled",  # the page paid, its posts not stored
    "collect.fetched",  # bytes in hand, nothing stored
    "collect.matched",  # what was said of brands is found, nothing of it judged
    "collect.judged",  # and judged, nothing stored
    "collect.before_commit",  # rows written, transaction open
    "collect.after_commit",  # committed, nothing said yet
    "stories.before_commit",  # stories given to some mentions of an older archive, transaction open
    "queue.before_commit",  # claimed and handed over to the queue, transaction open
    "queue.after_commit",  # both stand
    "queue.taken",  # a worker has a job in hand, nothing of it done
    "backup.written",  # a backup is written, and not yet looked through
    "backup.before_naming",  # a backup is written and whole, and has not got its name
    "restore.before_naming",  # the same of a database's file that comes back
    "restore.before_commit",  # every table is back, transaction open
    "copy.before_commit",  # every table is copied and compared, transaction open
    "fill.before_commit",  # some mentions of an older archive indexed and counted, transaction open
    "strays.before_commit",  # some mentions that no index held taken up, transaction open
    "rebuild.before_commit",  # index and counts emptied, transaction open
    "migrate.before_commit",  # the schema brought up to date, transaction open
    "prune.before_commit",  # some entries let go of, transaction open
    "prune.after_commit",  # they are gone
    "forget.before_commit",  # somebody forgotten, transaction open
    "alert.before_commit",  # matters, alert and outbox written, transaction open
    "alert.after_commit",  # the alert stands, nothing sent
    "label.before_commit",  # a person's word written, transaction open
    "rematch.before_commit",  # a batch of stored entries asked again, transaction open
    "rematch.after_commit",  # it stands
    "digest.before_commit",  # snapshot and outbox written, transaction open
    "digest.after_commit",  # snapshot stands, nothing sent
    "outbox.claimed",  # a delivery is claimed, the server not yet asked
    "smtp.before_data",  # the server took the addresses and waits for the text; nothing is written down
    "outbox.handed",  # written down that the text leaves now, and not a byte of it has
    "smtp.mail_sent",  # the whole text is sent, the server's answer not yet read
    "smtp.after_accept",  # the server has it, we have not written that down
    "outbox.before_commit",  # just before that is written down
    "outbox.settled",  # written down
)

_hook: Callable[[str], None] | None = None


def arm(hook: Callable[[str], None] | None) -> None:
    """Have `hook` called with the name of each point that is reached; None disarms."""
    global _hook  # noqa: PLW0603 - one switch for the process is the purpose
    _hook = hook


def point(name: str) -> None:
    """Say that this point is reached."""
    if _hook is not None:
        _hook(name)
