#!/usr/bin/env python3
"""Runs the same load against several MQTT brokers in turn, round after round, and prints a table.

The brokers are running already; the load comes from mqttload (a load generator outside of this project
that counts loss, duplicates and reordering exactly). Alternating the brokers within a round spreads the
machine's moods over all of them; what is printed is the median over the rounds and, in brackets, the
lowest and highest.

    bench/compare.py --mqttload ../mqttload --rounds 3 forebay=1883:4711 mosquitto=1884:4712

A broker is NAME=PORT:PID; the pid is for its CPU time. --only fanout runs the scenarios whose name begins
so; --json FILE keeps every single result.
"""

import argparse
import json
import statistics
import subprocess
import sys

FANOUT = "--pubs 5 --subs 1000 --topic f/t --filter f/t --outstanding 100000"
FANIN = "--pubs 1000 --subs 1 --topic f/%d --filter f/#"
PAIRS = "--pubs 1000 --subs 1000 --outstanding 100000"

SCENARIOS = {}
for size in (16, 256, 1024):
    SCENARIOS[f"fanout 5-1000 QoS 0 {size} B"] = f"{FANOUT} --qos 0 --payload {size}"
    SCENARIOS[f"fanout 5-1000 QoS 1 {size} B"] = f"{FANOUT} --qos 1 --payload {size}"
    SCENARIOS[f"fanin 1000-1 QoS 1 {size} B"] = f"{FANIN} --qos 1 --payload {size}"
    SCENARIOS[f"pairs 1000 QoS 0 {size} B"] = f"{PAIRS} --qos 0 --payload {size}"
    SCENARIOS[f"pairs 1000 QoS 1 {size} B"] = f"{PAIRS} --qos 1 --payload {size}"
SCENARIOS["latency 100 pairs at 5,000/s QoS 1 256 B"] = (
    "--pubs 100 --subs 100 --qos 1 --rate 50 --payload 256"
)


def run(mqttload, port, pid, load, seconds):
    command = [mqttload, "pubsub", "--port", port, "--pid", pid, "--duration", str(seconds), *load.split()]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    return json.loads(done.stdout.strip().splitlines()[-1])


def middle(values, digits):
    low, mid, high = min(values), statistics.median(values), max(values)
    return f"{mid:,.{digits}f} ({low:,.{digits}f}–{high:,.{digits}f})"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("brokers", nargs="+", metavar="NAME=PORT:PID")
    parser.add_argument("--mqttload", required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--only", default="")
    parser.add_argument("--json")
    options = parser.parse_args()
    brokers = [(name, *address.split(":")) for name, address in (each.split("=") for each in options.brokers)]
    kept = []
    print("| scenario | broker | deliveries/s | broker CPU s per million | p50 ms | p99 ms | lost | duplicates |")
    print("|---|---|---|---|---|---|---|---|")
    for scenario, load in SCENARIOS.items():
        if not scenario.startswith(options.only):
            continue
        results = {name: [] for name, _, _ in brokers}
        for _ in range(options.rounds):
            for name, port, pid in brokers:
                results[name].append(run(options.mqttload, port, pid, load, options.seconds))
        for name, rounds in results.items():
            kept.append({"scenario": scenario, "broker": name, "rounds": rounds})
            latency = [each.get("latency_us") or {} for each in rounds]
            print(
                f"| {scenario} | {name} "
                f"| {middle([each['delivered_per_s'] for each in rounds], 0)} "
                f"| {middle([each['broker'].get('cpu_s_per_million') or 0 for each in rounds], 2)} "
                f"| {middle([(each.get('p50') or 0) / 1000 for each in latency], 1)} "
                f"| {middle([(each.get('p99') or 0) / 1000 for each in latency], 1)} "
                f"| {sum(each['missing'] for each in rounds)} | {sum(each['duplicates'] for each in rounds)} |"
            )
            sys.stdout.flush()
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(kept, file, indent=1)


if __name__ == "__main__":
    main()
