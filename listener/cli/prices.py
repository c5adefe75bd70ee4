"""What the queries on X would cost, by X's own counts of the last seven days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from listener.app import App
from listener.cli.session import open_app
from listener.core.errors import SourceError
from listener.core.purchases import MICROS, dollars
from listener.core.values import dataclass

# Days of a month, on average; X counts the last seven.
_MONTH = 365.25 / 12
_COUNTED = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """One query of a source: what X counts in seven days, and what that makes a month; or why nobody knows."""

    source: str
    query: str = ""
    posts: int = 0  # in seven days
    micros: int = 0  # a month
    paid: int = 0  # micro-dollars, for asking
    error: str = ""

    @property
    def monthly(self) -> int:
        """Posts a month, at the rate of these seven days."""
        return round(self.posts * _MONTH / _COUNTED)

    def as_row(self) -> dict[str, Any]:
        """For a program; money in US dollars."""
        if self.error:
            return {"source": self.source, "error": self.error}
        return {
            "source": self.source,
            "query": self.query,
            "posts_in_seven_days": self.posts,
            "posts_a_month": self.monthly,
            "dollars_a_month": self.micros / MICROS,
            "paid": self.paid / MICROS,
        }


def price_all(config: Path) -> Sequence[Priced]:
    """Ask X for counts, one paid call for each query of each source; what it says is kept as a yardstick for coverage."""
    with open_app(config) as app:
        return [one for source in app.sources if source.kind == "x" for one in _price(app, source.key, source.address)]


def _price(app: App, source: str, address: str) -> Iterator[Priced]:
    now = app.clock()
    try:
        for part, counts in app.x_place.count(source, address, now):
            app.archive.keep_counts(source, part.key, counts.hours, now)
            posts = Priced(source=source, query=part.query, posts=counts.total, paid=counts.cost)
            yield Priced(
                source=source,
                query=part.query,
                posts=counts.total,
                micros=posts.monthly * app.x_access.prices.post,
                paid=counts.cost,
            )
    except SourceError as fault:
        yield Priced(source=source, error=fault.detail)


def say_prices(prices: Sequence[Priced]) -> None:
    """A line for each query, and all of them together."""
    if not prices:
        return
    click.secho("X, by its own counts of the last seven days:", bold=True)
    for one in prices:
        if one.error:
            click.echo(f"  {one.source}: {one.error}")
        else:
            click.echo(f"  {one.source}: about {one.monthly:,} posts, ${one.micros / MICROS:,.2f} a month")
            click.echo(f"    {one.query}")
    known = [one for one in prices if not one.error]
    if len(known) > 1:
        posts, money = sum(one.monthly for one in known), sum(one.micros for one in known)
        click.echo(
            f"  together: about {posts:,} posts, ${money / MICROS:,.2f} a month; a post that several find is billed once a day"
        )
    if known:
        click.echo(f"  Asking cost ${dollars(sum(one.paid for one in known))}.")
    click.echo()
