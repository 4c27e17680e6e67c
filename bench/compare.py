#!/usr/bin/env python3
"""Compares Forebay with other MQTT brokers: the same load for each in turn, round after round.

Forebay is started from this checkout on an empty directory, peers by start scripts (--peers DIR: NAME.sh start PORT
memory|durable, stop, pid, version); without --peers only Forebay runs. The load comes from mqttload, a generator
outside of this project that counts loss, duplicates and reordering exactly, for TLS from `./forebay bench`.

Brokers alternate within a round, and the one that begins changes from round to round, which spreads the machine's
moods over all of them. A group of scenarios runs on brokers that were started for it and got an unrecorded load first.
The tables have the median over the rounds and, in brackets, the lowest and highest.

Each run is appended to --out as soon as it is over. --report makes docs/benchmarks/results.md and the plots from one
or more such files; nothing runs then. Latency at a fixed rate takes that rate from the saturation rows in --out.
"""

import argparse
import concurrent.futures
import os
import re
import resource
import shutil
import signal
import sys
import tempfile

import peers
import report
import scenarios
import tls
from brokers import Broker, BrokerFailed, Forebay, Peer, Running
from load import Loads
from progress import Progress
from results import Results, environment

EXAMPLES = """examples:
  bench/compare.py --list
  bench/compare.py --mqttload ../mqttload --only 'fanout.*16 B' --rounds 3
  bench/compare.py --mqttload ../mqttload --peers ../peers --quick --out results.json
  bench/compare.py --mqttload ../mqttload --peers ../peers --only 'pairs|latency' --out pairs.json
  bench/compare.py --mqttload ../mqttload --peers ../peers --brokers forebay,mosquitto --only ^tls --out tls.json
  bench/compare.py --mqttload ../mqttload --only ^pairs forebay=1883:4711 other=1884:4712
  bench/compare.py --report results.json tls.json
"""
FAILURES_BEFORE_GIVING_UP = 2
STARTING_AT_ONCE = 3
# With --quick: rounds before a peer can be left behind, and how far behind the best it has to be.
ROUNDS_FOR_ALL = 2
FAR_BEHIND = 2
# For the estimate: peers that are left behind, or saturate below the rate of a latency scenario, are about half.
SHARE_THAT_STAYS = 0.6


