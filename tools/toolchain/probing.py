"""Which release hosts answer, known within a time that holds for all of them together."""

from __future__ import annotations

import queue
import ssl
import threading
import time
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

import httpx2

from .downloading import Limits, open_client, require_file
from .errors import Unavailable
from .releases import Hosts, Release
from .shared import SHARED, part_url, parts


def probe_addresses(releases: Iterable[Release], hosts: Hosts) -> dict[str, str]:
    """Return one small file of each host that something would come from."""
    addresses: dict[str, str] = {}
    for release in releases:
        addresses.setdefault(release.digest.host, release.digest.url)
        addresses.setdefault(release.host, release.url)
    shared = SHARED[0]
    addresses[hosts.github_files] = part_url(shared, next(iter(parts(shared))), hosts)
    return addresses


def probe(addresses: Mapping[str, str], limits: Limits) -> dict[str, str]:
    """Ask every host at once, and return the reasons of those that do not answer as they should.

    Looking up a name can hang for longer than any timeout of a client, so nobody waits for a thread.
    """
    answers: queue.SimpleQueue[tuple[str, str]] = queue.SimpleQueue()
    end = time.monotonic() + limits.probe
    tls = httpx2.create_ssl_context()
    for host, url in addresses.items():
        threading.Thread(target=_ask, args=(host, url, limits, tls, answers), daemon=True).start()
    silent = dict.fromkeys(addresses, f"no answer within {limits.probe:g} s")
    for _ in addresses:
        try:
            host, reason = answers.get(timeout=max(0.0, end - time.monotonic()))
        except queue.Empty:
            break
        silent[host] = reason
    return {host: reason for host, reason in silent.items() if reason}


def _ask(
    host: str,
    url: str,
    limits: Limits,
    tls: ssl.SSLContext,
    answers: queue.SimpleQueue[tuple[str, str]],
) -> None:
    try:
        with open_client(limits, tls) as client, client.stream("GET", url) as response:
            # What it says of one file is that file's matter; a page in its place is the host's.
            if response.is_success or response.is_server_error:
                require_file(response, url)
        answers.put((host, ""))
    except Unavailable as error:
        answers.put((host, str(error)))
    except httpx2.TransportError as error:
        answers.put((host, str(error) or type(error).__name__))


def outcome(asked: Iterable[str], silent: Mapping[str, str]) -> str:
    """Say in a line which hosts answer and what follows."""
    names = [_name(host) for host in asked]
    if not silent:
        return f"the release hosts answer ({', '.join(names)}): downloading"
    reasons = "; ".join(f"{_name(host)}: {reason}" for host, reason in silent.items())
    if len(silent) == len(names):
        return f"no release host answers ({reasons}): building from Go modules"
    return f"some release hosts do not answer ({reasons}): building what they have"


def _name(host: str) -> str:
    return urlsplit(host).netloc
