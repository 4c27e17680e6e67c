#!/usr/bin/env python3
"""How much an idle connection and an empty node cost: heap, native memory, resident set, time to start.

Every connection has a subscription of its own. The resident set is that of a node without memory tracking; heap after
a collection and native memory come from jcmd and a second node with it. Mosquitto, where --peers has its start script,
gets the same connections. Each round has brokers that were just started.
"""

import argparse
import contextlib
import os
import re
import resource
import statistics
import subprocess
import sys
import time

from brokers import LAUNCHER, Broker, Forebay, Peer

EXAMPLES = """examples:
  bench/density.py --mqttload ../mqttload --peers ../peers
  bench/density.py --mqttload ../mqttload --connections 3000 --rounds 1
  bench/density.py --mqttload ../mqttload --only start
"""
HOLD_SECONDS = 60
SETTLE_SECONDS = 2
TRACKING = "-XX:NativeMemoryTracking=summary"


def spread(values, digits=0):
    return f"{statistics.median(values):,.{digits}f} ({min(values):,.{digits}f}–{max(values):,.{digits}f})"


@contextlib.contextmanager
def started(broker: Broker):
    broker.start("durable" if broker.name == "forebay" else "memory")
    try:
        yield broker
    finally:
        broker.stop()


class Crowd:
    """Idle connections that are there from the beginning to the end of the block."""

    def __init__(self, options, broker):
        self.broker = broker
        self.wanted = options.connections
        self.command = [
            options.mqttload, "conn", "--port", str(broker.ports["tcp"]), "--conns", str(options.connections),
            "--sub", "notifications/c%d", "--hold", str(HOLD_SECONDS), "--verify-push", "0",
        ]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 120
        while len(os.listdir(f"/proc/{self.broker.pid}/fd")) < self.wanted:
            if self.process.poll() is not None or time.monotonic() > end:
                self.__exit__()
                raise SystemExit(f"{self.broker.name}: the {self.wanted} connections did not come about")
            time.sleep(0.05)
        # The last of them still have to subscribe.
        time.sleep(SETTLE_SECONDS)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def jcmd(java, pid, *words):
    return subprocess.run([f"{java}/bin/jcmd", str(pid), *words], stdout=subprocess.PIPE, text=True, check=True).stdout


class Memory:
    """What the JVM says of itself, in KB, after a collection; pages that were given back take a second one."""

    def __init__(self, java, pid):
        for _ in range(2):
            jcmd(java, pid, "GC.run")
        self.heap = int(jcmd(java, pid, "GC.class_histogram").strip().splitlines()[-1].split()[2]) / 1024
        tracked = jcmd(java, pid, "VM.native_memory", "summary", "scale=KB")
        parts = re.findall(r"^-\s+(.+?) \(reserved=\d+KB, committed=(\d+)KB", tracked, re.M)
        sizes = {name.strip(): int(size) for name, size in parts}
        self.buffers = sizes["Other"]
        self.jvm = sum(sizes.values()) - self.buffers - sizes["Java Heap"] - sizes.get("Native Memory Tracking", 0)


def idle_resident(options, brokers):
    """KB before and with the connections, by broker."""
    found = {broker.name: [] for broker in brokers}
    for turn in range(options.rounds):
        for broker in brokers:
            say(f"connections, round {turn + 1}/{options.rounds}: {broker.name}")
            with started(broker):
                before = broker.rss_kb()
                with Crowd(options, broker):
                    found[broker.name].append((before, broker.rss_kb()))
    print(f"\n| resident set | before, MB | with {options.connections:,} connections, MB | bytes per connection |\n|---|---|---|---|")
    for name, rounds in found.items():
        each = [(after - before) * 1024 / options.connections for before, after in rounds]
        print(f"| {name} | {spread([before / 1024 for before, _ in rounds])} | {spread([after / 1024 for _, after in rounds])} | {spread(each)} |")


def idle_inside(options):
    """Heap and native memory of a node, before and with the connections."""
    java = subprocess.run([LAUNCHER, "--java-home"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    rows = {"heap after a collection": [], "native: buffers (NMT's `Other`)": [], "native: what else the JVM took meanwhile, code and collector": []}
    for turn in range(options.rounds):
        say(f"heap and native memory, round {turn + 1}/{options.rounds}")
        with started(Forebay(TRACKING)) as node:
            before = Memory(java, node.pid)
            with Crowd(options, node):
                after = Memory(java, node.pid)
        grown = (after.heap - before.heap, after.buffers - before.buffers, after.jvm - before.jvm)
        for values, kb in zip(rows.values(), grown):
            values.append(kb * 1024 / options.connections)
    rows["all of them"] = [sum(each) for each in zip(*rows.values())]
    print("\n| forebay, bytes per connection | |\n|---|---|")
    for name, values in rows.items():
        print(f"| {name} | {spread(values)} |")


def start(options):
    """Time to the ready line, as the node counts it and as a user does, and the resident set then."""
    Forebay().version()
    with started(Forebay()):
        pass  # leaves the class archive behind, which the next ones start with
    own, whole, resident = [], [], []
    for turn in range(options.starts):
        say(f"start {turn + 1}/{options.starts}")
        begin = time.monotonic()
        with started(Forebay()) as node:
            whole.append((time.monotonic() - begin) * 1000)
            own.append(node.ready_millis)
            time.sleep(SETTLE_SECONDS)
            resident.append(node.rss_kb() / 1024)
    print(f"\n| start, {options.starts} times | |\n|---|---|\n| ready line, ms since the start of the JVM | {spread(own)} |")
    print(f"| ready line, ms since the command | {spread(whole)} |\n| resident set when empty, MB | {spread(resident)} |")


def say(words):
    print(words, file=sys.stderr, flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mqttload", metavar="FILE", required=True, help="the load generator")
    parser.add_argument("--peers", metavar="DIR", help="folder with the peers' start scripts; of them Mosquitto's is used")
    parser.add_argument("--connections", type=int, default=15_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--starts", type=int, default=5)
    parser.add_argument("--only", choices=("start", "resident", "inside"))
    options = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    say(Forebay().version())
    if options.only in (None, "start"):
        start(options)
    if options.only in (None, "resident"):
        idle_resident(options, [Forebay(), *([Peer("mosquitto", options.peers)] if options.peers else [])])
    if options.only in (None, "inside"):
        idle_inside(options)


if __name__ == "__main__":
    main()
