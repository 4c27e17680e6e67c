"""A certificate for 127.0.0.1, signed by an authority of its own, made by openssl."""

import os
import subprocess
from dataclasses import dataclass


@dataclass(frozen=True)
class Certificate:
    authority: str
    chain: str
    key: str


def make(folder):
    paths = Certificate(*(os.path.join(folder, name) for name in ("ca.pem", "server.pem", "server.key")))
    ca_key, request, names = (os.path.join(folder, name) for name in ("ca.key", "server.csr", "names"))
    with open(names, "w", encoding="ascii") as file:
        file.write("subjectAltName=IP:127.0.0.1,DNS:localhost\n")
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    _openssl("req", "-x509", *curve, "-keyout", ca_key, "-out", paths.authority, "-days", "7", "-subj", "/CN=bench authority")
    _openssl("req", *curve, "-keyout", paths.key, "-out", request, "-subj", "/CN=localhost")
    _openssl(
        "x509", "-req", "-in", request, "-CA", paths.authority, "-CAkey", ca_key, "-CAcreateserial", "-days", "7",
        "-extfile", names, "-out", paths.chain,
    )
    return paths


def _openssl(*words):
    try:
        subprocess.run(["openssl", *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=True)
    except FileNotFoundError as e:
        raise SystemExit("the TLS part needs openssl; install it, or leave the part out with --only") from e
    except subprocess.CalledProcessError as e:
        raise SystemExit(f"openssl {words[0]} failed: {e.stdout.strip()}") from e
