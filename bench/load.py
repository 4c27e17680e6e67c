"""Runs the load generator once and returns what counts of its result, in one flat record."""

import json
import os
import re
import signal
import subprocess
import threading
import time

from brokers import LAUNCHER

WARMUP_SECONDS = 1
# What has not arrived this long after the last message was sent counts as lost.
DRAIN_SECONDS = 5
BENCH_SECONDS = 120
BENCH_JAVA_OPTIONS = "-Xmx2g"


class Loads:
    """The generators: mqttload outside of this project, `forebay bench` for TLS."""

    def __init__(self, mqttload, seconds):
        self.mqttload = mqttload
        self.seconds = seconds

    def run(self, scenario, broker, rate=None, certificate=None):
        """A record; it has `failed` if there is nothing to count."""
        if scenario.tool == "bench":
            return self._bench(scenario, broker, certificate)
        if scenario.tool == "benchconn":
            return self._bench_connections(scenario, broker, certificate)
        words = scenario.load.split()
        if rate:
            words += ["--rate", f"{rate / scenario.fan / scenario.publishers:.3f}"]
        if scenario.tool == "pubsub":
            words += ["--duration", str(self.seconds), "--warmup", str(WARMUP_SECONDS), "--drain", str(DRAIN_SECONDS)]
        if scenario.transport == "ws":
            words += ["--ws", "/mqtt"]
        return self._mqttload(scenario, broker, words)

    def warm(self, words, broker):
        """Load whose result nobody looks at, so that a JVM has compiled what it runs most."""
        self._call([self.mqttload, "pubsub", "--port", str(broker.ports["tcp"]), *words.split(), "--duration", "3", "--drain", "2"], 40)

    def warm_connections(self, broker):
        """The same for connecting and subscribing."""
        self._call([self.mqttload, "conn", "--port", str(broker.ports["tcp"]), "--conns", "2000", "--sub", "warm/%d", "--hold", "0"], 60)

    def _mqttload(self, scenario, broker, words):
        command = [self.mqttload, scenario.tool, "--port", str(broker.ports[scenario.transport]), "--pid", str(broker.pid), *words]
        out = self._call(command, self.seconds + 90)
        record = {"load": " ".join([scenario.tool, *words])}
        try:
            return record | _from_mqttload(json.loads(out.strip().splitlines()[-1]), scenario)
        except (IndexError, ValueError):
            return record | {"failed": f"the generator said nothing: {out.strip()[-200:]}"}

    def _bench(self, scenario, broker, certificate):
        words = [*scenario.load.split(), "--warmup", f"{WARMUP_SECONDS}s", "--duration", f"{self.seconds}s"]
        run = _Bench(words, broker, certificate, WARMUP_SECONDS + self.seconds)
        record = {"load": " ".join(["bench", *words])}
        result = run.result()
        if not result or not result["delivered"]:
            return record | {"failed": run.trouble()}
        cpu = run.cpu_between(WARMUP_SECONDS, WARMUP_SECONDS + self.seconds)
        delivered = result["deliveredPerSecond"] * result["seconds"]
        latency = result["delivery"]
        return record | {
            "rate": result["deliveredPerSecond"],
            "published": result["publishedPerSecond"],
            "cpu_per_million": cpu / delivered * 1e6 if cpu and delivered else None,
            "p50_ms": latency["p50"] / 1e3, "p99_ms": latency["p99"] / 1e3, "p999_ms": latency["p99.9"] / 1e3,
            "rss_kb": broker.rss_kb(),
            "lost": result["lost"], "duplicates": result["duplicates"],
            "trouble": result.get("trouble"),
        }

    def _bench_connections(self, scenario, broker, certificate):
        before_cpu = broker.cpu_seconds()
        words = [*scenario.load.split(), "--warmup", "0s", "--duration", "2s"]
        run = _Bench(words, broker, certificate, 2)
        result = run.result()
        record = {"load": " ".join(["bench", *words])}
        if not result or not result["connections"]:
            return record | {"failed": run.trouble()}
        return record | {
            "connect_per_s": result["connectionsPerSecond"], "connections": result["connections"],
            "connect_p99_ms": result["connect"]["p99"] / 1e3,
            "cpu_per_thousand": (broker.cpu_seconds() - before_cpu) / result["connections"] * 1e3,
            "rss_kb": run.rss_kb,
            "lost": result["connectionsLost"], "trouble": result.get("trouble"),
        }

    @staticmethod
    def _call(command, timeout):
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        try:
            return process.communicate(timeout=timeout)[0]
        except subprocess.TimeoutExpired:
            # Interrupted, it still says what it has.
            process.send_signal(signal.SIGINT)
            try:
                return process.communicate(timeout=10)[0]
            except subprocess.TimeoutExpired:
                process.kill()
                return process.communicate()[0]
        except BaseException:
            process.kill()
            process.wait()
            raise


