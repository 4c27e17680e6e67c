#!/usr/bin/env python3
"""What hostile clients do to well-behaved ones: the p99 of pairs alone, and beside each kind of hostility.

mqttload is a load generator outside of this project that counts loss, duplicates and reordering exactly; it is the pairs.
The hostile clients are here, in processes of lower priority, so that what they compute themselves is not measured. Each round
has a node that was just started and warmed; what is printed is the median and, in brackets, the lowest and highest.
"""

import argparse
import contextlib
import json
import multiprocessing
import os
import resource
import select
import socket
import ssl
import statistics
import struct
import subprocess
import sys
import tempfile
import time

import tls
from brokers import Forebay

EXAMPLES = """examples:
  bench/hostile.py --mqttload ../mqttload
  bench/hostile.py --mqttload ../mqttload --limits
  bench/hostile.py --mqttload ../mqttload --only 'connect flood' --rounds 5
"""
PAIRS = "--pubs 10 --subs 10 --topic live/%d --filter live/%d --qos 1 --payload 256 --rate 50"
SETTINGS = ("limits.connect-timeout=2s", "limits.retained-size=64MiB")
# What the guide's checklist recommends to a node that strangers can reach.
LIMITS = (
    "listeners.mqtt.accept-rate=200/s", "listeners.mqtts.accept-rate=20/s", "listeners.ws.accept-rate=50/s",
    "limits.publish-rate=200/s", "limits.publish-bandwidth=256KiB/s", "limits.subscriptions=1000", "limits.filter-wildcards=4",
)
# The pairs are connected and warm before hostility begins, and measured when it is at its height.
CONNECT_SECONDS = 1
SETTLE_SECONDS = 2


# ---------------------------------------------------------------- MQTT, as far as it is needed


def text(value):
    encoded = value.encode()
    return struct.pack("!H", len(encoded)) + encoded


def packet(first, body):
    length, left = b"", len(body)
    while True:
        left, digit = divmod(left, 128)
        length += bytes([digit | (128 if left else 0)])
        if not left:
            return bytes([first]) + length + body


def connect(client_id):
    return packet(0x10, text("MQTT") + b"\x05\x02\x00\x00\x00" + text(client_id))


def subscribe(filters, qos=0):
    return packet(0x82, b"\x00\x01\x00" + b"".join(text(each) + bytes([qos]) for each in filters))


def publish(topic, payload, retain=False):
    return packet(0x31 if retain else 0x30, text(topic) + b"\x00" + payload)


def dial(port, receive_buffer=0):
    client = socket.socket()
    if receive_buffer:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    client.connect(("127.0.0.1", port))
    return client


def client(port, client_id, receive_buffer=0):
    """One that was let in."""
    opened = dial(port, receive_buffer)
    opened.sendall(connect(client_id))
    opened.settimeout(10)
    opened.recv(256)
    return opened


# ---------------------------------------------------------------- hostility, each until it is ended


def drip(port, head, crowd=300):
    """Each says a byte every 50 ms, and begins again when it is cut."""
    held = {}
    while True:
        while len(held) < crowd:
            held[dial(port)] = 0
        for each, at in list(held.items()):
            try:
                each.send(head[min(at, len(head) - 1):][:1])
                held[each] = at + 1
            except OSError:
                each.close()
                del held[each]
        time.sleep(0.05)


def slow_tcp(ports):
    drip(ports["tcp"], b"\x10\xff\x7f\x00\x04MQTT\x05\x02\x00\x00\x00\x40\x00a")


