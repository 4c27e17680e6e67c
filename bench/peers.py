"""What the peers can, what they promise, and how to get a WebSocket or TLS listener out of their start scripts."""

import os
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Facts:
    """`memory` and `durable` say what an acknowledgement stands for in that mode, for the notes under the tables."""

    transports: tuple = ("tcp",)
    shared: bool = True
    durable: bool = False
    one_port: bool = False
    memory: str = ""
    durable_note: str = ""


FOREBAY = Facts(
    transports=("tcp", "ws", "tls"),
    durable=True,
    memory="`streams.default.durability=memory`: an acknowledged message is in this process, sessions and retained messages are on disk",
    durable_note="its defaults: an acknowledgement is sent after fsync",
)
UNKNOWN = Facts(memory="settings unknown", durable_note="settings unknown")
FACTS = {
    "forebay": FOREBAY,
    "mosquitto": Facts(
        transports=("tcp", "ws", "tls"),
        memory="persistence off, queues of 1,000,000 messages; QoS 0 is dropped when a client's queue is full",
    ),
    "hivemq": Facts(
        transports=("tcp", "ws"),
        durable=True,
        memory="in memory; QoS 0 is dropped when a client cannot be written to",
        durable_note="RocksDB files, less than Forebay's promise: fsync before the acknowledgement is not documented",
    ),
    "artemis": Facts(
        transports=("tcp", "ws"),
        durable=True,
        one_port=True,
        memory="persistence off",
        durable_note="journal with AIO and datasync before the acknowledgement: the same promise as Forebay's",
    ),
    "moquette": Facts(shared=False, memory="persistence off"),
    "moquette-new": Facts(
        transports=("tcp", "ws"),
        memory="persistence off, queues of 65,536 messages; about one subscription in 30 gets nothing when many are made at once",
    ),
    "nats": Facts(
        shared=False,
        durable=False,
        memory="QoS 1 in JetStream, files on tmpfs; QoS 0 to a slow client is dropped together with its connection",
    ),
    "rabbitmq": Facts(
        shared=False,
        durable=True,
        memory="files on tmpfs; QoS 0 is dropped when a client's mailbox is full",
        durable_note="classic queues on disk, less than Forebay's promise: not every acknowledgement waits for an fsync",
    ),
}
for plain in ("mosquitto", "nats", "rabbitmq"):
    # No listeners are added to these (see below).
    FACTS[f"{plain}-deb13"] = replace(FACTS[plain], transports=("tcp",))

DEFAULT = ("mosquitto", "hivemq", "artemis", "moquette-new", "nats-deb13", "rabbitmq-deb13")


def wrappers(name, folder, ports, certificate):
    """Environment for a start script that makes it start the broker with more listeners.

    The scripts make a configuration with one TCP listener. They let the user choose the binary or the JDK; what is
    chosen here adds the listeners to that configuration, then becomes the broker.
    """
    if name == "mosquitto":
        return {"MOSQUITTO_BIN": _script(folder, "mosquitto", _mosquitto(ports, certificate))}
    if name == "hivemq":
        return {"PEER_JDK": _jdk(folder, _hivemq(ports["ws"]))}
    if name == "moquette-new":
        return {"PEER_JDK": _jdk(folder, _moquette(ports["ws"]))}
    return {}


def _mosquitto(ports, certificate):
    lines = [f"listener {ports['ws']} 127.0.0.1", "protocol websockets"]
    if certificate:
        lines += [f"listener {ports['tls']} 127.0.0.1", "protocol mqtt", f"certfile {certificate.chain}", f"keyfile {certificate.key}"]
    more = "\n".join(lines)
    return f"cat >>\"$2\" <<'END'\n{more}\nEND\nexec /usr/sbin/mosquitto \"$@\"\n"


def _hivemq(port):
    listener = (
        f"<websocket-listener><port>{port}</port><bind-address>127.0.0.1</bind-address><path>/mqtt</path>"
        "<subprotocols><subprotocol>mqtt</subprotocol></subprotocols></websocket-listener>"
    )
    return f'for w in "$@"; do [ -f "$w/config.xml" ] && sed -i "s#</listeners>#{listener}</listeners>#" "$w/config.xml"; done'


def _moquette(port):
    return (
        'for w in "$@"; do case $w in -Dmoquette.path=*) '
        f'sed -i "s/^websocket_port .*/websocket_port {port}/" "${{w#*=}}config/moquette.conf" ;; esac; done'
    )


def _jdk(folder, before):
    """A folder that looks like a JDK, whose `java` does something before it becomes the real one."""
    java = os.environ.get("PEER_JDK", _newest_jdk())
    os.makedirs(f"{folder}/jdk/bin", exist_ok=True)
    _script(f"{folder}/jdk/bin", "java", f'{before}\nexec {java}/bin/java "$@"\n')
    return f"{folder}/jdk"


def _newest_jdk():
    here = os.path.dirname(os.path.abspath(__file__))
    with os.popen(f"'{here}/../forebay' --java-home") as out:
        return out.read().strip()


def _script(folder, name, text):
    path = f"{folder}/{name}"
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"#!/bin/bash\n{text}")
    os.chmod(path, 0o755)
    return path
