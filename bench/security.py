#!/usr/bin/env python3
"""What security costs: rules, passwords, tokens; and what a storm of clients that come back does to those that are there.

mqttload is a load generator outside of this project that counts loss, duplicates and reordering exactly. Nodes of
different settings alternate, round after round; what is printed is the median and, in brackets, the lowest and highest.
"""

import argparse
import base64
import contextlib
import json
import os
import socket
import statistics
import subprocess
import tempfile
import time

from brokers import LAUNCHER, Forebay

EXAMPLES = """examples:
  bench/security.py --mqttload ../mqttload
  bench/security.py --mqttload ../mqttload --only acl --rounds 3
"""
PASSWORD = "correct horse battery staple"
USERS = 300
WARM = 100
PAIRS = "--pubs 200 --subs 200 --topic t/%d --filter t/%d --payload 256 --outstanding 100000"
LIVE = "--pubs 10 --subs 10 --topic live/%d --filter live/%d --qos 1 --payload 256 --rate 50"


def spread(values, digits=0):
    return f"{statistics.median(values):,.{digits}f} ({min(values):,.{digits}f}–{max(values):,.{digits}f})"


@contextlib.contextmanager
def node(*settings):
    broker = Forebay(extra_settings=settings)
    broker.start("memory")
    try:
        yield broker
    finally:
        broker.stop()


class Files:
    """Users, rules and tokens for the measurements."""

    def __init__(self, folder):
        self.folder = folder
        self.users = self._users()
        self.key = f"{folder}/key.pem"
        subprocess.run(["openssl", "genrsa", "-out", self.key, "2048"], check=True, capture_output=True)
        self.jwks = self._jwks()

    def _users(self):
        """One hash under many names: each is checked for itself."""
        path = f"{self.folder}/users.txt"
        command = [LAUNCHER, "user", "add", "bench", "--file", path, "--password-stdin"]
        subprocess.run(command, input=PASSWORD, text=True, check=True, capture_output=True)
        with open(path, encoding="utf-8") as file:
            lines = file.read().splitlines()
        line = next(each for each in lines if each.startswith("bench:"))
        with open(path, "a", encoding="utf-8") as file:
            for i in range(USERS):
                file.write(line.replace("bench:", f"bench{i}:", 1) + "\n")
        return path

    def _jwks(self):
        modulus = subprocess.run(["openssl", "rsa", "-in", self.key, "-noout", "-modulus"], check=True, capture_output=True, text=True).stdout
        n = bytes.fromhex(modulus.strip().split("=")[1])
        path = f"{self.folder}/jwks.json"
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"keys": [{"kty": "RSA", "kid": "k", "alg": "RS256", "n": encoded(n), "e": "AQAB"}]}, file)
        return path

    def token(self, user):
        head = encoded(json.dumps({"alg": "RS256", "kid": "k"}).encode())
        body = encoded(json.dumps({"sub": user, "exp": int(time.time()) + 3600}).encode())
        signed = f"{head}.{body}".encode()
        signature = subprocess.run(["openssl", "dgst", "-sha256", "-sign", self.key], input=signed, check=True, capture_output=True).stdout
        return f"{head}.{body}.{encoded(signature)}"

    def rules(self, count):
        """The one that decides is the last."""
        path = f"{self.folder}/acl-{count}.yaml"
        with open(path, "w", encoding="utf-8") as file:
            file.write("rules:\n")
            for i in range(count - 1):
                file.write(f"  - deny: [publish, subscribe]\n    topics: [never/{i}/#]\n")
            file.write("  - allow: all\n    topics: ['#']\n")
        return path


