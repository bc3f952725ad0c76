"""The plot of growth, an SVG picture."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from html import escape

from .figures import Growth

WIDTH, HEIGHT = 460, 320
LEFT, RIGHT, TOP, BOTTOM = 60, 20, 44, 96
#: Told apart also by those who see few colours, and by the shape of the points.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7")
POINTS = ("circle", "square", "diamond", "triangle")
RADIUS = 4.0
TICKS = 5


def plot(growths: Sequence[Growth]) -> str:
    """Return one panel for each unit: seconds from zero against sizes on a logarithmic axis."""
    units = list(dict.fromkeys(growth.unit for growth in growths))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH * len(units)} {HEIGHT}" '
        'font-family="sans-serif" font-size="12" fill="#222">',
        "<title>Seconds of whole commands against the number of groups and of revisions</title>",
        '<rect width="100%" height="100%" fill="#fff"/>',
    ]
    for position, unit in enumerate(units):
        parts.append(f'<g transform="translate({WIDTH * position} 0)">')
        parts += _panel([growth for growth in growths if growth.unit == unit], unit)
        parts.append("</g>")
    return "\n".join([*parts, "</svg>", ""])


def _panel(growths: Sequence[Growth], unit: str) -> Iterator[str]:
    sizes = sorted(growths[0].works)
    highest = max(work.median() for growth in growths for work in growth.works.values())
    step = tick_step(highest)
    top = step * math.ceil(highest / step)
    yield _text(WIDTH / 2, 22, f"by the number of {unit}", "middle", 'font-size="14" font-weight="bold"')
    yield from _axes(sizes, step, top, unit)
    for number, growth in enumerate(growths):
        yield from _line(growth, sizes, top, number)
        yield from _legend(growth, number)


def tick_step(highest: float) -> float:
    """Return 1, 2 or 5 times a power of ten, so that about TICKS of them reach the highest value."""
    raw = highest / TICKS
    magnitude = 10.0 ** math.floor(math.log10(raw))
    return next(factor * magnitude for factor in (1, 2, 5, 10) if factor * magnitude >= raw * 0.999)


def _x(size: int, sizes: Sequence[int]) -> float:
    share = math.log(size / sizes[0]) / math.log(sizes[-1] / sizes[0])
    # The first point stays clear of the axis.
    return LEFT + 20 + share * (WIDTH - LEFT - RIGHT - 40)


def _y(seconds: float, top: float) -> float:
    return HEIGHT - BOTTOM - seconds / top * (HEIGHT - TOP - BOTTOM)


def _axes(sizes: Sequence[int], step: float, top: float, unit: str) -> Iterator[str]:
    bottom = HEIGHT - BOTTOM
    for number in range(round(top / step) + 1):
        y = _y(number * step, top)
        yield f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="{"#222" if number == 0 else "#ddd"}"/>'
        yield _text(LEFT - 8, y + 4, f"{number * step:g}", "end")
    yield f'<path d="M{LEFT} {TOP}V{bottom}" stroke="#222"/>'
    for size in sizes:
        x = _x(size, sizes)
        yield f'<path d="M{x:.1f} {bottom}v5" stroke="#222"/>'
        yield _text(x, bottom + 18, str(size), "middle")
    yield _text(LEFT + (WIDTH - LEFT - RIGHT) / 2, bottom + 36, f"{unit} (logarithmic)", "middle")
    middle = (TOP + bottom) / 2
    yield _text(16, middle, "seconds", "middle", f'transform="rotate(-90 16 {middle})"')


def _line(growth: Growth, sizes: Sequence[int], top: float, number: int) -> Iterator[str]:
    points = [(_x(size, sizes), _y(growth.works[size].median(), top)) for size in sizes]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    yield f'<polyline points="{path}" fill="none" stroke="{COLOURS[number]}" stroke-width="2"/>'
    for x, y in points:
        yield _point(x, y, number)


def _point(x: float, y: float, number: int) -> str:
    r, fill = RADIUS, f'fill="{COLOURS[number]}"'
    shapes = {
        "circle": f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r}" {fill}/>',
        "square": f'<rect x="{x - r:.1f}" y="{y - r:.1f}" width="{2 * r}" height="{2 * r}" {fill}/>',
        "diamond": f'<path d="M{x:.1f} {y - 5:.1f}l5 5l-5 5l-5 -5z" {fill}/>',
        "triangle": f'<path d="M{x:.1f} {y - 5:.1f}l5 9h-10z" {fill}/>',
    }
    return shapes[POINTS[number]]


def _legend(growth: Growth, number: int) -> Iterator[str]:
    x = LEFT + (number % 2) * 190
    y = HEIGHT - 34 + (number // 2) * 18
    yield f'<path d="M{x} {y - 4}h24" stroke="{COLOURS[number]}" stroke-width="2"/>'
    yield _point(x + 12, y - 4, number)
    yield _text(x + 30, y, growth.title.replace("`", ""))


def _text(x: float, y: float, text: str, anchor: str = "start", more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {more}>{escape(text)}</text>'
