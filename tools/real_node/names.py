"""The cluster's DNS, as a program: python -m tools.real_node.names --port … --certificates … .

It answers for NAME.NAMESPACE.svc.cluster.local with the addresses of the Service's ready pods, as
CoreDNS does for a headless Service, for the gateway's hostnames with the node's address, and says of
every other name that there is none.
"""

from __future__ import annotations

import argparse
import selectors
import socket
import struct
from pathlib import Path

from tools.local_cluster.api import Api, ApiError
from tools.local_cluster.ports import LOOPBACK
from tools.local_cluster.settings import DOMAIN

from .network import NODE_ADDRESS

SERVICES = "svc.cluster.local"
PORT = 53
#: Short, as CoreDNS has it for the names of the cluster.
TTL_SECONDS = 5
_ADDRESS, _INTERNET = 1, 1
_NO_ERROR, _FAILED, _NO_SUCH_NAME = 0, 2, 3
_HEADER = 12


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="the API server's, on 127.0.0.1")
    parser.add_argument("--certificates", type=Path, required=True)
    options = parser.parse_args()
    serve(Api(options.port, options.certificates))


def serve(api: Api) -> None:
    """Answer for ever, each question at the address it came to: a pod takes no answer from another."""
    with selectors.DefaultSelector() as ready:
        for address in (LOOPBACK, NODE_ADDRESS):
            listening = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            listening.bind((address, PORT))
            ready.register(listening, selectors.EVENT_READ)
        while True:
            for key, _ in ready.select():
                question, sender = listening_of(key).recvfrom(4096)
                if len(question) > _HEADER:
                    listening_of(key).sendto(answer(question, api), sender)


def listening_of(key: selectors.SelectorKey) -> socket.socket:
    if not isinstance(key.fileobj, socket.socket):
        raise TypeError(key.fileobj)
    return key.fileobj


def answer(question: bytes, api: Api) -> bytes:
    """Return the answer to one question in DNS's format."""
    name, end = _name(question)
    kind = struct.unpack_from("!H", question, end)[0]
    try:
        addresses = addresses_of(name, api)
    except (ApiError, OSError):
        return _packed(question, end, _FAILED, [])
    if addresses is None:
        return _packed(question, end, _NO_SUCH_NAME, [])
    return _packed(question, end, _NO_ERROR, addresses if kind == _ADDRESS else [])


def addresses_of(name: str, api: Api) -> list[str] | None:
    """Return the addresses of the gateway or of a Service's ready pods, None for a name that nobody has."""
    if name.lower().endswith(f".{DOMAIN}"):
        return [NODE_ADDRESS]
    service, _, rest = name.lower().partition(".")
    namespace, _, domain = rest.partition(".")
    if domain != SERVICES or api.get(f"/api/v1/namespaces/{namespace}/services/{service}") is None:
        return None
    collection = f"/apis/discovery.k8s.io/v1/namespaces/{namespace}/endpointslices"
    listed = api.get(f"{collection}?labelSelector=kubernetes.io/service-name%3D{service}") or {}
    return [
        address
        for item in listed["items"]
        for endpoint in item["endpoints"] or []
        if endpoint["conditions"].get("ready")
        for address in endpoint["addresses"]
    ]


def _name(question: bytes) -> tuple[str, int]:
    """Return the name that is requested, and where it ends."""
    labels, at = [], _HEADER
    while question[at]:
        labels.append(question[at + 1 : at + 1 + question[at]].decode(errors="replace"))
        at += 1 + question[at]
    return ".".join(labels), at + 1


def _packed(question: bytes, end: int, code: int, addresses: list[str]) -> bytes:
    # An answer (0x80) with authority (0x04), recursion as it was wished for and to be had (0x80).
    flags = bytes([0x84 | (question[2] & 1), 0x80 | code])
    header = question[:2] + flags + struct.pack("!HHHH", 1, len(addresses), 0, 0)
    records = b"".join(
        # The name is the one at the question's place.
        struct.pack("!HHHIH", 0xC000 | _HEADER, _ADDRESS, _INTERNET, TTL_SECONDS, 4)
        + socket.inet_aton(address)
        for address in addresses
    )
    return header + question[_HEADER : end + 4] + records


if __name__ == "__main__":
    main()
