"""Draws what each kind of work costs as the archive grows, from lines that `bench/scale.py --json` wrote.

    python bench/growth_chart.py bench/growth.jsonl docs/pictures

Writes growth-<work>.svg for each: small enough for a telephone, several beside each other on a wide page, light or dark as the
reader's page is. A line may carry a `version` ("before" or "now"); of two lines about the same the later one counts. Sizes stand
beside each other as measured, and a thin line is the goal.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 340, 240, 46, 18, 50, 58
DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One picture: its file, its title, what it takes from a line, and the goals of the databases."""

    name: str
    title: str
    value: Callable[[Row], float]
    goals: Mapping[str, float]


def both(goal: float) -> dict[str, float]:
    """The same goal for either database."""
    return dict.fromkeys(DATABASES, goal)


PANELS = (
    Panel(
        name="visit",
        title="A visit that brings 2 new of 30, ms of CPU",
        value=lambda row: row["trickle"][2],
        goals={"sqlite": 2, "postgresql": 8},
    ),
    Panel(
        name="bulk",
        title="Mentions stored in a processor's second",
        value=lambda row: row["bulk, mentions/CPU s"],
        goals={"sqlite": 8_000, "postgresql": 10_000},
    ),
    Panel(
        name="search",
        title="Search, newest 50: p95, ms of CPU",
        value=lambda row: row["search"]["all of these"][3],
        goals=both(50),
    ),
    Panel(
        name="deep",
        title="A page 10,000 deep: p50, ms of CPU",
        value=lambda row: row["page of 50, 10,000 deep, one brand"][2],
        goals=both(5),
    ),
    Panel(
        name="digest", title="A digest's day of 550: p50, ms of CPU", value=lambda row: row["the same, in one"][2], goals=both(5)
    ),
    Panel(
        name="trend",
        title="90-day trend: p50, ms of CPU",
        value=lambda row: row["90-day trend, the largest brand"][2],
        goals=both(60),
    ),
    Panel(
        name="share",
        title="90 days, five brands: p50, ms of CPU",
        value=lambda row: row["90-day share of voice, five brands"][2],
        goals=both(60),
    ),
)

STYLE = """
svg{--paper:#fff;--ink:#222;--soft:#5a5a5a;--rule:#e2e2e2;--sqlite:#1b5e8c;--postgresql:#a8460f}
@media (prefers-color-scheme:dark){
svg{--paper:#16181b;--ink:#eee;--soft:#b0b0b0;--rule:#33373c;--sqlite:#7cc0ee;--postgresql:#f0a070}}
text{font:12px system-ui,sans-serif;fill:var(--soft)}.title{font-weight:600;font-size:13px;fill:var(--ink)}
.rule{stroke:var(--rule)}.end{text-anchor:end}.mid{text-anchor:middle}.paper{fill:var(--paper)}
.sqlite{stroke:var(--sqlite)}.postgresql{stroke:var(--postgresql)}.line{fill:none;stroke-width:2}.goal{stroke-width:1;opacity:.75}
.dot.sqlite,text.sqlite{fill:var(--sqlite);stroke:none}.dot.postgresql,text.postgresql{fill:var(--postgresql);stroke:none}
"""


def size(number: int) -> str:
    """A count as a reader says it."""
    return f"{number / 1e6:g} million" if number >= 1_000_000 else f"{number:,}"


def ticks(most: float) -> list[float]:
    """Round numbers from 0 on, some four below the most."""
    power = 10 ** math.floor(math.log10(most / 4))
    step = next(one * power for one in (1, 2, 5, 10) if one * power * 5 >= most)
    return [step * number for number in range(int(most / step) + 1)]


def said(number: float, most: float) -> str:
    """A figure beside its point."""
    return f"{number:,.{0 if most > 40 else 1}f}"


def lines_of(panel: Panel, rows: list[dict[str, Any]]) -> dict[tuple[str, str], dict[int, float]]:
    """By database and version, the figure at each size; lines that do not have it are passed over."""
    found: dict[tuple[str, str], dict[int, float]] = {}
    for row in rows:
        try:
            number = panel.value(row)
        except KeyError:
            continue
        database = "sqlite" if row["database"].startswith("sqlite") else "postgresql"
        found.setdefault((database, row.get("version", "now")), {})[row["mentions"]] = number
    return found


