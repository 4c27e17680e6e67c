#!/usr/bin/env python3
"""Measures what the log on disk costs and gives, on nodes that it starts itself, each on a directory of its own.

    bench/durable.py --mqttload ../mqttload                  # all
    bench/durable.py --mqttload ../mqttload --only ack       # one of: ack sessions offline catchup crowd retained sustained restart heap
    bench/durable.py --mqttload ../mqttload --scale 0.1      # a tenth of the messages and sessions

mqttload is a load generator outside of this project that counts loss, duplicates and reordering exactly. Rounds of what is
compared alternate; what is printed is the median and, in brackets, the lowest and highest.
"""

import argparse
import json
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

FOREBAY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "forebay")


class Node:
    """A running node; its data stay when it ends."""

    def __init__(self, data, heap="2g", settings=()):
        environment = dict(os.environ, FOREBAY_JAVA_OPTS=f"-Xmx{heap}")
        arguments = ["listeners.mqtt.port=0", "listeners.ws.enabled=false", f"node.data={data}", "limits.sessions=2000000", *settings]
        command = [FOREBAY, "serve"] + [word for setting in arguments for word in ("--set", setting)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True)
        ready = self.process.stdout.readline()
        self.port = re.search(r"mqtt=(\d+)", ready).group(1)
        self.ready_millis = int(re.search(r"in (\d+) ms", ready).group(1))

    def load(self, scenario, options):
        command = [ARGUMENTS.mqttload, scenario, "--port", self.port, "--pid", str(self.process.pid), *options.split()]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
        result = json.loads(done.stdout.strip().splitlines()[-1])
        if not result["ok"]:
            print(f"trouble with '{options}': {result.get('trouble')}", file=sys.stderr)
        return result

    def figures(self):
        """$SYS values by topic."""
        command = [FOREBAY, "sub", "-p", self.port, "-t", "$SYS/broker/log/#", "-W", "2"]
        out = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False).stdout
        return dict(line.rsplit(" ", 1) for line in out.splitlines())

    def heap_after_gc_bytes(self):
        java = subprocess.run([FOREBAY, "--java-home"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
        out = subprocess.run(
            [f"{java}/bin/jcmd", str(self.process.pid), "GC.class_histogram"], stdout=subprocess.PIPE, text=True, check=True
        ).stdout
        return int(out.strip().splitlines()[-1].split()[2])

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        self.process.wait()


def spread(values, digits=0):
    return f"{statistics.median(values):,.{digits}f} ({min(values):,.{digits}f}–{max(values):,.{digits}f})"


def count(number):
    return max(1, int(number * ARGUMENTS.scale))


def fdatasync_millis(folder, samples=300):
    """Appending 300 bytes and fdatasync, in milliseconds: the median."""
    path = os.path.join(folder, "sync-probe")
    file = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    took = []
    for _ in range(samples):
        begin = time.perf_counter()
        os.write(file, b"x" * 300)
        os.fdatasync(file)
        took.append((time.perf_counter() - begin) * 1000)
    os.close(file)
    os.unlink(path)
    return statistics.median(took)


def ack(folder):
    node = Node(folder)
    node.load("pubsub", "--pubs 1 --subs 1 --qos 1 --payload 256 --window 1 --duration 3")
    acks, syncs = [], []
    for _ in range(11):
        before = fdatasync_millis(folder)
        result = node.load("pubsub", "--pubs 1 --subs 1 --qos 1 --payload 256 --window 1 --duration 2")
        # The disk's pace changes within seconds here: what stands beside a round is the mean around it.
        syncs.append((before + fdatasync_millis(folder)) / 2)
        acks.append(result["ack_us"]["p50"] / 1000)
    ratios = [ack / sync for ack, sync in zip(acks, syncs)]
    print(
        f"ack: one fdatasync {spread(syncs, 2)} ms; PUBLISH to PUBACK with window 1, p50 {spread(acks, 2)} ms; "
        f"ratio within a round {spread(ratios, 2)}"
    )
    node.stop()


def sessions(folder):
    node = Node(folder)
    pairs = "--pubs 1000 --subs 1000 --qos 1 --payload 256 --outstanding 100000 --duration 4"
    node.load("pubsub", pairs)
    clean, kept = [], []
    for turn in range(5):
        clean.append(node.load("pubsub", pairs)["delivered_per_s"])
        result = node.load("pubsub", pairs + f" --mqtt 5 --clean 0 --expiry 600 --prefix kept{turn}-")
        kept.append(result["delivered_per_s"])
    print(f"sessions: clean {spread(clean)} msg/s, persistent {spread(kept)} msg/s")
    figures = node.figures()
    print("sessions: " + ", ".join(f"{topic.split('/log/')[1]} {value}" for topic, value in sorted(figures.items())))
    node.stop()


def offline(folder):
    node = Node(folder)
    run = "--pubs 10 --subs 10 --topic busy/%d --filter busy/%d --qos 1 --payload 256 --window 100 --duration 4"
    one = "--pubs 1 --subs 1 --topic news --filter news --qos 1 --payload 256 --window 1000 --duration 4"
    node.load("pubsub", run)
    without = [node.load("pubsub", one)["delivered_per_s"] for _ in range(3)]
    node.load("conn", f"--conns {count(10_000)} --clean 0 --mqtt 5 --expiry 3600 --sub news --hold 0 --src 4 --prefix away-")
    with_them = [node.load("pubsub", one)["delivered_per_s"] for _ in range(3)]
    print(f"offline: without {spread(without)} msg/s, with {count(10_000):,} offline subscribers of the topic {spread(with_them)} msg/s")
    node.stop()


def catchup(folder):
    node = Node(folder)
    rates = []
    for turn in range(4):
        load = f"--pubs 4 --subs 1 --count {count(250_000)} --payload 256 --window 1000 --prefix catch{turn}-"
        result = node.load("durable", load + f" --topic catch{turn}/%d --filter catch{turn}/#")
        rates.append(result["recover"]["recovered_per_s"])
    print(f"catch-up: one client, {count(1_000_000):,} messages of 256 B: {spread(rates[1:])} msg/s (first, cold {rates[0]:,.0f})")
    node.stop()


def crowd(folder):
    node = Node(folder)
    live = "--pubs 10 --subs 10 --topic live/%d --filter live/%d --qos 1 --payload 256 --rate 50"
    node.load("pubsub", live + " --duration 5")
    clients, each = count(1_000), 1_000
    alone, meanwhile, seconds = [], [], []
    for turn in range(5):
        state = os.path.join(folder, f"crowd-state-{turn}")
        load = f"--pubs {clients} --subs {clients} --count {each} --payload 256 --topic crowd{turn}/%d --filter crowd{turn}/%d"
        node.load("durable", f"{load} --state {state} --prefix crowd{turn}- --phase publish")
        alone.append(node.load("pubsub", live + " --duration 5")["latency_us"]["p99"] / 1000)
        beside = subprocess.Popen(
            [ARGUMENTS.mqttload, "pubsub", "--port", node.port, *live.split(), "--warmup", "0", "--duration", "5"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        time.sleep(0.5)
        result = node.load("durable", f"--phase recover --state {state} --prefix crowd{turn}-")["recover"]
        latency = json.loads(beside.communicate()[0].strip().splitlines()[-1])["latency_us"]
        meanwhile.append(latency["p99"] / 1000)
        seconds.append(result["seconds"])
        if result["missing"]:
            print(f"crowd: {result['missing']} MISSING", file=sys.stderr)
    print(
        f"crowd: {clients:,} clients with {each:,} messages each, all in {spread(seconds, 1)} s; "
        f"p99 of others {spread(alone, 1)} ms alone, {spread(meanwhile, 1)} ms meanwhile"
    )
    node.stop()


class Plain:
    """As much of an MQTT 3.1.1 client as it takes to fill the table of retained messages, and to read it."""

    def __init__(self, port, client_id):
        self.socket = socket.create_connection(("127.0.0.1", int(port)))
        self.socket.settimeout(120)
        name = client_id.encode()
        self.socket.sendall(self.packet(0x10, b"\0\4MQTT\4\2\0\0" + len(name).to_bytes(2) + name))
        self.socket.recv(4)

    @staticmethod
    def packet(first, body):
        length, remaining = b"", len(body)
        while remaining > 127:
            length += bytes([remaining & 127 | 128])
            remaining >>= 7
        return bytes([first]) + length + bytes([remaining]) + body

    def retain(self, topics, payload):
        """At QoS 1; returns when all are acknowledged."""
        for begin in range(0, len(topics), 1000):
            part = topics[begin : begin + 1000]
            packets = [
                self.packet(0x33, len(topic).to_bytes(2) + topic + (1 + number).to_bytes(2) + payload) for number, topic in enumerate(part)
            ]
            self.socket.sendall(b"".join(packets))
            left = 4 * len(part)
            while left:
                left -= len(self.socket.recv(left))

    def count_retained(self, expected):
        """Subscribes to everything at QoS 0 and counts what comes."""
        self.socket.sendall(self.packet(0x82, b"\0\1\0\1#\0"))
        buffer, count = b"", 0
        while count < expected:
            buffer += self.socket.recv(1 << 20)
            at = 0
            while len(buffer) - at >= 2:
                length = buffer[at + 1]
                size = 2 + length if length < 128 else 3 + (length & 127) + (buffer[at + 2] << 7 if len(buffer) - at > 2 else 1 << 20)
                if len(buffer) - at < size:
                    break
                count += buffer[at] == 0x31
                at += size
            buffer = buffer[at:]
        return count


def retained(folder):
    node = Node(folder, "512m", ["limits.retained-messages=2000000"])
    live = "--pubs 10 --subs 10 --topic live/%d --filter live/%d --qos 1 --payload 256 --rate 50 --duration 5"
    total = count(1_000_000)
    before = node.heap_after_gc_bytes()
    Plain(node.port, "fills").retain([f"state/{i // 1000}/{i}".encode() for i in range(total)], b"x" * 100)
    after = node.heap_after_gc_bytes()
    node.load("pubsub", live)
    alone = [node.load("pubsub", live)["latency_us"]["p99"] / 1000 for _ in range(3)]
    seconds, meanwhile = [], []
    for turn in range(3):
        beside = subprocess.Popen(
            [ARGUMENTS.mqttload, "pubsub", "--port", node.port, *live.split(), "--warmup", "0"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        time.sleep(0.5)
        begin = time.perf_counter()
        found = Plain(node.port, f"reads{turn}").count_retained(total)
        seconds.append(time.perf_counter() - begin)
        meanwhile.append(json.loads(beside.communicate()[0].strip().splitlines()[-1])["latency_us"]["p99"] / 1000)
        assert found >= total
    print(
        f"retained: '#' on {total:,} retained messages of 100 B, -Xmx512m: all in {spread(seconds, 1)} s; live heap {before / 2**20:.1f} MiB "
        f"without them, {after / 2**20:.1f} MiB with; p99 of others {spread(alone, 1)} ms alone, {spread(meanwhile, 1)} ms meanwhile"
    )
    node.stop()


def sustained(folder):
    node = Node(folder, settings=["streams.default.retain-size=4GiB"])
    rate, pairs = 85_000, 100
    load = f"--pubs {pairs} --subs {pairs} --qos 1 --payload 256 --mqtt 5 --clean 0 --expiry 3600 --window 1000 --rate {rate // pairs}"
    result = node.load("pubsub", f"{load} --warmup 10 --duration {ARGUMENTS.minutes * 60}")
    latency = result["latency_us"]
    print(
        f"sustained: {pairs} publishers to {pairs} persistent sessions, QoS 1, 256 B, {ARGUMENTS.minutes} minutes: "
        f"{result['acked_per_s']:,.0f} msg/s acknowledged, {result['delivered_per_s']:,.0f} delivered, missing {result['missing']}, "
        f"duplicates {result['duplicates']}, reordered {result['reordered']}; latency p50 {latency['p50'] / 1000:.1f} ms, "
        f"p99 {latency['p99'] / 1000:.1f} ms, max {latency['max'] / 1000:.0f} ms; broker {result['broker']['cpu_s_per_million']:.1f} CPU s per million"
    )
    figures = node.figures()
    print("sustained: " + ", ".join(f"{topic.split('/log/')[1]} {value}" for topic, value in sorted(figures.items())))
    node.stop()


def restart(folder):
    node = Node(folder, "4g")
    state = os.path.join(folder, "device-state")
    node.load("durable", f"--phase publish --state {state} --pubs 1 --subs 1 --count 3 --topic device/%d --filter device/%d --prefix device-")
    for part in range(10):
        node.load("conn", f"--conns {count(10_000)} --clean 0 --mqtt 5 --expiry 86400 --sub away/{part}/%d --hold 0 --src 4 --prefix r{part}-")
    node.load("pubsub", f"--pubs 50 --subs 0 --qos 1 --payload 64 --window 1000 --count {count(200_000)} --spread 1000 --topic t/%d")
    node.stop()
    orderly = []
    for _ in range(3):
        node = Node(folder, "4g")
        orderly.append(node.ready_millis)
        node.stop()
    killed = []
    for _ in range(3):
        node = Node(folder, "4g")
        node.load("pubsub", "--pubs 50 --subs 0 --qos 1 --payload 64 --window 1000 --count 2000 --topic t/%d")
        node.stop(signal.SIGKILL)
        node = Node(folder, "4g")
        killed.append(node.ready_millis)
        node.stop(signal.SIGKILL)
    print(
        f"restart: {count(10_000_000):,} messages, {count(100_000):,} sessions: ready in {spread(orderly)} ms after SIGTERM, "
        f"{spread(killed)} ms after kill -9"
    )
    node = Node(folder, "4g")
    result = node.load("durable", f"--phase recover --state {state} --prefix device-")["recover"]
    print(f"device: its {result['recovered']} messages, the oldest of all, {result['first_after_s'] * 1000:,.0f} ms after connecting")
    node.stop()


def heap(folder):
    node = Node(folder, "512m")
    before = node.heap_after_gc_bytes()
    parts, made = 100, 0
    for part in range(parts):
        options = f"--conns {count(10_000)} --clean 0 --mqtt 5 --expiry 86400 --sub away/{part}/%d --hold 0 --src 4 --prefix h{part}-"
        made += node.load("conn", options)["connect"]["ready"]
    after = node.heap_after_gc_bytes()
    print(
        f"heap: {made:,} offline sessions with a subscription each, -Xmx512m: live heap {before / 2**20:.1f} MiB before, "
        f"{after / 2**20:.1f} MiB after"
    )
    node.stop()


SCENARIOS = {each.__name__: each for each in (ack, sessions, offline, catchup, crowd, retained, sustained, restart, heap)}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mqttload", required=True)
    parser.add_argument("--only", choices=SCENARIOS)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--minutes", type=int, default=10, help="how long `sustained` takes")
    ARGUMENTS = parser.parse_args()
    for name, scenario in SCENARIOS.items():
        if ARGUMENTS.only in (None, name):
            directory = tempfile.mkdtemp(prefix="forebay-bench-")
            try:
                scenario(directory)
                sys.stdout.flush()
            finally:
                shutil.rmtree(directory)