def slow_tls(ports):
    drip(ports["tls"], b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03r")


def slow_websocket(ports):
    drip(ports["ws"], b"GET /mqtt HTTP/1.1\r\nHost: a\r\nX-Slow: a")


def connect_flood(ports):
    """As many CONNECTs as one process can make."""
    number = 0
    while True:
        batch = [dial(ports["tcp"]) for _ in range(50)]
        for each in batch:
            number += 1
            with contextlib.suppress(OSError):
                each.sendall(connect(f"flood-{number}"))
        for each in batch:
            each.close()


def half_handshakes(ports):
    """A ClientHello, which costs the server a signature, and no more."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    with contextlib.suppress(ssl.SSLWantReadError):
        context.wrap_bio(incoming, outgoing).do_handshake()
    hello = outgoing.read()
    held = []
    while True:
        opened = dial(ports["tls"])
        opened.sendall(hello)
        held.append(opened)
        if len(held) > 200:
            held.pop(0).close()
        time.sleep(0.005)


def overlapping_filters(ports):
    """10,000 filters that all match what is published 20 times a second."""
    greedy = client(ports["tcp"], "greedy")
    filters = ["deep" + "".join("/+" if number >> level & 1 else "/x" for level in range(14)) for number in range(10_000)]
    for start in range(0, len(filters), 500):
        greedy.sendall(subscribe(filters[start:start + 500]))
        greedy.recv(4096)
    publisher = client(ports["tcp"], "deep-publisher")
    while True:
        publisher.sendall(publish("deep" + "/x" * 14, b"x"))
        while select.select([greedy], [], [], 0)[0]:
            greedy.recv(65_536)
        time.sleep(0.05)


def deaf_subscribers(ports, qos):
    """100 that never read, behind 5 MB a second."""
    deaf = [client(ports["tcp"], f"deaf-{number}", 4096) for number in range(100)]
    for each in deaf:
        each.sendall(subscribe(["hose"], qos))
    hose = client(ports["tcp"], "hose")
    hose.settimeout(None)
    message_id = 0
    while True:
        message_id = message_id % 65_535 + 1
        body = text("hose") + (struct.pack("!H", message_id) if qos else b"") + b"\x00" + bytes(16 << 10)
        hose.sendall(packet(0x30 | qos << 1, body))
        while select.select([hose], [], [], 0)[0]:
            hose.recv(65_536)
        time.sleep(0.003)


def retained_bomb(ports):
    """Retained messages of 256 KiB to new topics, from a client that comes again when it is sent away."""
    number = 0
    while True:
        with contextlib.suppress(OSError):
            bomber = client(ports["tcp"], "bomber")
            while True:
                number += 1
                bomber.sendall(publish(f"bomb/{number}", bytes(256 << 10), retain=True))
                time.sleep(0.02)


def broken_packets(ports):
    """What the standard forbids, one connection after the other."""
    bad = [packet(0x32, text("t") + b"\x00\x00\x00"), packet(0x30, text("t") + b"\x03\x23\x00\x00"), packet(0x82, b"\x00\x00\x00"), b"\xff" * 100]
    while True:
        for each in bad:
            with contextlib.suppress(OSError):
                abuser = client(ports["tcp"], "abuser")
                abuser.sendall(each)
                abuser.recv(256)
                abuser.close()


SCENARIOS = {
    "slow loris, TCP": slow_tcp,
    "slow loris, TLS": slow_tls,
    "slow loris, WebSocket": slow_websocket,
    "connect flood": connect_flood,
    "half TLS handshakes": half_handshakes,
    "10,000 overlapping filters": overlapping_filters,
    "100 deaf subscribers, QoS 0": lambda ports: deaf_subscribers(ports, 0),
    "100 deaf subscribers, QoS 1": lambda ports: deaf_subscribers(ports, 1),
    "retained bomb": retained_bomb,
    "broken packets": broken_packets,
}


# ---------------------------------------------------------------- measuring


def hostile(name, ports):
    os.nice(10)
    SCENARIOS[name](ports)


@contextlib.contextmanager
def beside(name, ports):
    process = multiprocessing.Process(target=hostile, args=(name, ports), daemon=True)
    process.start()
    try:
        yield
        if not process.is_alive():
            raise SystemExit(f"{name}: the hostile clients ended by themselves, with {process.exitcode}; nothing was measured")
    finally:
        process.terminate()
        process.join()


def begin_pairs(options, port, warmup, seconds):
    words = [*PAIRS.split(), "--port", str(port), "--warmup", str(warmup), "--duration", str(seconds)]
    return subprocess.Popen([options.mqttload, "pubsub", *words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def end_pairs(process):
    out = process.communicate()[0]
    try:
        return json.loads(out.strip().splitlines()[-1])
    except (IndexError, ValueError):
        raise SystemExit(f"mqttload said nothing of use: {out.strip()[-200:]}") from None


def pairs(options, port, seconds):
    return end_pairs(begin_pairs(options, port, 0, seconds))


def p99_millis(result):
    return result["latency_us"]["p99"] / 1000


def measure(options, name, certificate):
    alone, attacked, grown, lost = [], [], [], 0
    for turn in range(options.rounds):
        print(f"{name}, round {turn + 1}/{options.rounds}", file=sys.stderr, flush=True)
        node = Forebay(extra_settings=SETTINGS + (LIMITS if options.limits else ()))
        node.start("durable", certificate)
        try:
            port = node.ports["tcp"]
            pairs(options, port, 4)
            alone.append(p99_millis(pairs(options, port, options.seconds)))
            before = node.rss_kb()
            running = begin_pairs(options, port, CONNECT_SECONDS + SETTLE_SECONDS, options.seconds)
            time.sleep(CONNECT_SECONDS)
            with beside(name, node.ports):
                result = end_pairs(running)
            attacked.append(p99_millis(result))
            lost += result.get("lost", 0)
            grown.append((node.rss_kb() - before) / 1024)
        finally:
            node.stop()
    return alone, attacked, grown, lost


def spread(values, digits=1):
    return f"{statistics.median(values):,.{digits}f} ({min(values):,.{digits}f}–{max(values):,.{digits}f})"


def main():
    parser = argparse.ArgumentParser(description=__doc__, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mqttload", metavar="FILE", required=True, help="the load generator")
    parser.add_argument("--only", choices=SCENARIOS, help="one scenario")
    parser.add_argument("--limits", action="store_true", help="on a node with the limits that the guide recommends")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=10, help="of each measurement")
    options = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    print(Forebay().version(), file=sys.stderr)
    rows = []
    with tempfile.TemporaryDirectory(prefix="forebay-hostile-") as folder:
        certificate = tls.make(folder)
        for name in [options.only] if options.only else SCENARIOS:
            rows.append((name, *measure(options, name, certificate)))
    print("\n| beside | p99 alone, ms | p99 beside it, ms | times | lost | the node grew by, MB |\n|---|---|---|---|---|---|")
    for name, alone, attacked, grown, lost in rows:
        times = statistics.median(attacked) / statistics.median(alone)
        print(f"| {name} | {spread(alone)} | {spread(attacked)} | {times:.1f} | {lost} | {spread(grown, 0)} |")


if __name__ == "__main__":
    main()