def drawn(panel: Panel, rows: list[dict[str, Any]]) -> str:
    """One picture: a line for each database and version."""
    lines = lines_of(panel, rows)
    sizes = sorted({one for line in lines.values() for one in line})
    goals = {database: panel.goals[database] for database in DATABASES if any(one == database for one, _ in lines)}
    most = max([*(number for line in lines.values() for number in line.values()), *goals.values()]) * 1.15
    across = (WIDTH - LEFT - RIGHT - 46) / max(len(sizes) - 1, 1)

    def x(mentions: int) -> float:
        return LEFT + 23 + sizes.index(mentions) * across

    def y(number: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - number / most)

    made = [f'<text x="12" y="22" class="title">{panel.title}</text>']
    for number in ticks(most):
        made.append(f'<line x1="{LEFT}" x2="{WIDTH - 8}" y1="{y(number):.1f}" y2="{y(number):.1f}" class="rule"/>')
        made.append(f'<text x="{LEFT - 6}" y="{y(number) + 4:.1f}" class="end">{number:,g}</text>')
    made += [f'<text x="{x(one):.1f}" y="{HEIGHT - BOTTOM + 18}" class="mid">{size(one)}</text>' for one in sizes]
    for goal in dict.fromkeys(goals.values()):
        whose = [database for database, one in goals.items() if one == goal]
        mine = whose[0] if len(whose) == 1 else "both"
        colour = 'style="stroke:var(--soft)"' if mine == "both" else ""
        made.append(f'<line x1="{LEFT}" x2="{WIDTH - 8}" y1="{y(goal):.1f}" y2="{y(goal):.1f}" class="goal {mine}" {colour}/>')
    legend = []
    for (database, version), line in sorted(lines.items(), reverse=True):
        dashes = ' stroke-dasharray="5 4"' if version == "before" else ""
        points = " ".join(f"{x(one):.1f},{y(number):.1f}" for one, number in sorted(line.items()))
        made.append(f'<polyline points="{points}" class="line {database}"{dashes}/>')
        for one, number in sorted(line.items()):
            made.append(f'<circle cx="{x(one):.1f}" cy="{y(number):.1f}" r="3" class="dot {database}"/>')
            if version == "now":
                others = [
                    rest[one] for key, rest in lines.items() if key != (database, version) and key[1] == "now" and one in rest
                ]
                below = any(number <= rest for rest in others)
                # Below the point where another stands above it; beside it where that would be on the axis.
                on_axis = below and y(number) + 16 > HEIGHT - BOTTOM
                at = f'x="{x(one) + (20 if on_axis else 0):.1f}" y="{y(number) + (-2 if on_axis else 16 if below else -8):.1f}"'
                made.append(f'<text {at} class="mid {database}">{said(number, most)}</text>')
        if version == "now":
            legend.append(database)
    apart = len(set(goals.values())) > 1
    at = 12
    for database in sorted(dict.fromkeys(legend), key=list(DATABASES).index):
        words = f"{DATABASES[database]}, goal {goals[database]:,g}" if apart else DATABASES[database]
        made.append(f'<text x="{at}" y="{HEIGHT - 12}" class="{database}">{words}</text>')
        at += 7 * len(words) + 8
    if not apart:
        made.append(f'<text x="{WIDTH - 8}" y="{HEIGHT - 12}" class="end">thin line: goal {min(goals.values()):,g}</text>')
    if any(version == "before" for _, version in lines):
        made.append(f'<text x="{WIDTH - 8}" y="38" class="end">dashed: the version before</text>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img">'
        f"<title>{panel.title}, by the number of mentions stored</title><style>{STYLE}</style>"
        f'<rect width="100%" height="100%" class="paper"/>{"".join(made)}</svg>\n'
    )


def main() -> None:
    """Draw a picture for each kind of work of which there are lines."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lines", type=Path)
    parser.add_argument("pictures", type=Path, help="the folder")
    options = parser.parse_args()
    rows = [json.loads(line) for line in options.lines.read_text().splitlines() if line.strip()]
    for panel in PANELS:
        if lines_of(panel, rows):
            (options.pictures / f"growth-{panel.name}.svg").write_text(drawn(panel, rows))


if __name__ == "__main__":
    main()
