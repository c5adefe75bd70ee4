"""`listener privacy`: one sheet for a privacy officer or a works council, written from the running configuration."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click
from sqlalchemy.engine import make_url

from listener.cli.options import config_option
from listener.cli.session import read_settings
from listener.config import Settings
from listener.reports.privacy import PrivacyFacts, as_page, as_text, sheet


@click.command(name="privacy")
@click.option("--language", type=click.Choice(["nl", "en"]), help="Of the sheet; the listener's own by default.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write it there, as a page (.html) or as text.")
@config_option
def command(language: str | None, out: Path | None, config: Path) -> None:
    """Say what is listened to, what is kept, for how long and who sees it. Touches neither archive nor source."""
    settings = read_settings(config)
    made = sheet(facts_of(settings), language or settings.listener.language)
    if out is None:
        click.echo(as_text(made), nl=False)
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(as_page(made) if out.suffix in {".html", ".htm"} else as_text(made), encoding="utf-8")
    click.echo(out)


def facts_of(settings: Settings) -> PrivacyFacts:
    """What a configuration says about privacy."""
    listener = settings.listener
    addresses = {to for plan in settings.digests for to in plan.to}
    addresses |= {to for rule in settings.alerts for to in rule.to if not to.startswith("channel:")}
    addresses |= {to for one in settings.brands if one.evidence is not None for to in one.evidence.to}
    domains = Counter(one.rpartition("@")[2] for one in addresses)
    x = any(one.kind == "x" for one in settings.sources)
    return PrivacyFacts(
        brands=[one.brand.name for one in settings.brands],
        sources=[(one.kind, one.key) for one in settings.sources],
        days=settings.retention.days,
        database=make_url(listener.database).render_as_string(hide_password=True),
        mail_server=f"{settings.smtp.host}:{settings.smtp.port}",
        readers=sorted(domains.items()),
        channels=[f"{one.key} ({one.kind})" for one in settings.channels],
        page=listener.base_url,
        operator=listener.operator,
        contact=settings.network.contact,
        buys_x=x and settings.x.monthly_budget > 0,
        names_x=x and settings.x.authors,
        staff=len({account for one in settings.brands if one.evidence is not None for account in one.evidence.staff}),
    )
