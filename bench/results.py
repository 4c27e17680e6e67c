"""The file of results: one JSON object a line, appended after every run, so that an interruption loses nothing."""

import json
import os
import platform
import statistics
import time


class Results:
    """All records of some files, and the file that new ones go to."""

    def __init__(self, paths, out=None):
        self.out = out
        self.records = []
        for path in paths:
            if os.path.exists(path):
                with open(path, encoding="utf-8") as file:
                    self.records += [json.loads(line) for line in file if line.strip().endswith("}")]

    def add(self, record):
        record = {"at": time.strftime("%Y-%m-%d %H:%M:%S"), **record}
        self.records.append(record)
        if self.out:
            with open(self.out, "a", encoding="utf-8") as file:
                file.write(json.dumps(record, ensure_ascii=False) + "\n")
                file.flush()
                os.fsync(file.fileno())

    def runs(self, scenario, broker=None):
        return [each for each in self.records if each.get("scenario") == scenario and broker in (None, each["broker"])]

    def good(self, scenario, broker):
        return [each for each in self.runs(scenario, broker) if "failed" not in each and "skipped" not in each]

    def brokers(self, scenario):
        """In the order in which they first appear, Forebay first."""
        names = dict.fromkeys(each["broker"] for each in self.runs(scenario))
        return sorted(names, key=lambda name: name != "forebay")

    def median(self, scenario, broker, key):
        values = [each[key] for each in self.good(scenario, broker) if each.get(key) is not None]
        return statistics.median(values) if values else None

    def best_peer(self, scenario, key="rate", best=max, among=lambda name: True):
        """(value, name) of the best broker that is not Forebay, or None. A value of 0 is one that could not be measured."""
        found = [
            (self.median(scenario, name, key), name)
            for name in self.brokers(scenario)
            if name != "forebay" and among(name) and self.median(scenario, name, key)
        ]
        return best(found) if found else None

    def environments(self):
        return [each["environment"] for each in self.records if "environment" in each]


def environment(versions, settings):
    """What a figure needs beside it."""
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        models = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {
        "date": time.strftime("%Y-%m-%d"),
        "cores": os.cpu_count(),
        "cpu": models[0] if models else platform.machine(),
        "memory_gib": round(pages / 2**30),
        "kernel": platform.release(),
        "versions": versions,
        "settings": settings,
    }
