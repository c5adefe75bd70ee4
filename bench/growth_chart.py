"""Draws what storing costs as the archive grows, from lines that `bench/scale.py --json` wrote.

    python bench/growth_chart.py bench/growth.jsonl docs/pictures/growth.svg

Each line may carry a `version` ("before" or "now"). One panel for each measure; sizes stand beside each other as measured.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 350, 250, 46, 44, 44, 46
COLOURS = ("#1b5e8c", "#b4541a")  # one for each database; the version before is dashed
PANELS: tuple[tuple[str, Callable[[dict[str, Any]], float]], ...] = (
    ("A visit that brings 2 new of 30, ms (CPU, p50)", lambda row: row["trickle"][2]),
    ("Mentions stored in a processor's second", lambda row: row["bulk, mentions/CPU s"]),
)


def size(number: int) -> str:
    """A count as a reader says it."""
    return f"{number / 1e6:g} million" if number >= 1_000_000 else f"{number:,}"


def ticks(most: float) -> list[float]:
    """Round numbers from 0 on, some four below the most."""
    power = 10 ** math.floor(math.log10(most / 4))
    step = next(one * power for one in (1, 2, 5, 10) if one * power * 5 >= most)
    return [step * number for number in range(int(most / step) + 1)]


def panel(at: int, title: str, rows: list[dict[str, Any]], value: Callable[[dict[str, Any]], float]) -> str:
    """One panel: a line for each database and version."""
    sizes = sorted({row["mentions"] for row in rows})
    lines: dict[str, dict[int, float]] = {}
    for row in rows:
        name = f"{'SQLite' if row['database'] == 'sqlite' else 'PostgreSQL'}, {row.get('version', 'now')}"
        lines.setdefault(name, {})[row["mentions"]] = value(row)
    most = max(number for line in lines.values() for number in line.values()) * 1.15
    across = (WIDTH - LEFT - RIGHT) / max(len(sizes) - 1, 1)

    def x(mentions: int) -> float:
        return LEFT + 8 + sizes.index(mentions) * across

    def y(number: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - number / most)

    made = [f'<g transform="translate({at},0)"><text x="{LEFT}" y="18" class="title">{title}</text>']
    for number in ticks(most):
        made.append(f'<line x1="{LEFT}" x2="{WIDTH - 12}" y1="{y(number):.1f}" y2="{y(number):.1f}" class="grid"/>')
        made.append(f'<text x="{LEFT - 6}" y="{y(number) + 4:.1f}" class="end">{number:,g}</text>')
    made += [f'<text x="{x(one):.1f}" y="{HEIGHT - BOTTOM + 18}" class="mid">{size(one)}</text>' for one in sizes]
    for place, (name, line) in enumerate(sorted(lines.items())):
        colour = COLOURS[place // 2 % len(COLOURS)]
        dashes = ' stroke-dasharray="5 4"' if name.endswith("before") else ""
        points = " ".join(f"{x(one):.1f},{y(number):.1f}" for one, number in sorted(line.items()))
        made.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>')
        for one, number in sorted(line.items()):
            made.append(f'<circle cx="{x(one):.1f}" cy="{y(number):.1f}" r="3" fill="{colour}"/>')
            words = f"{number:,.{0 if most > 20 else 1}f}"
            made.append(f'<text x="{x(one):.1f}" y="{y(number) - 7:.1f}" class="mid" style="fill:{colour}">{words}</text>')
        made.append(f'<text x="{LEFT + place % 2 * 140}" y="{HEIGHT - 14 + place // 2 * 14}" style="fill:{colour}">{name}</text>')
    return "".join([*made, "</g>"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lines", type=Path)
    parser.add_argument("picture", type=Path)
    options = parser.parse_args()
    rows = [json.loads(line) for line in options.lines.read_text().splitlines() if line.strip()]
    panels = "".join(panel(place * WIDTH, title, rows, value) for place, (title, value) in enumerate(PANELS))
    style = (
        "text{font:11px system-ui,sans-serif;fill:#333}.title{font-weight:600;font-size:12px}.grid{stroke:#ddd}"
        ".end{text-anchor:end}.mid{text-anchor:middle}"
    )
    across, down = WIDTH * len(PANELS), HEIGHT + 18
    options.picture.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {across} {down}" width="{across}" height="{down}" role="img">'
        f"<title>What storing costs as the archive grows</title><style>{style}</style>"
        f'<rect width="100%" height="100%" fill="#fff"/>{panels}</svg>\n'
    )


if __name__ == "__main__":
    main()
