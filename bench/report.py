"""Markdown tables of the results, by group, and which bars Forebay misses."""

import os
import statistics

import plots
import reach
import scenarios
from peers import FACTS, UNKNOWN

DOCS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "docs", "benchmarks")
LATE_MS = 20


def write(results, folder):
    """Writes results.md and the plots; returns what was written."""
    os.makedirs(folder, exist_ok=True)
    written, parts = [], ["# Results", "", _environment(results)]
    for group in scenarios.GROUPS:
        rows = [each for each in scenarios.SCENARIOS if each.group == group.name and results.runs(each.name)]
        if rows:
            parts += ["", f"## {group.title}", "", *_table(results, rows), "", *_notes(results, group, rows)]
            plot = plots.draw(results, group, rows, folder)
            if plot:
                parts += ["", f"![{group.title}]({os.path.basename(plot)})"]
                written.append(plot)
    parts += ["", "## Forebay beside the best of the others", "", *reach.table(results)]
    path = os.path.join(folder, "results.md")
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(parts) + "\n")
    return [path, *written]


def one_line(record):
    if "skipped" in record:
        return f"not run: {record['skipped']}"
    if "failed" in record:
        return f"failed: {record['failed']}"
    if "connect_per_s" in record:
        return f"{record['connect_per_s']:,.0f} connections/s, {record.get('rss_per_connection') or 0:,.0f} B each"
    return f"{record['rate']:,.0f}/s, {record['cpu_per_million'] or 0:.2f} s CPU a million, p99 {record.get('p99_ms', 0):.1f} ms, lost {record['lost']:,}"


def _environment(results):
    lines = ["Made by `bench/compare.py --report`; [what it measures and how](../benchmarks.md)."]
    seen = set()
    for each in results.environments():
        versions = "; ".join(f"{name}: {version}" for name, version in each["versions"].items())
        settings = each["settings"]
        lines.append(
            f"- {each['date']}, {each['cores']} cores ({each['cpu']}), {each['memory_gib']} GiB, Linux {each['kernel']}, loopback; "
            f"{settings['rounds']} rounds of {settings['seconds']} s: `{settings['command']}`. {versions}"
        )
        if lines[-1] in seen:
            lines.pop()
        seen.update(lines)
    return "\n".join([lines[0], "", *lines[1:]])


def _table(results, rows):
    columns = CONNECTIONS if rows[0].tool in ("conn", "benchconn") else DELIVERIES
    lines = [
        "| scenario | broker | " + " | ".join(title for title, *_ in columns) + " | rounds | remarks |",
        "|---|---|" + "---|" * (len(columns) + 2),
    ]
    for row in rows:
        for broker in results.brokers(row.name):
            lines.append(f"| {row.name} | {broker} | {_cells(results, row, broker, columns)} |")
    return lines


def _cells(results, row, broker, columns):
    runs, good = results.runs(row.name, broker), results.good(row.name, broker)
    if not good:
        said = runs[-1].get("failed") or runs[-1].get("skipped")
        return " | ".join(["–"] * len(columns)) + f" | {sum('failed' in each for each in runs)} | {_clean(said)}"
    cells = [show([each.get(key) for each in good], *how) for _, show, key, *how in columns]
    return " | ".join(cells) + f" | {len(good)} | {_remarks(runs, good)}"


def _spread(values, digits, divisor=1):
    values = [each / divisor for each in values if each is not None]
    if not values:
        return "–"
    middle = f"{statistics.median(values):,.{digits}f}"
    return middle if len(values) == 1 else f"{middle} ({min(values):,.{digits}f}–{max(values):,.{digits}f})"


def _middle(values, digits, divisor=1):
    values = [each / divisor for each in values if each is not None]
    return f"{statistics.median(values):,.{digits}f}" if values else "–"


def _total(values):
    return f"{sum(each or 0 for each in values):,}"


DELIVERIES = [
    ("deliveries/s", _spread, "rate", 0),
    ("broker CPU s per million", _spread, "cpu_per_million", 2),
    ("p50 ms", _spread, "p50_ms", 1),
    ("p99 ms", _spread, "p99_ms", 1),
    ("p99.9 ms", _spread, "p999_ms", 1),
    ("RSS after, MB", _middle, "rss_kb", 0, 1024),
    ("lost", _total, "lost"),
    ("duplicates", _total, "duplicates"),
]
CONNECTIONS = [
    ("connections", _middle, "connections", 0),
    ("connections/s", _spread, "connect_per_s", 0),
    ("to CONNACK p99 ms", _spread, "connect_p99_ms", 1),
    ("broker CPU s per 1,000", _spread, "cpu_per_thousand", 2),
    ("RSS before, MB", _middle, "rss_before_kb", 0, 1024),
    ("RSS connected, MB", _spread, "rss_kb", 0, 1024),
    ("RSS bytes per connection", _spread, "rss_per_connection", 0),
    ("push p50 ms", _middle, "p50_ms", 1),
    ("push p99 ms", _spread, "p99_ms", 1),
    ("lost", _total, "lost"),
]


def _remarks(runs, good):
    remarks = []
    asked = good[-1].get("asked_rate")
    if asked:
        remarks.append(f"asked for {asked:,.0f}/s")
    failed = [each["failed"] for each in runs if "failed" in each]
    if failed:
        remarks.append(f"failed {len(failed)} times: {failed[-1]}")
    at_end = sum(each.get("lost_at_end") or 0 for each in good)
    if at_end:
        remarks.append(f"{at_end:,} of the lost at the end of the run: lost, or queued still")
    not_connected = sum(each.get("not_connected") or 0 for each in good)
    if not_connected:
        remarks.append(f"{not_connected:,} connections failed")
    late = max((each.get("send_late_p99_ms") or 0 for each in good), default=0)
    if late > LATE_MS:
        remarks.append(f"publishers held back, by {late:,.0f} ms (p99)")
    troubles = dict.fromkeys(each["trouble"] for each in good if each.get("trouble"))
    return _clean("; ".join([*remarks, *troubles]))


def _clean(text):
    return " ".join(str(text or "").replace("|", "/").split())


def _notes(results, group, rows):
    names = dict.fromkeys(name for row in rows for name in results.brokers(row.name) if results.good(row.name, name))
    notes = []
    for name in names:
        facts = FACTS.get(name, UNKNOWN)
        note = facts.durable_note if group.mode == "durable" else facts.memory
        notes.append(f"- {name}: {note or 'its defaults'}.")
    return ["What an acknowledgement stands for, and what may be dropped:", "", *notes] if notes else []