def encoded(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def load(broker, words):
    command = [OPTIONS.mqttload, *words.split(), "--port", str(broker.ports["tcp"]), "--pid", str(broker.pid)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    return json.loads(done.stdout.strip().splitlines()[-1])


def acl(files):
    """Throughput of 200 pairs at QoS 0, by the number of rules before the one that decides."""
    settings = {
        "no rules": (),
        "10 rules": (f"security.passwords={files.users}", "security.allow-anonymous=true", f"security.acl={files.rules(10)}"),
        "1,000 rules": (f"security.passwords={files.users}", "security.allow-anonymous=true", f"security.acl={files.rules(1000)}"),
    }
    rates, cpu = {each: [] for each in settings}, {each: [] for each in settings}
    with contextlib.ExitStack() as stack:
        nodes = {name: stack.enter_context(node(*words)) for name, words in settings.items()}
        for each in nodes.values():
            load(each, f"pubsub {PAIRS} --qos 0 --duration 2")
        for _ in range(OPTIONS.rounds):
            for name, each in nodes.items():
                before = each.cpu_seconds()
                result = load(each, f"pubsub {PAIRS} --qos 0 --warmup 0 --duration 3")
                rates[name].append(result["delivered_per_s"])
                cpu[name].append((each.cpu_seconds() - before) * 1e6 / max(1, result["delivered"]))
    for name in settings:
        print(f"acl: {name}: {spread(rates[name])} deliveries/s, {spread(cpu[name], 2)} s CPU per million")


def connect(port, client, user=None, password=None):
    """Connects and goes; milliseconds from CONNECT to CONNACK."""
    flags, payload = 2, text(client)
    if user is not None:
        flags |= 0x80
        payload += text(user)
    if password is not None:
        flags |= 0x40
        payload += text(password)
    body = text("MQTT") + bytes([4, flags, 0, 60]) + payload
    length, rest = b"", len(body)
    while rest > 127:
        length += bytes([rest & 127 | 128])
        rest >>= 7
    with socket.create_connection(("127.0.0.1", port)) as peer:
        begin = time.perf_counter()
        peer.sendall(b"\x10" + length + bytes([rest]) + body)
        answer = peer.recv(4)
        millis = (time.perf_counter() - begin) * 1000
    if len(answer) < 4 or answer[3] != 0:
        raise SystemExit(f"{client} was refused: {answer.hex()}")
    return millis


def text(word):
    return len(word.encode()).to_bytes(2, "big") + word.encode()


def login(files):
    """From CONNECT to CONNACK, one client after the other; every client has credentials that were not seen before, then again."""
    passwords, tokens = f"security.passwords={files.users}", f"security.jwt.jwks={files.jwks}"
    shown = {
        "nobody is checked": ((), [(None, None)] * USERS),
        "password": ((passwords,), [(f"bench{i}", PASSWORD) for i in range(USERS)]),
        "token, RS256": ((tokens,), [("u", files.token(f"u{i}")) for i in range(USERS)]),
    }
    for name, (settings, credentials) in shown.items():
        with node(*settings, "limits.connections-per-address=0") as each:
            # The JVM is cold at first, and that is not what is measured.
            for i, who in enumerate(credentials[:WARM]):
                connect(each.ports["tcp"], f"w{i}", *who)
            credentials = credentials[WARM:]
            first = [connect(each.ports["tcp"], f"c{i}", *who) for i, who in enumerate(credentials)]
            again = [connect(each.ports["tcp"], f"d{i}", *who) for i, who in enumerate(credentials)]
        print(f"login: {name}: {spread(first, 2)} ms the first time, {spread(again, 2)} ms again")


def storm(_files):
    """Clients that all come back at once, with and without a rate; ten others publish to ten meanwhile."""
    clients = OPTIONS.clients
    for name, rate in (("as fast as they come", "unlimited"), ("2,000 a second", "2000/s")):
        with node(f"limits.connect-rate={rate}", "limits.connect-queue=100000") as each:
            load(each, f"pubsub {LIVE} --duration 4")
            alone, meanwhile, seconds = [], [], []
            for _ in range(OPTIONS.rounds):
                alone.append(load(each, f"pubsub {LIVE} --duration 3")["latency_us"]["p99"] / 1000)
                beside = subprocess.Popen(
                    [OPTIONS.mqttload, "pubsub", *LIVE.split(), "--port", str(each.ports["tcp"]), "--warmup", "0", "--duration", "6"],
                    stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                )
                time.sleep(0.5)
                result = load(each, f"conn --conns {clients} --inflight 4000 --sub storm/c%d --hold 0 --prefix storm- --conn-timeout 60")
                meanwhile.append(json.loads(beside.communicate()[0].strip().splitlines()[-1])["latency_us"]["p99"] / 1000)
                seconds.append(result["connect"]["seconds"])
        print(
            f"storm: {clients:,} clients, {name}: all in after {spread(seconds, 1)} s; "
            f"p99 of others {spread(alone, 1)} ms alone, {spread(meanwhile, 1)} ms meanwhile"
        )


MEASUREMENTS = {"acl": acl, "login": login, "storm": storm}


def main():
    parser = argparse.ArgumentParser(description=__doc__, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mqttload", metavar="FILE", required=True, help="the load generator")
    parser.add_argument("--only", choices=MEASUREMENTS, help="one of them")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--clients", type=int, default=15_000, help="of the storm (15000)")
    global OPTIONS
    OPTIONS = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="forebay-security-") as folder:
        files = Files(folder)
        for name in [OPTIONS.only] if OPTIONS.only else MEASUREMENTS:
            MEASUREMENTS[name](files)


if __name__ == "__main__":
    main()