class Comparison:
    def __init__(self, options, brokers, results):
        self.options = options
        self.brokers = brokers
        self.results = results
        self.loads = Loads(options.mqttload, options.seconds)
        self.plan = [(group, scenarios.of_group(group.name, options.only)) for group in scenarios.GROUPS]
        self.plan = [(group, chosen) for group, chosen in self.plan if chosen]
        self.progress = Progress(self._estimates())
        self.folder = tempfile.mkdtemp(prefix="forebay-bench-tls-")
        self.certificate = None

    def _estimates(self):
        """Seconds by scenario: of all its runs, with its share of starts and stops."""
        estimates = {}
        for group, chosen in self.plan:
            for scenario in chosen:
                runs = sum(not broker.cannot(scenario, group.mode) for broker in self.brokers) * self._rounds(group)
                if self.options.quick and group.race or scenario.peak_of:
                    runs *= SHARE_THAT_STAYS
                each = scenarios.estimated_seconds(scenario, self.options.seconds) + (6 if group.fresh else 0)
                estimates[scenario.name] = runs * each
            if not group.fresh:
                estimates[chosen[0].name] += 20 + 8 * len(self.brokers)
        return estimates

    def run(self):
        self.progress.say(f"about {self.progress.minutes_left()} for {len(self.progress.estimates)} scenarios")
        try:
            for group, chosen in self.plan:
                self._group(group, chosen)
        finally:
            shutil.rmtree(self.folder)

    def _group(self, group, chosen):
        taking_part = [broker for broker in self.brokers if any(not broker.cannot(each, group.mode) for each in chosen)]
        certificate = self._certificate() if any(each.transport == "tls" for each in chosen) else None
        try:
            if not group.fresh:
                self._start_all(taking_part, group, certificate)
            for scenario in chosen:
                self._scenario(group, scenario, certificate)
        finally:
            _together(_stop, self.brokers)

    def _certificate(self):
        if not self.certificate:
            self.certificate = tls.make(self.folder)
        return self.certificate

    def _start_all(self, brokers, group, certificate):
        self.progress.say(f"{group.name}: starting {', '.join(broker.name for broker in brokers)}")
        for broker, failure in zip(brokers, _together(lambda each: _start(each, group.mode, certificate), brokers)):
            if failure:
                self.progress.say(failure)
            else:
                self.loads.warm(group.warm, broker)

    def _scenario(self, group, scenario, certificate):
        rate = None
        if scenario.peak_of:
            rate = self._half_of_best_peer(scenario)
            if rate is None:
                self.progress.say(f"{scenario.name}: skipped, there are no results of '{scenario.peak_of}' to take the rate from")
                self.progress.scenario_over(scenario.name)
                return
        taking_part = [broker for broker in self.brokers if not self._left_out(broker, group, scenario, rate)]
        failures = dict.fromkeys((broker.name for broker in taking_part), 0)
        rounds = self._rounds(group)
        rates = {broker.name: [] for broker in taking_part}
        for turn in range(rounds):
            for broker in _rotated(taking_part, turn):
                if failures[broker.name] < FAILURES_BEFORE_GIVING_UP and not self._behind(group, broker, turn, rates):
                    record = self._run(group, scenario, broker, rate, certificate)
                    failures[broker.name] += "failed" in record
                    rates[broker.name].append(record.get("rate", 0))
                    self._keep(group, scenario, broker, {"round": turn + 1, **record})
                self.progress.step(scenario.name, rounds * len(taking_part))
        self.progress.scenario_over(scenario.name)

    def _rounds(self, group):
        return min(self.options.rounds, self.options.quick and group.quick_rounds or self.options.rounds)

    def _behind(self, group, broker, turn, rates):
        """Whether a peer's best round so far is far below the worst of the best peer: it will not be the one to beat."""
        if not self.options.quick or not group.race or turn < ROUNDS_FOR_ALL or broker.name == "forebay":
            return False
        best = max((min(each) for name, each in rates.items() if name != "forebay" and each), default=0)
        return max(rates[broker.name], default=0) * FAR_BEHIND < best

    def _half_of_best_peer(self, scenario):
        best = self.results.best_peer(scenario.peak_of)
        peak = best[0] if best else self.results.median(scenario.peak_of, "forebay", "rate")
        return peak / 2 if peak else None

    def _left_out(self, broker, group, scenario, rate):
        """Whether it does not take part; the reason is kept for the table."""
        reason = broker.cannot(scenario, group.mode)
        if not reason and rate:
            peak = self.results.median(scenario.peak_of, broker.name, "rate")
            if peak is not None and peak < rate:
                reason = f"saturates at {peak:,.0f}/s, below the {rate:,.0f}/s asked for"
        if reason:
            self._keep(group, scenario, broker, {"skipped": reason})
        return reason

    def _run(self, group, scenario, broker, rate, certificate):
        try:
            if group.fresh or not broker.alive():
                broker.stop()
                broker.start(group.mode, certificate)
            begin_kb = broker.rss_kb()
            if group.fresh:
                self.loads.warm_connections(broker)
            record = self.loads.run(scenario, broker, rate, certificate)
            if group.fresh and record.get("rss_kb"):
                # From before the first connection, since what the warm-up left behind can be used again.
                record["rss_before_kb"] = begin_kb
                record["rss_per_connection"] = (record["rss_kb"] - begin_kb) * 1024 / record["connections"]
        except (BrokerFailed, OSError) as e:
            return {"failed": str(e)}
        if rate:
            record["asked_rate"] = rate
        if not broker.alive():
            record["failed"] = "the broker ended under this load"
        elif group.fresh:
            broker.stop()
        return record

    def _keep(self, group, scenario, broker, record):
        head = {"group": group.name, "scenario": scenario.name, "broker": broker.name, "mode": group.mode}
        self.results.add({**head, "seconds": self.options.seconds, **record})
        self.progress.say(f"{scenario.name} · {broker.name}: {report.one_line(record)}")