class _Bench:
    """One `forebay bench` over TLS; its lines of progress tell when to look at the broker's CPU time."""

    def __init__(self, words, broker, certificate, last_second):
        self.broker = broker
        self.last_second = last_second
        self.cpu_at = {}
        self.rss_kb = 0
        self.said = []
        self.process = subprocess.Popen(
            [LAUNCHER, "bench", "--json", "-p", str(broker.ports["tls"]), "--ca", certificate.authority, *words],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ, FOREBAY_JAVA_OPTS=BENCH_JAVA_OPTIONS),
        )
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stderr:
            second = re.match(r"\s*(\d+) s\b", line)
            if second and int(second.group(1)) <= self.last_second and self.broker.alive():
                self.cpu_at[int(second.group(1))] = (self.broker.cpu_seconds(), time.monotonic())
                self.rss_kb = self.broker.rss_kb()
            elif not second:
                self.said.append(line.strip())

    def result(self):
        try:
            self.process.wait(BENCH_SECONDS)
        except BaseException as e:
            self.process.kill()
            self.said.append(f"./forebay bench took more than {BENCH_SECONDS} s")
            if not isinstance(e, subprocess.TimeoutExpired):
                raise
        self.reader.join(5)
        lines = self.process.stdout.read().strip().splitlines()
        return json.loads(lines[-1]) if lines and lines[-1].startswith("{") else None

    def trouble(self):
        return " ".join(self.said[-2:])[-300:] or "nothing was delivered"

    def cpu_between(self, first, last):
        """CPU seconds of the broker, scaled to exactly the time between these seconds of the run."""
        if first not in self.cpu_at or last not in self.cpu_at:
            return None
        (cpu0, time0), (cpu1, time1) = self.cpu_at[first], self.cpu_at[last]
        return (cpu1 - cpu0) * (last - first) / (time1 - time0)


def _from_mqttload(result, scenario):
    connect, broker = result["connect"], result.get("broker") or {}
    latency = result.get("latency_us") or {}
    record = {
        "lost": result.get("missing", 0), "lost_at_end": result.get("missing_tail", 0), "duplicates": result.get("duplicates", 0),
        "reordered": result.get("reordered", 0),
        **{f"{key}_ms": latency[key] / 1e3 for key in ("p50", "p99", "p999") if latency.get("n")},
        "rss_kb": broker.get("rss_kb_end"), "trouble": result.get("trouble"), "not_connected": connect["failed"],
    }
    if connect["ready"] == 0:
        return record | {"failed": f"no connection: {result.get('trouble')}"}
    if scenario.tool == "conn":
        ready = connect["ready"]
        return record | {
            "connect_per_s": connect["per_s"], "connections": ready, "connect_p99_ms": connect["connack_us"]["p99"] / 1e3,
            "cpu_per_thousand": (broker.get("connect_cpu_s") or 0) / ready * 1e3,
            "rss_kb": broker.get("rss_kb_connected"),
        }
    record |= {
        "rate": result["delivered_per_s"], "published": result["published_per_s"],
        "cpu_per_million": broker.get("cpu_s_per_million"),
        "send_late_p99_ms": (result.get("send_late_us") or {}).get("p99", 0) / 1e3,
    }
    if not result["delivered"]:
        record["failed"] = f"nothing was delivered; {result.get('trouble') or 'the generator saw no error'}"
    return record
