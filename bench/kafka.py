#!/usr/bin/env python3
"""Measures nodes that share a Kafka cluster, on nodes that it starts itself. Kafka runs already, with nothing else to do.

    mvn -q package -pl it/kafka                                                            # once: Kafka's own tools
    bench/kafka.py --bootstrap 127.0.0.1:9092 --mqttload ../mqttload                       # all
    bench/kafka.py --bootstrap 127.0.0.1:9092 --mqttload ../mqttload --only ingest         # one of: ingest latency fanout moving
    bench/kafka.py --bootstrap 127.0.0.1:9092 --mqttload ../mqttload --rounds 3 --scale 0.1

ingest   QoS 1 publishers until Kafka (acks=all) has it, beside kafka-producer-perf-test with records as large, rounds alternating
latency  10,000 messages a second from clients of one node through Kafka to clients of another
fanout   one record to 10,000 subscribers on two nodes
moving   1,000 clients of a node that is killed go on at another, with 100 messages each that they missed

mqttload is a load generator outside of this project; only ingest needs it. What is printed is the median of the rounds and, in
brackets, the lowest and highest. Everything shares the machine's cores; say so with the figures.
"""

import argparse
import collections
import json
import os
import re
import selectors
import shutil
import signal
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
FOREBAY = os.path.join(HERE, "..", "forebay")
KAFKA = os.path.join(HERE, "..", "it", "kafka", "target")
LIMIT_SECONDS = 120