def _start(broker, mode, certificate):
    try:
        broker.stop()
        broker.start(mode, certificate)
        return None
    except BrokerFailed as e:
        return str(e)


def _stop(broker):
    try:
        broker.stop()
    except BrokerFailed as e:
        print(e, file=sys.stderr)


def _together(action, brokers):
    with concurrent.futures.ThreadPoolExecutor(STARTING_AT_ONCE) as pool:
        return list(pool.map(action, brokers))


def _rotated(brokers, turn):
    cut = turn % len(brokers) if brokers else 0
    return brokers[cut:] + brokers[:cut]


def _brokers(options) -> list[Broker]:
    running = [re.fullmatch(r"([\w.-]+)=(\d+):(\d+)", each) for each in options.running]
    if not all(running):
        raise SystemExit(f"a broker that runs already is NAME=PORT:PID, not {options.running}")
    brokers: list[Broker] = [Running(*each.groups()) for each in running]
    names = options.brokers.split(",") if options.brokers else ([] if running else ["forebay", *(peers.DEFAULT if options.peers else ())])
    for name in names:
        if name == "forebay":
            brokers.append(Forebay())
        elif not options.peers:
            raise SystemExit(f"--brokers {name} needs --peers DIR, the folder with {name}.sh")
        else:
            brokers.append(Peer(name, options.peers))
    return brokers


def _options():
    parser = argparse.ArgumentParser(description=__doc__, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("running", nargs="*", metavar="NAME=PORT:PID", help="brokers that run already; Forebay is not started then")
    parser.add_argument("--mqttload", metavar="FILE", help="the load generator")
    parser.add_argument("--peers", metavar="DIR", help="folder with the peers' start scripts")
    parser.add_argument("--brokers", metavar="A,B", help=f"which to start (forebay,{','.join(peers.DEFAULT)})")
    parser.add_argument("--only", metavar="REGEX", default="", help="scenarios whose name has a match, or a group's name")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3, help="measured time of a run, after a second of warming up")
    parser.add_argument("--quick", action="store_true", help="half of the time: peers far behind the best leave after two rounds")
    parser.add_argument("--out", metavar="FILE", default="bench-results.json", help="results, one JSON object a line; appended to")
    parser.add_argument("--list", action="store_true", help="name the scenarios by group, and end")
    parser.add_argument("--report", metavar="FILE", nargs="+", help="make tables and plots from these results, and end")
    parser.add_argument("--docs", metavar="DIR", default=report.DOCS, help="where tables and plots go (docs/benchmarks)")
    options = parser.parse_args()
    try:
        options.only = re.compile(options.only)
    except re.error as e:
        parser.error(f"--only is no regular expression: {e}")
    if not (options.list or options.report or options.mqttload):
        parser.error("--mqttload is missing")
    return options


def _list(options):
    for group in scenarios.GROUPS:
        chosen = scenarios.of_group(group.name, options.only)
        if chosen:
            print(f"{group.name}: {group.title}")
            for each in chosen:
                print(f"  {each.name:<66} {each.tool} {each.load}")


def main():
    options = _options()
    if options.list:
        return _list(options)
    if options.report:
        return print("\n".join(report.write(Results(options.report), options.docs)))
    # Ten thousand pairs are more descriptors than a shell usually allows; brokers inherit it.
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    try:
        brokers = _brokers(options)
        versions = {broker.name: broker.version() for broker in brokers}
    except BrokerFailed as e:
        raise SystemExit(str(e)) from e
    results = Results([options.out], options.out)
    settings = {"rounds": options.rounds, "seconds": options.seconds, "command": " ".join(["bench/compare.py", *_words()])}
    results.add({"environment": environment(versions, settings)})
    try:
        Comparison(options, brokers, results).run()
    except KeyboardInterrupt:
        raise SystemExit(f"interrupted; what was measured is in {options.out}") from None
    print(f"results are in {options.out}; bench/compare.py --report {options.out} makes tables and plots of them", file=sys.stderr)
    return None


def _words():
    """The arguments, without the folders of this machine."""
    return [os.path.basename(word) if word.startswith(("/", "..")) else word for word in sys.argv[1:]]


if __name__ == "__main__":
    main()
