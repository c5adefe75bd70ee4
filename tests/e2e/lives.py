"""What the daemon does by itself and no verb does at once, for processes that may be killed."""

from __future__ import annotations

import resource
from pathlib import Path

from listener.cli import main
from listener.cli.session import open_app
from listener.core.job import Look

# The points of sending, in their order.
OUTBOX = (
    "outbox.claimed",
    "smtp.before_data",
    "outbox.handed",
    "smtp.mail_sent",
    "smtp.after_accept",
    "outbox.before_commit",
    "outbox.settled",
)
DIGEST = ("digest.before_commit", "digest.after_commit", *OUTBOX)
# The server has the mail, and our word on that is not written.
UNDECIDABLE = {"smtp.mail_sent", "smtp.after_accept", "outbox.before_commit"}


def look(config: str) -> None:
    """Look whether alerts are due, and send them, with what is unsent of earlier ones."""
    with open_app(Path(config)) as app:
        rules = tuple(one.key for one in app.settings.alerts)
        list(app.run(Look(rules=rules, alerts=tuple(app.archive.untold(app.clock())))))


def collect_within(config: str, limit: str) -> None:
    """Collect, where no file may grow beyond so many bytes."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
    main(["collect", "--config", config])
