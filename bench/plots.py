"""Bar charts as SVG, written by hand: no library, and the colours follow the reader's light or dark theme."""

import os
from html import escape

STYLE = """
text { font: 12px system-ui, sans-serif; fill: #1f2328; } .title { font-weight: 600; font-size: 13px; }
.quiet { fill: #59636e; } .spread { stroke: #59636e; stroke-width: 1.5; } .axis { stroke: #8b949e; }
.forebay { fill: #d9480f; } .peer0 { fill: #4c7fb0; } .peer1 { fill: #5f9e6e; } .peer2 { fill: #8a79b5; }
.peer3 { fill: #a58a4f; } .peer4 { fill: #4f9d9d; } .peer5 { fill: #b0708b; } .peer6 { fill: #7d8790; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; } .quiet { fill: #9198a1; } .spread { stroke: #d1d9e0; } .forebay { fill: #ff7a33; }
}
"""
NAME_WIDTH, BAR_WIDTH, VALUE_WIDTH, ROW, GAP, TOP = 130, 300, 90, 17, 30, 44
PANEL = NAME_WIDTH + BAR_WIDTH + VALUE_WIDTH
DELIVERIES = (("rate", "deliveries/s (longer is better)", 0, 1), ("cpu_per_million", "broker CPU s per million deliveries (shorter is better)", 2, 1))
FIXED_RATE = (("p99_ms", "p99 latency, ms (shorter is better)", 1, 1), DELIVERIES[1])
CONNECTIONS = (("connect_per_s", "connections/s (longer is better)", 0, 1), ("rss_kb", "RSS with all connected, MB (shorter is better)", 0, 1024))


def draw(results, group, rows, folder):
    """Writes GROUP.svg; returns its path, or None if there is nothing to draw."""
    rows = [row for row in rows if any(results.good(row.name, broker) for broker in results.brokers(row.name))]
    if not rows:
        return None
    names = dict.fromkeys(broker for row in rows for broker in results.brokers(row.name))
    peers = [name for name in names if name != "forebay"]
    colours = {name: f"peer{i % 7}" for i, name in enumerate(peers)} | {"forebay": "forebay"}
    parts, height = [], 0
    for column, (key, title, digits, divisor) in enumerate(_panels(rows)):
        panel, height = _panel(results, rows, colours, key, title, digits, divisor)
        parts.append(f'<g transform="translate({column * PANEL} 0)">{panel}</g>')
    path = os.path.join(folder, f"{group.name}.svg")
    with open(path, "w", encoding="utf-8") as file:
        file.write(
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * PANEL} {height}" width="{2 * PANEL}" height="{height}" role="img">'
            f"<title>{escape(group.title)}</title><style>{STYLE}</style>" + "".join(parts) + "</svg>\n"
        )
    return path


def _panels(rows):
    if rows[0].tool in ("conn", "benchconn"):
        return CONNECTIONS
    return FIXED_RATE if rows[0].group in ("latency", "shapes") else DELIVERIES


def _panel(results, rows, colours, key, title, digits, divisor):
    """Bars of the medians with a line from the lowest to the highest; each scenario has a scale of its own."""
    out, y = [f'<text class="title" x="10" y="18">{escape(title)}</text>'], TOP
    for row in rows:
        values = {name: _values(results, row, name, key, divisor) for name in results.brokers(row.name)}
        values = {name: found for name, found in values.items() if found}
        if not values:
            continue
        most = max(found[2] for found in values.values()) or 1
        out.append(f'<text class="quiet" x="10" y="{y}">{escape(row.name)}</text>')
        y += 8
        for name, (low, middle, high) in values.items():
            out.append(_bar(name, low, middle, high, most, y, colours[name], digits))
            y += ROW
        y += GAP
    return "".join(out), y


def _bar(name, low, middle, high, most, y, colour, digits):
    x, line = NAME_WIDTH, y + ROW / 2 - 1
    at_low, at_middle, at_high = (round(BAR_WIDTH * value / most, 1) for value in (low, middle, high))
    return (
        f'<text x="{x - 6}" y="{y + 12}" text-anchor="end">{escape(name)}</text>'
        f'<rect class="{colour}" x="{x}" y="{y + 1}" width="{max(1, at_middle)}" height="{ROW - 4}"/>'
        f'<line class="spread" x1="{x + at_low}" x2="{x + at_high}" y1="{line}" y2="{line}"/>'
        f'<text x="{x + max(at_middle, at_high) + 6}" y="{y + 12}">{middle:,.{digits}f}</text>'
    )


def _values(results, row, broker, key, divisor):
    values = [each[key] / divisor for each in results.good(row.name, broker) if each.get(key) is not None]
    return (min(values), results.median(row.name, broker, key) / divisor, max(values)) if values else None
