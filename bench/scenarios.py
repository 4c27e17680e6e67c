"""What is measured: every scenario of the comparison, as words for the load generator."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scenario:
    """One row per broker. `load` is for the tool; `peak_of` names the saturation scenario that gives the rate."""

    name: str
    group: str
    load: str
    tool: str = "pubsub"
    transport: str = "tcp"
    qos: int = 1
    fan: int = 1
    publishers: int = 1
    clients: int = 2000
    needs: str = ""
    peak_of: str = ""


@dataclass(frozen=True)
class Group:
    """Scenarios that run on the same started brokers. With `fresh`, every run has a broker just started."""

    name: str
    title: str
    mode: str = "memory"
    fresh: bool = False
    warm: str = "--pubs 200 --subs 200 --qos 1 --payload 256 --window 20"
    bar: float = 1.5
    # With --quick: figures that hardly differ from round to round need fewer of them.
    quick_rounds: int = 0
    # Rates are compared, so a peer that is far behind can leave after two rounds with --quick.
    race: bool = True


GROUPS = [
    Group("fanout", "Fan-out: 5 publishers, 1,000 subscribers of one topic"),
    Group("pairs", "Pairs: each publisher has a subscriber of its own"),
    Group("fanin", "Fan-in and shared subscriptions: 1,000 publishers"),
    Group("latency", "Latency at half of the best peer's saturation, and at 5,000 messages a second", race=False),
    Group("shapes", "MigratoryData's shape: 10,000 topics, each subscriber gets one 512-byte message a second", quick_rounds=3, race=False),
    Group("ws", "MQTT over WebSocket"),
    Group("durable", "Kept on disk: QoS 1", mode="durable", bar=4.0),
    Group("conn", "15,000 connections with a subscription each, then 500 pushes to random ones", fresh=True, quick_rounds=3, race=False),
    Group("tls", "TLS, load by `forebay bench`"),
    Group("tlsconn", "TLS: 2,000 connections with a subscription each", fresh=True, quick_rounds=3, race=False),
]

# Publishers pause while this many deliveries are under way: without a bound a fast generator measures how much a
# broker queues or drops. Fan-in has a smaller one, since a single subscriber empties the queue.
BOUND = "--outstanding 100000"
FANIN_BOUND = "--outstanding 20000"
FANOUT = f"--pubs 5 --subs 1000 --topic f/t --filter f/t {BOUND}"
PAIRS = f"--pubs 1000 --subs 1000 {BOUND}"
PAIRS5K = f"--pubs 5000 --subs 5000 {BOUND}"
FANIN = f"--pubs 1000 --subs 1 --topic f/%d --filter f/# {FANIN_BOUND}"
SHARED = f"--pubs 1000 --subs 5 --topic f/%d --filter f/# --share g --mqtt 5 {FANIN_BOUND}"
MIGRATORY = "--pubs 10 --spread 1000 --subs 10000 --topic m/%d --filter m/%d --rate 1000 --payload 512"
PERSISTENT = f"--pubs 1500 --subs 1500 --clean 0 --prefix kept- {BOUND}"
CONN = "--sub notifications/c%d --hold 2 --verify-push 500"
# At a fixed rate a broker that cannot keep up must not be given an endless queue.
FIXED = "--outstanding 200000"


def _saturation():
    for size in (16, 256, 1024):
        for qos in (0, 1):
            words = f"--qos {qos} --payload {size}"
            yield Scenario(f"fanout 5-1000 QoS {qos} {size} B", "fanout", f"{FANOUT} {words}", qos=qos, fan=1000, publishers=5, clients=1005)
            yield Scenario(f"pairs 1000 QoS {qos} {size} B", "pairs", f"{PAIRS} {words}", qos=qos, publishers=1000)
    for qos in (0, 1):
        yield Scenario(f"pairs 5000 QoS {qos} 256 B", "pairs", f"{PAIRS5K} --qos {qos} --payload 256", qos=qos, publishers=5000, clients=10000)
    yield Scenario("fanin 1000-1 QoS 1 256 B", "fanin", f"{FANIN} --qos 1 --payload 256", publishers=1000, clients=1001)
    yield Scenario("shared 1000-5 QoS 1 256 B", "fanin", f"{SHARED} --qos 1 --payload 256", publishers=1000, clients=1005, needs="shared")


def _latency():
    for qos in (0, 1):
        words = f"--qos {qos} --payload 256 {FIXED}"
        at = "at half of the best peer"
        yield Scenario(
            f"latency fanout 5-1000 QoS {qos} 256 B {at}", "latency", f"--pubs 5 --subs 1000 --topic f/t --filter f/t {words}",
            qos=qos, fan=1000, publishers=5, clients=1005, peak_of=f"fanout 5-1000 QoS {qos} 256 B",
        )
        yield Scenario(
            f"latency pairs 1000 QoS {qos} 256 B {at}", "latency", f"--pubs 1000 --subs 1000 {words}",
            qos=qos, publishers=1000, peak_of=f"pairs 1000 QoS {qos} 256 B",
        )
    yield Scenario(
        f"latency fanin 1000-1 QoS 1 256 B {at}", "latency", f"--pubs 1000 --subs 1 --topic f/%d --filter f/# --qos 1 --payload 256 {FIXED}",
        publishers=1000, clients=1001, peak_of="fanin 1000-1 QoS 1 256 B",
    )
    yield Scenario("latency 100 pairs at 5,000/s QoS 1 256 B", "latency", "--pubs 100 --subs 100 --qos 1 --rate 50 --payload 256", clients=200)


def _others():
    yield Scenario("MigratoryData 10000 topics QoS 0 512 B", "shapes", f"{MIGRATORY} --qos 0", qos=0, clients=10010)
    for qos in (0, 1):
        words = f"--qos {qos} --payload 256"
        yield Scenario(f"ws fanout 5-1000 QoS {qos} 256 B", "ws", f"{FANOUT} {words}", transport="ws", qos=qos, clients=1005)
        yield Scenario(f"ws pairs 1000 QoS {qos} 256 B", "ws", f"{PAIRS} {words}", transport="ws", qos=qos)
    yield Scenario("durable pairs 1000 QoS 1 256 B", "durable", f"{PAIRS} --qos 1 --payload 256")
    yield Scenario("durable fanin 1000-1 QoS 1 256 B", "durable", f"{FANIN} --qos 1 --payload 256", clients=1001)
    yield Scenario("BifroMQ 1500-1500 persistent sessions QoS 1 256 B", "durable", f"{PERSISTENT} --qos 1 --payload 256", clients=3000)
    yield Scenario("conn 15000", "conn", f"--conns 15000 {CONN}", tool="conn", clients=15000)
    yield Scenario("ws conn 5000", "conn", f"--conns 5000 {CONN}", tool="conn", transport="ws", clients=5000)
    tls_fanout = "--pubs 5 --subs 1000 --window 20 --size 256"
    tls_pairs = "--pubs 1000 --subs 1000 --filter bench/%d --window 20 --size 256"
    yield Scenario("tls fanout 5-1000 QoS 1 256 B", "tls", f"{tls_fanout} --qos 1", tool="bench", transport="tls", clients=1005)
    for qos in (0, 1):
        yield Scenario(f"tls pairs 1000 QoS {qos} 256 B", "tls", f"{tls_pairs} --qos {qos}", tool="bench", transport="tls", qos=qos)
    yield Scenario("tls conn 2000", "tlsconn", "--connections 2000", tool="benchconn", transport="tls")


SCENARIOS = [*_saturation(), *_latency(), *_others()]


def of_group(name, pattern):
    """The group's scenarios whose name has a match, all if the pattern is the group's name."""
    return [each for each in SCENARIOS if each.group == name and (pattern.search(each.name) or pattern.fullmatch(name))]


def estimated_seconds(scenario, seconds):
    """How long one run takes: connecting, warming up, measuring, draining, and a start where it needs one."""
    connecting = scenario.clients / 3000
    if scenario.tool == "conn":
        return connecting + 4
    if scenario.tool == "benchconn":
        return connecting + seconds + 6
    if scenario.tool == "bench":
        return connecting + seconds + 7
    return connecting + seconds + 1.7
