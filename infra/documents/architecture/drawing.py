"""The graph as SVG."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from infra.documents.architecture.graph import STAGE, Graph, Node
from infra.documents.architecture.layout import Layout, laid_out
from infra.layers import ROOT

PICTURE = ROOT / "docs" / "pictures" / "architecture.svg"
BOX, HEIGHT, NOTE = 132, 40, 13
ACROSS, DOWN, MARGIN = 148, 94, 14
FILL = {
    "stage": "#e8eaf6",
    "table": "#e3f2fd",
    "stream": "#fff3e0",
    "bucket": "#e8f5e9",
    "bus": "#fce4ec",
    "api": "#ede7f6",
}
OTHER = "#fce4ec"
ROUND = {"stage": 4}
STYLE = (
    "text{font-family:system-ui,-apple-system,'Segoe UI',sans-serif;text-anchor:middle;fill:#1a237e}"
    ".n{font-size:14px;font-weight:600}.k{font-size:11px;fill:#455a64}"
    "path.a{fill:none;stroke:#78909c;stroke-width:1.4}rect{stroke:#5c6bc0;stroke-width:1}"
)
MARKER = (
    '<defs><marker id="e" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto-start-reverse">'
    '<path d="M0 0 8 4 0 8z" fill="#78909c"/></marker></defs>'
)
Point = tuple[float, float]


def drawn(graph: Graph) -> str:
    layout = laid_out(graph.nodes, graph.arrows)
    at = _points(layout)
    width = max(x for x, _ in at.values()) + BOX / 2 + MARGIN
    height = max(y for _, y in at.values()) + HEIGHT + 2 * NOTE + MARGIN
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" role="img">',
            "<title>What an event goes through: stages, what wakes them, and what they write</title>",
            f"<style>{STYLE}</style>",
            MARKER,
            f'<rect width="{width:.0f}" height="{height:.0f}" style="fill:#fff;stroke:none"/>',
            *_arrows(graph, layout, at),
            *(line for name in sorted(graph.nodes) for line in _box(graph.nodes[name], at[name])),
            "</svg>\n",
        )
    )


def _arrows(graph: Graph, layout: Layout, at: Mapping[str, Point]) -> Iterator[str]:
    """One for each, and for two that go to and fro the one that points down, with two heads."""
    for (start, end), way in sorted(layout.ways.items()):
        both = (end, start) in graph.arrows
        if not (both and layout.row[start] > layout.row[end]):
            yield _arrow([at[point] for point in way], graph.nodes[start], both=both)


def _points(layout: Layout) -> dict[str, Point]:
    """The middle of each box's upper edge."""
    left = min(layout.place.values())
    return {
        name: (MARGIN + BOX / 2 + (place - left) * ACROSS, float(MARGIN + layout.row[name] * DOWN))
        for name, place in layout.place.items()
    }


def _tall(node: Node) -> int:
    return HEIGHT + NOTE * max(0, len(_notes(node)) - 1)


def _notes(node: Node) -> Sequence[str]:
    return node.notes if node.shape == STAGE else (node.shape,)


def _box(node: Node, at: Point) -> Iterator[str]:
    x, y = at
    notes = _notes(node)
    yield (
        f'<rect x="{x - BOX / 2:.0f}" y="{y:.0f}" width="{BOX}" height="{_tall(node)}" rx="{ROUND.get(node.shape, 14)}" '
        f'fill="{FILL.get(node.shape, OTHER)}"/>'
    )
    yield f'<text class="n" x="{x:.0f}" y="{y + (25 if not notes else 18):.0f}">{escape(node.name)}</text>'
    for number, note in enumerate(notes):
        yield f'<text class="k" x="{x:.0f}" y="{y + 33 + number * NOTE:.0f}">{escape(note)}</text>'


def _arrow(way: Sequence[Point], start: Node, *, both: bool) -> str:
    """From the lower edge of the first box through the points of its way, bent between two rows."""
    (x, y), *rest = way
    y += _tall(start)
    path = [f"M{x:.0f} {y:.0f}"]
    for number, (to_x, to_y) in enumerate(rest, start=1):
        end = to_y - 2 if number == len(rest) else to_y + HEIGHT
        top = to_y - 4 if number < len(rest) else end
        middle = (y + top) / 2
        path.append(f"C{x:.0f} {middle:.0f} {to_x:.0f} {middle:.0f} {to_x:.0f} {top:.0f}")
        if number < len(rest):
            path.append(f"V{end:.0f}")
        x, y = to_x, end
    heads = 'marker-end="url(#e)"' + (' marker-start="url(#e)"' if both else "")
    return f'<path class="a" {heads} d="{"".join(path)}"/>'