class Node:
    """A running node on a directory of its own."""

    made = 0

    def __init__(self, *settings):
        Node.made += 1
        self.data = tempfile.mkdtemp(prefix="forebay-bench-")
        arguments = [
            "listeners.mqtt.port=0", "listeners.ws.enabled=false", f"node.data={self.data}", f"node.name=bench-{os.getpid()}-{Node.made}",
            "engine=kafka", f"kafka.bootstrap.servers={ARGUMENTS.bootstrap}", "kafka.streams=bench-.*", *settings,
        ]
        command = [FOREBAY, "serve"] + [word for setting in arguments for word in ("--set", setting)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=dict(os.environ, FOREBAY_JAVA_OPTS="-Xmx1g"))
        ready = self.process.stdout.readline()
        if "mqtt=" not in ready:
            raise SystemExit("the node did not get ready; what it says is above")
        self.port = int(re.search(r"mqtt=(\d+)", ready).group(1))

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        self.process.wait(60)
        shutil.rmtree(self.data, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.stop()


def tool(name, *options):
    """One of Kafka's own programs; gives what it prints."""
    java = subprocess.run([FOREBAY, "--java-home"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    if not os.path.isdir(f"{KAFKA}/tools"):
        raise SystemExit(f"{KAFKA}/tools is missing: run mvn -q package -pl it/kafka")
    command = [
        f"{java}/bin/java", "-Xmx1g", "--enable-native-access=ALL-UNNAMED", "-cp", f"{KAFKA}/tools/*:{KAFKA}/brokers/*",
        "-Dorg.slf4j.simpleLogger.defaultLogLevel=error", f"org.apache.kafka.tools.{name}", "--bootstrap-server", ARGUMENTS.bootstrap,
    ]
    return subprocess.run(command + list(options), stdout=subprocess.PIPE, text=True, check=True).stdout


def topic(name, partitions=8):
    """A new Kafka topic, so that rounds do not read what others wrote."""
    full = f"bench-{name}-{os.getpid()}"
    tool("TopicCommand", "--create", "--topic", full, "--partitions", str(partitions))
    return full


def spread(values, digits=0):
    return f"{statistics.median(values):,.{digits}f} ({min(values):,.{digits}f}–{max(values):,.{digits}f})"


def count(number):
    return max(1, int(number * ARGUMENTS.scale))


def percentile(values, part):
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


# ---------------------------------------------------------------- clients


def packet(first, body):
    length, remaining = b"", len(body)
    while remaining > 127:
        length += bytes([remaining & 127 | 128])
        remaining >>= 7
    return bytes([first]) + length + bytes([remaining]) + body


def text(value):
    return struct.pack(">H", len(value.encode())) + value.encode()


def publish(topic_name, payload, packet_id):
    return packet(0x32, text(topic_name) + struct.pack(">H", packet_id) + payload)


class Clients:
    """Many MQTT 3.1.1 clients on one thread. Each acknowledges what it gets; `on_message(client, payload)` is told of it."""

    def __init__(self, on_message=None):
        self.selector = selectors.DefaultSelector()
        self.on_message = on_message
        self.acknowledged = self.connected = self.subscribed = self.sessions = 0
        self.buffers = collections.defaultdict(bytes)

    def add(self, port, client_id, clean=True, source=None):
        """Connects; the answer comes later."""
        client = socket.create_connection(("127.0.0.1", port), 60, (source or "127.0.0.1", 0))
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.sendall(packet(0x10, b"\0\4MQTT\4" + (b"\2" if clean else b"\0") + b"\0\0" + text(client_id)))
        self.selector.register(client, selectors.EVENT_READ)
        return client

    @staticmethod
    def subscribe(client, name):
        client.sendall(packet(0x82, b"\0\1" + text(name) + b"\1"))

    def until(self, done, seconds=LIMIT_SECONDS):
        """Takes what comes until that is true; says whether it is."""
        end = time.monotonic() + seconds
        while not done():
            if time.monotonic() > end:
                return False
            self.turn(0.1)
        return True

    def turn(self, seconds):
        for key, _ in self.selector.select(seconds):
            self.read(key.fileobj)

    def read(self, client):
        received = client.recv(1 << 18)
        if not received:
            self.selector.unregister(client)
            return
        buffer, at, answers = self.buffers[client] + received, 0, []
        while True:
            head, length, shift = at + 1, 0, 0
            while head < len(buffer):
                length |= (buffer[head] & 127) << shift
                shift += 7
                head += 1
                if buffer[head - 1] < 128:
                    break
            else:
                break
            if head + length > len(buffer):
                break
            self.take(client, buffer[at], buffer[head : head + length], answers)
            at = head + length
        self.buffers[client] = buffer[at:]
        if answers:
            client.sendall(b"".join(answers))

    def take(self, client, first, body, answers):
        kind = first >> 4
        if kind == 3:
            at = 2 + (body[0] << 8 | body[1])
            if first & 6:
                answers.append(b"\x40\2" + body[at : at + 2])
                at += 2
            self.on_message(client, body[at:])
        elif kind == 4:
            self.acknowledged += 1
        elif kind == 2:
            if body[1]:
                raise SystemExit(f"a client was refused: {body[1]}")
            self.connected += 1
            self.sessions += body[0]
        elif kind == 9:
            self.subscribed += 1

    def close(self):
        for key in list(self.selector.get_map().values()):
            key.fileobj.close()
        self.selector.close()


# ---------------------------------------------------------------- scenarios


def ingest():
    name = topic("ingest")
    with Node(f"streams.{name}.consume=none") as node:
        load = [
            ARGUMENTS.mqttload, "pubsub", "--port", str(node.port), "--pid", str(node.process.pid), "--pubs", "50", "--subs", "0", "--qos", "1",
            "--payload", "256", "--window", "1000", "--spread", "20", "--topic", f"{name}/%d", "--duration", "5",
        ]

        def through_mqtt():
            done = subprocess.run(load, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
            result = json.loads(done.stdout.strip().splitlines()[-1])
            if not result["ok"]:
                print(f"trouble: {result.get('trouble')}", file=sys.stderr)
            return result["acked_per_s"]

        def straight(records):
            said = tool(
                "ProducerPerformance", "--topic", name, "--num-records", str(records), "--record-size", "256", "--throughput", "-1",
                "--command-property", "acks=all", "--warmup-records", str(records // 4),
            )
            # The last line is of what came after the warm-up.
            return float(re.findall(r"([\d.]+) records/sec", said)[-1])

        through_mqtt()
        records = max(10_000, int(5 * straight(count(300_000))))
        mqtt, kafka = [], []
        for _ in range(ARGUMENTS.rounds):
            mqtt.append(through_mqtt())
            kafka.append(straight(records))
        shares = [100 * ours / theirs for ours, theirs in zip(mqtt, kafka)]
        print(
            f"ingest: 256 B, acks=all: 50 publishers at QoS 1 {spread(mqtt)} msg/s acknowledged, kafka-producer-perf-test {spread(kafka)} "
            f"records/s; {spread(shares)} % within a round"
        )


def latency():
    rate, clients, seconds = count(10_000), 10, 10
    name = topic("latency")
    with Node() as one, Node() as other:
        p50s, p99s, lost = [], [], 0
        for turn in range(1 + ARGUMENTS.rounds):
            took, sent = [], 0

            def arrived(_, payload):
                took.append(time.monotonic_ns() - struct.unpack(">q", payload[:8])[0])

            crowd = Clients(arrived)
            subscribers = [crowd.add(other.port, f"latency-sub-{turn}-{i}") for i in range(clients)]
            publishers = [crowd.add(one.port, f"latency-pub-{turn}-{i}") for i in range(clients)]
            crowd.until(lambda: crowd.connected == 2 * clients)
            for number, each in enumerate(subscribers):
                crowd.subscribe(each, f"{name}/{turn}/{number}")
            crowd.until(lambda: crowd.subscribed == clients)
            begin = time.monotonic()
            length = 3 if turn == 0 else seconds
            while (now := time.monotonic() - begin) < length:
                while sent < rate * now:
                    number = sent % clients
                    stamp = struct.pack(">q", time.monotonic_ns())
                    publishers[number].sendall(publish(f"{name}/{turn}/{number}", stamp + b"x" * 248, 1 + sent // clients % 60_000))
                    sent += 1
                crowd.turn(0.001)
            crowd.until(lambda: len(took) >= sent, 20)
            crowd.close()
            if turn:
                lost += sent - len(took)
                p50s.append(percentile(took, 0.5) / 1e6)
                p99s.append(percentile(took, 0.99) / 1e6)
        print(
            f"latency: {rate:,} msg/s of 256 B, QoS 1, MQTT to Kafka to MQTT on another node: p50 {spread(p50s, 1)} ms, "
            f"p99 {spread(p99s, 1)} ms, missing {lost}"
        )


def fanout():
    subscribers, messages = count(10_000), 20
    name = topic("fanout")
    with Node() as one, Node() as other:
        took, arrivals = [], []
        crowd = Clients(lambda client, payload: arrivals.append(1))
        all_of_them = []
        for number in range(subscribers):
            node = one if number % 2 else other
            all_of_them.append(crowd.add(node.port, f"fan-{number}", source=f"127.0.0.{2 + number // 4000}"))
            if number % 200 == 0:
                crowd.turn(0)
        crowd.until(lambda: crowd.connected == subscribers)
        for each in all_of_them:
            crowd.subscribe(each, f"{name}/all")
            crowd.turn(0)
        crowd.until(lambda: crowd.subscribed == subscribers)
        publisher = crowd.add(one.port, "fan-pub")
        crowd.until(lambda: crowd.connected == subscribers + 1)
        for turn in range(3 + messages):
            arrivals.clear()
            begin = time.monotonic()
            publisher.sendall(publish(f"{name}/all", b"x" * 256, 1 + turn))
            if not crowd.until(lambda: len(arrivals) >= subscribers, 30):
                print(f"fanout: {subscribers - len(arrivals)} MISSING", file=sys.stderr)
            if turn >= 3:
                took.append((time.monotonic() - begin) * 1000)
        crowd.close()
        print(
            f"fanout: one record of 256 B to {subscribers:,} subscribers on two nodes: the last has it after {spread(took)} ms "
            f"({messages} records, one client process for all)"
        )


def moving():
    clients, each = count(1_000), 100
    name = topic("moving")
    seconds, first_seconds = [], []
    with Node() as other:
        for turn in range(ARGUMENTS.rounds):
            node = Node()
            before = Clients(lambda client, payload: None)
            for number in range(clients):
                before.subscribe(before.add(node.port, f"moving-{turn}-{number}", clean=False), f"{name}/{turn}/{number}")
            before.until(lambda: before.subscribed == clients)
            node.stop(signal.SIGKILL)
            before.close()
            # What they miss comes through the node that is left.
            publisher = Clients()
            client = publisher.add(other.port, f"moving-pub-{turn}")
            publisher.until(lambda: publisher.connected == 1)
            for number in range(clients * each):
                client.sendall(publish(f"{name}/{turn}/{number % clients}", f"{number % clients} {number // clients}".encode(), 1 + number % 60_000))
                publisher.until(lambda: number + 1 - publisher.acknowledged < 500)
            publisher.until(lambda: publisher.acknowledged == clients * each)
            publisher.close()
            received, firsts, begin = set(), [], time.monotonic()

            def arrived(_, payload):
                if not received:
                    firsts.append(time.monotonic() - begin)
                received.add(payload)

            after = Clients(arrived)
            for number in range(clients):
                after.add(other.port, f"moving-{turn}-{number}", clean=False)
                after.turn(0)
            after.until(lambda: len(received) == clients * each)
            seconds.append(time.monotonic() - begin)
            first_seconds.append(firsts[0] if firsts else float("nan"))
            if len(received) < clients * each or after.sessions < clients:
                print(f"moving: {clients * each - len(received)} messages MISSING, {clients - after.sessions} sessions LOST", file=sys.stderr)
            after.close()
    print(
        f"moving: {clients:,} clients of a killed node, {each} missed messages each: all served after {spread(seconds, 1)} s, "
        f"the first message after {spread(first_seconds, 2)} s"
    )


SCENARIOS = {each.__name__: each for each in (ingest, latency, fanout, moving)}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bootstrap", required=True, help="host:port of the running Kafka")
    parser.add_argument("--mqttload", help="the load generator, for ingest")
    parser.add_argument("--only", choices=SCENARIOS)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--scale", type=float, default=1.0, help="of counts and rates")
    ARGUMENTS = parser.parse_args()
    if ARGUMENTS.only in (None, "ingest") and not ARGUMENTS.mqttload:
        parser.error("ingest needs --mqttload")
    for chosen, scenario in SCENARIOS.items():
        if ARGUMENTS.only in (None, chosen):
            scenario()
            sys.stdout.flush()
