#!/usr/bin/env python3
"""Whether event loops get in each other's way: the same load on one loop and on two, and where their threads wait for a lock.

mqttload is a load generator outside of this project. Nodes with one and two loops alternate; what is printed is the median
and, in brackets, the lowest and highest. The waits come from Flight Recorder in a run of its own, with no threshold: each time that
a loop's thread was blocked by a monitor, or parked, for however short.
"""

import argparse
import collections
import json
import statistics
import subprocess
import tempfile

from brokers import LAUNCHER, Forebay

EXAMPLES = """examples:
  bench/cores.py --mqttload ../mqttload
  bench/cores.py --mqttload ../mqttload --rounds 3
"""
LOADS = {
    "1,000 pairs, QoS 0": "--pubs 1000 --subs 1000 --outstanding 100000 --payload 256 --qos 0",
    "1,000 pairs, QoS 1": "--pubs 1000 --subs 1000 --outstanding 100000 --payload 256 --qos 1",
    "fan-out 5 to 1,000, QoS 0": "--pubs 5 --subs 1000 --topic f/t --filter f/t --outstanding 100000 --payload 256 --qos 0",
}
WAITS = ("jdk.JavaMonitorEnter", "jdk.ThreadPark")


def spread(values, digits=0):
    return f"{statistics.median(values):,.{digits}f} ({min(values):,.{digits}f}–{max(values):,.{digits}f})"


def node(loops):
    return Forebay(extra_settings=(f"node.event-loops={loops}",))


def load(broker, words, seconds):
    command = [OPTIONS.mqttload, "pubsub", *words.split(), "--port", str(broker.ports["tcp"]), "--pid", str(broker.pid), "--duration", str(seconds)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    return json.loads(done.stdout.strip().splitlines()[-1])


def rates():
    found = collections.defaultdict(list)
    nodes = {1: node(1), 2: node(2)}
    try:
        for each in nodes.values():
            each.start("memory")
            for words in LOADS.values():
                load(each, words, 2)
        for turn in range(OPTIONS.rounds):
            for loops in sorted(nodes, reverse=turn % 2 == 1):
                for name, words in LOADS.items():
                    result = load(nodes[loops], words, 3)
                    found[name, loops].append((result["delivered_per_s"], result["broker"]["cpu_s_per_million"]))
    finally:
        for each in nodes.values():
            each.stop()
    print("| load | event loops | deliveries/s | broker CPU s per million |\n|---|---|---|---|")
    for name in LOADS:
        for loops in nodes:
            per_second, cpu = zip(*found[name, loops])
            print(f"| {name} | {loops} | {spread(per_second)} | {spread(cpu, 2)} |", flush=True)


def waits(loops, words):
    """How often the loops' threads waited, by what for, and the messages meanwhile."""
    bin_folder = subprocess.run([LAUNCHER, "--java-home"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip() + "/bin"
    unlimited = [word for event in WAITS for word in (f"+{event}#enabled=true", f"+{event}#threshold=0ms")]
    with tempfile.TemporaryDirectory() as folder:
        broker = node(loops)
        broker.start("memory")
        try:
            load(broker, words, 3)
            subprocess.run([f"{bin_folder}/jcmd", str(broker.pid), "JFR.start", "name=waits", "settings=none", *unlimited], stdout=subprocess.DEVNULL, check=True)
            delivered = load(broker, words, 5)["delivered"]
            subprocess.run([f"{bin_folder}/jcmd", str(broker.pid), "JFR.stop", "name=waits", f"filename={folder}/waits.jfr"], stdout=subprocess.DEVNULL, check=True)
        finally:
            broker.stop()
        command = [f"{bin_folder}/jfr", "print", "--json", "--events", ",".join(WAITS), f"{folder}/waits.jfr"]
        events = json.loads(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)["recording"]["events"]
    counted = collections.Counter()
    for event in events:
        values = event["values"]
        thread = (values["eventThread"] or {}).get("javaName") or ""
        if thread.startswith("forebay-loop"):
            kind = values.get("monitorClass") or values.get("parkedClass") or {}
            counted[kind.get("name", "unknown")] += 1
    return delivered, counted, len(events) - counted.total()


def profile():
    print("\n| load | event loops | deliveries | a loop's thread waited for a lock | other threads waited, also for work |\n|---|---|---|---|---|")
    for name, words in LOADS.items():
        for loops in (1, 2):
            delivered, counted, others = waits(loops, words)
            said = ", ".join(f"{count} × `{kind}`" for kind, count in counted.most_common()) or "never"
            print(f"| {name} | {loops} | {delivered:,} | {said} | {others:,} times |", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mqttload", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", choices=("rates", "waits"))
    OPTIONS = parser.parse_args()
    if OPTIONS.only != "waits":
        rates()
    if OPTIONS.only != "rates":
        profile()
