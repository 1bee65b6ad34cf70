# SPDX-License-Identifier: MIT
"""Line charts as SVG, both axes logarithmic."""

import math
from html import escape

WIDTH, HEIGHT, LEFT, TOP = 420.0, 260.0, 70.0, 40.0
COLOURS = ("#1f6fb4", "#c0392b", "#2e8b57")


def _ticks(low: float, high: float) -> list[float]:
    """Ones, twos and fives of each power of ten in between."""
    steps = [factor * 10.0**power for power in range(-3, 13) for factor in (1, 2, 5)]
    inside = [step for step in steps if low <= step <= high]
    return inside if len(inside) <= 8 else [step for step in inside if math.log10(step) % 1 < 1e-9]


def _words(value: float) -> str:
    for size, name in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:g} {name}"
    return f"{value:g}"


def chart(title: str, across: str, up: str, lines: dict[str, list[tuple[float, float]]]) -> str:
    """One picture with a line for each name, through its points in order."""
    points = [point for line in lines.values() for point in line]
    low_x, high_x = min(x for x, _ in points), max(x for x, _ in points)
    low_y, high_y = min(y for _, y in points) / 1.5, max(y for _, y in points) * 1.5

    def place(x: float, y: float) -> tuple[float, float]:
        part_x = math.log(x / low_x) / (math.log(high_x / low_x) or 1)
        part_y = math.log(y / low_y) / math.log(high_y / low_y)
        return LEFT + part_x * WIDTH, TOP + HEIGHT - part_y * HEIGHT

    body: list[str] = []

    def text(x: float, y: float, size: int, anchor: str, words: str, more: str = "") -> None:
        body.append(f"<text x='{x:.1f}' y='{y:.1f}' font-size='{size}' text-anchor='{anchor}' {more}>{escape(words)}</text>")

    text(LEFT + WIDTH / 2, 22, 15, "middle", title)
    for tick in _ticks(low_x, high_x):
        x, _ = place(tick, low_y)
        body.append(f"<path d='M{x:.1f} {TOP}V{TOP + HEIGHT}' stroke='#ddd'/>")
        text(x, TOP + HEIGHT + 16, 11, "middle", _words(tick))
    for tick in _ticks(low_y, high_y):
        _, y = place(low_x, tick)
        body.append(f"<path d='M{LEFT} {y:.1f}H{LEFT + WIDTH}' stroke='#ddd'/>")
        text(LEFT - 6, y + 4, 11, "end", _words(tick))
    text(LEFT + WIDTH / 2, TOP + HEIGHT + 36, 13, "middle", across)
    text(0, 0, 13, "middle", up, f"transform='translate(18 {TOP + HEIGHT / 2}) rotate(-90)'")
    for (name, line), colour in zip(lines.items(), COLOURS):
        placed = [place(x, y) for x, y in line]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in placed)
        body.append(f"<polyline points='{path}' fill='none' stroke='{colour}' stroke-width='2'/>")
        body += [f"<circle cx='{x:.1f}' cy='{y:.1f}' r='3' fill='{colour}'/>" for x, y in placed]
        text(placed[-1][0] + 8, placed[-1][1] + 4, 12, "start", name, f"fill='{colour}'")
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {LEFT + WIDTH + 110} {TOP + HEIGHT + 50}' "
        "font-family='sans-serif'>\n<rect width='100%' height='100%' fill='white'/>\n" + "\n".join(body) + "\n</svg>\n"
    )
