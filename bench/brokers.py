"""Starts and stops the brokers of a comparison: Forebay from this checkout, peers by the scripts of --peers."""

import os
import random
import re
import select
import shutil
import socket
import subprocess
import tempfile

from peers import FACTS, FOREBAY, UNKNOWN, wrappers

LAUNCHER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "forebay")
READY_SECONDS = 60
STOP_SECONDS = 40
HEAP = "2g"


class BrokerFailed(Exception):
    """It did not start, or is gone."""


class Broker:
    """What every broker is asked for. Ports are None for a transport that it does not have."""

    def __init__(self, name, facts):
        self.name = name
        self.facts = facts
        self.pid = None
        self.ports = {}

    def alive(self):
        try:
            with open(f"/proc/{self.pid}/stat", encoding="ascii", errors="replace") as file:
                return file.read().rsplit(")", 1)[1].split()[0] != "Z"
        except OSError:
            return False

    def cpu_seconds(self):
        with open(f"/proc/{self.pid}/stat", encoding="ascii", errors="replace") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def rss_kb(self):
        with open(f"/proc/{self.pid}/status", encoding="ascii", errors="replace") as file:
            found = re.search(r"VmRSS:\s+(\d+) kB", file.read())
        return int(found.group(1)) if found else 0

    def cannot(self, scenario, mode):
        """Why it does not take part, or None."""
        if mode == "durable" and not self.facts.durable:
            return "keeps no acknowledged message over a crash"
        if scenario.needs == "shared" and not self.facts.shared:
            return "has no shared subscriptions"
        if scenario.transport not in self.facts.transports:
            return f"no {scenario.transport} as it is started here"
        return None


class Forebay(Broker):
    """A node of this checkout on an empty directory of its own."""

    def __init__(self, extra_options="", extra_settings=()):
        super().__init__("forebay", FOREBAY)
        self.extra_options = extra_options
        self.extra_settings = extra_settings
        self.process = None
        self.data = None
        self.ready_millis = None

    def start(self, mode, certificate=None):
        self.data = tempfile.mkdtemp(prefix="forebay-bench-")
        settings = ["listeners.mqtt.port=0", "listeners.ws.port=0", f"node.data={self.data}/data"]
        if mode == "memory":
            settings.append("streams.default.durability=memory")
        if certificate:
            settings += ["listeners.mqtts.port=0", f"listeners.mqtts.certificate={certificate.chain}", f"listeners.mqtts.key={certificate.key}"]
        settings += self.extra_settings
        options = f"{os.environ.get('FOREBAY_JAVA_OPTS', f'-Xmx{HEAP}')} {self.extra_options}"
        self.process = subprocess.Popen(
            [LAUNCHER, "serve", *(word for setting in settings for word in ("--set", setting))],
            stdout=subprocess.PIPE,
            stderr=open(f"{self.data}/stderr", "wb"),
            env=dict(os.environ, FOREBAY_JAVA_OPTS=options),
        )
        self.pid = self.process.pid
        ready = self._ready_line()
        self.ports = {"tcp": _port(ready, "mqtt"), "ws": _port(ready, "ws"), "tls": _port(ready, "mqtts")}
        self.ready_millis = int(re.search(r"in (\d+) ms", ready).group(1))

    def _ready_line(self):
        readable, _, _ = select.select([self.process.stdout], [], [], READY_SECONDS)
        line = self.process.stdout.readline().decode() if readable else ""
        if " ready in " in line:
            return line
        with open(f"{self.data}/stderr", encoding="utf-8", errors="replace") as file:
            said = file.read().strip()[-300:]
        self.stop()
        raise BrokerFailed(f"forebay did not get ready: {said or 'it said nothing'}")

    def stop(self):
        if self.process:
            self.process.terminate()
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None
        if self.data:
            shutil.rmtree(self.data, ignore_errors=True)
            self.data = None

    def version(self):
        """Builds, if something has to be built."""
        done = subprocess.run([LAUNCHER, "--version"], stdout=subprocess.PIPE, text=True, check=True)
        folder = os.path.dirname(LAUNCHER)
        commit = subprocess.run(["git", "-C", folder, "describe", "--always", "--dirty"], stdout=subprocess.PIPE, text=True, check=False)
        return f"{done.stdout.strip()} {commit.stdout.strip()}".strip()


class Peer(Broker):
    """Another broker, started and stopped by SCRIPTS/NAME.sh."""

    def __init__(self, name, scripts):
        super().__init__(name, FACTS.get(name, UNKNOWN))
        self.script = os.path.join(scripts, f"{name}.sh")
        if not os.access(self.script, os.X_OK):
            raise BrokerFailed(f"{self.script} is missing or cannot be executed; --peers names the folder of the start scripts")
        self.folder = None

    def start(self, mode, certificate=None):
        port = _free_ports(8)
        self.ports = {"tcp": port, "ws": port if self.facts.one_port else port + 6, "tls": port + 7}
        self.folder = tempfile.mkdtemp(prefix="forebay-bench-peer-")
        environment = self._environment()
        environment.update(wrappers(self.name, self.folder, self.ports, certificate))
        self._call("stop", timeout=STOP_SECONDS)
        done = self._call("start", str(port), mode, timeout=180, environment=environment)
        if done.returncode != 0:
            raise BrokerFailed(f"{self.name} did not start: {done.stdout.strip()[-300:]}")
        self.pid = int(self._call("pid").stdout.split()[0])

    def _environment(self):
        # An instance of its own, so that two users of one script do not stop each other's broker.
        return {"PEER_INSTANCE": "-compare", "PEER_XMX": HEAP, **os.environ}

    def _call(self, *words, timeout=60, environment=None):
        try:
            return subprocess.run(
                [self.script, *words], env=environment or self._environment(), timeout=timeout,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
            )
        except subprocess.TimeoutExpired as e:
            raise BrokerFailed(f"{self.name}: '{' '.join(words)}' took more than {timeout} s") from e

    def stop(self):
        self._call("stop", timeout=2 * STOP_SECONDS)
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder = None

    def version(self):
        return self._call("version", timeout=900).stdout.strip().splitlines()[-1]


class Running(Broker):
    """A broker that somebody else started: NAME=PORT:PID."""

    def __init__(self, name, port, pid):
        super().__init__(name, FACTS.get(name, UNKNOWN))
        self.ports = {"tcp": int(port)}
        self.pid = int(pid)

    def cannot(self, scenario, mode):
        return super().cannot(scenario, "memory") or (None if scenario.transport == "tcp" else "only its TCP port is known")

    def start(self, mode, certificate=None):
        if not self.alive():
            raise BrokerFailed(f"{self.name}: there is no process {self.pid}")

    def stop(self):
        pass

    def version(self):
        return f"started by somebody else, pid {self.pid}"


def _port(ready, listener):
    found = re.search(rf"\b{listener}=(\d+)", ready)
    return int(found.group(1)) if found else None


def _free_ports(count):
    """The first of some free ports in a row, below those that outgoing connections take."""
    for _ in range(200):
        first = random.randrange(20_000, 30_000)
        if all(_free(first + i) for i in range(count)):
            return first
    raise BrokerFailed(f"found no {count} free ports in a row between 20000 and 30000")


def _free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            return True
        except OSError:
            return False
