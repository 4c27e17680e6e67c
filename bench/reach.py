"""Forebay beside the best of the others, scenario by scenario, and the bars that the project has set itself."""

import scenarios

# At QoS 0 NATS does little more than copying; level with it is the aim there.
LEVEL = ("nats", "nats-deb13")
RSS_ABOVE_MOSQUITTO_KB = 150 * 1024
GROUPS = {each.name: each for each in scenarios.GROUPS}


def table(results):
    lines = ["| scenario | best rate of the others | Forebay's rate | lowest CPU of the others | Forebay's CPU | lowest p99 of the others | Forebay's p99 | bar |"]
    lines.append("|---|---|---|---|---|---|---|---|")
    for scenario in scenarios.SCENARIOS:
        line = _connections(results, scenario) if scenario.tool in ("conn", "benchconn") else _deliveries(results, scenario)
        if line:
            lines.append(line)
    return lines


def _deliveries(results, scenario):
    own = results.median(scenario.name, "forebay", "rate")
    best = results.best_peer(scenario.name)
    if own is None or best is None:
        return None
    cpu, other_cpu = results.median(scenario.name, "forebay", "cpu_per_million"), results.best_peer(scenario.name, "cpu_per_million", min)
    p99, other_p99 = results.median(scenario.name, "forebay", "p99_ms"), results.best_peer(scenario.name, "p99_ms", min)
    fixed_rate = "--rate" in scenario.load or scenario.peak_of
    missed = [] if fixed_rate else _missed_rate(results, scenario, own)
    if cpu and other_cpu and cpu > other_cpu[0]:
        missed.append("CPU not the lowest")
    if fixed_rate and p99 and other_p99 and p99 > other_p99[0]:
        missed.append("p99 not the lowest")
    return (
        f"| {scenario.name} | {best[0]:,.0f} ({best[1]}) | {own:,.0f} ({own / best[0]:.2f} ×) "
        f"| {_with_name(other_cpu, 2)} | {cpu or 0:.2f} | {_with_name(other_p99, 1)} ms | {p99 or 0:,.1f} ms | {'; '.join(missed) or 'reached'} |"
    )


def _missed_rate(results, scenario, own):
    bar, missed = GROUPS[scenario.group].bar, []
    for needed, among in ((1.0, lambda name: name in LEVEL), (bar, lambda name: name not in LEVEL)) if scenario.qos == 0 else ((bar, lambda _: True),):
        best = results.best_peer(scenario.name, among=among)
        if best and own < needed * best[0]:
            missed.append(f"rate {own / best[0]:.2f} × {best[1]}, not {needed} ×")
    return missed


def _connections(results, scenario):
    own = results.median(scenario.name, "forebay", "connect_per_s")
    best = results.best_peer(scenario.name, "connect_per_s")
    if own is None or best is None:
        return None
    cpu, other_cpu = results.median(scenario.name, "forebay", "cpu_per_thousand"), results.best_peer(scenario.name, "cpu_per_thousand", min)
    missed = []
    if own < best[0]:
        missed.append("connect rate not the highest")
    rss, mosquitto = results.median(scenario.name, "forebay", "rss_kb"), results.median(scenario.name, "mosquitto", "rss_kb")
    if mosquitto and rss > mosquitto + RSS_ABOVE_MOSQUITTO_KB:
        missed.append(f"RSS {(rss - mosquitto) / 1024:,.0f} MB above Mosquitto's, not 150")
    return (
        f"| {scenario.name} | {best[0]:,.0f} connections/s ({best[1]}) | {own:,.0f} ({own / best[0]:.2f} ×) "
        f"| {_with_name(other_cpu, 2)} a thousand | {cpu:.2f} | – | – | {'; '.join(missed) or 'reached'} |"
    )


def _with_name(found, digits):
    return f"{found[0]:,.{digits}f} ({found[1]})" if found else "–"
