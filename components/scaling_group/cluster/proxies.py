"""Through which proxy a cluster is asked, as kubectl decides it.

https://pkg.go.dev/golang.org/x/net/http/httpproxy#FromEnvironment
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit

from scaling_group.cluster.fields import ClusterFields
from scaling_group.cluster.refused import NoAnswer

#: With the port where none is given; a SOCKS proxy finds the addresses of names itself.
PORTS = {"http": 80, "https": 443, "socks5": 1080}
#: As curl calls such a SOCKS proxy, and the engine does not.
SOCKS_ALIAS = "socks5h"


class Proxy(NamedTuple):
    """One that requests go through."""

    scheme: str
    host: str
    port: int
    username: str = ""
    password: str = ""

    def __str__(self) -> str:
        """Return what can be shown: without the password."""
        return f"{self.scheme}://{_bracketed(self.host)}:{self.port}"


def proxy_for(cluster: ClusterFields, environ: Mapping[str, str]) -> Proxy | None:
    """Return what the kubeconfig names, else the environment; raises NoAnswer for one of another kind."""
    if own := cluster.get("proxy-url"):
        return parse_proxy(own, "proxy-url")
    server = urlsplit(server_url(cluster))
    name = f"{server.scheme}_proxy"
    if not (found := _variable(name, environ)) or goes_past_proxies(server, environ):
        return None
    return parse_proxy(found, name.upper())


def proxy_url_for_all(cluster: ClusterFields, environ: Mapping[str, str]) -> str:
    """Return the proxy-url to use where ALL_PROXY alone names a proxy for this cluster, else nothing.

    The engine does not know ALL_PROXY: it has to be told like this.
    """
    server = urlsplit(server_url(cluster))
    found = _variable("all_proxy", environ)
    others = cluster.get("proxy-url") or _variable(f"{server.scheme}_proxy", environ)
    if not found or others or goes_past_proxies(server, environ):
        return ""
    url = found if "://" in found else f"http://{found}"
    return url.replace(f"{SOCKS_ALIAS}://", "socks5://", 1)


def parse_proxy(text: str, source: str) -> Proxy:
    """Return a proxy from its URL; raises NoAnswer where requests cannot go through it."""
    parts = urlsplit(text if "://" in text else f"http://{text}")
    scheme = "socks5" if parts.scheme == SOCKS_ALIAS else parts.scheme
    if scheme not in PORTS or not parts.hostname:
        shown = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        raise NoAnswer(f"{source} is {shown}; write a proxy as http://HOST, https://HOST or socks5://HOST")
    port = parts.port or PORTS[scheme]
    return Proxy(scheme, parts.hostname, port, unquote(parts.username or ""), unquote(parts.password or ""))


def server_url(cluster: ClusterFields) -> str:
    """Return the URL of the API server, of http where it names no scheme, as kubectl takes it."""
    server = cluster.get("server") or ""
    return server if "://" in server or not server else f"http://{server}"


def is_loopback(server: str) -> bool:
    """Return whether a URL is of this machine alone."""
    host = urlsplit(server).hostname or ""
    address = _address(host)
    return address.is_loopback if address else host == "localhost"


def goes_past_proxies(server: SplitResult, environ: Mapping[str, str]) -> bool:
    """Return whether the proxies of the environment are not for this server."""
    if is_loopback(server.geturl()):
        return True
    port = server.port or PORTS.get(server.scheme, 0)
    rules = (rule.strip().lower() for rule in _variable("no_proxy", environ).split(","))
    return any(_names(rule, server.hostname or "", port) for rule in rules if rule)


def _names(rule: str, host: str, port: int) -> bool:
    """Return whether an entry of NO_PROXY is about a server."""
    if rule == "*":
        return True
    if "/" in rule:
        return _is_within(rule, host)
    rule, only = _split_port(rule)
    if only not in ("", str(port)):
        return False
    if address := _address(rule):
        return address == _address(host)
    # `.example.com` and `*.example.com` are what is below it, `example.com` is itself too.
    suffix = rule.removeprefix("*")
    return host == rule or host.endswith(suffix if suffix.startswith(".") else f".{suffix}")


def _split_port(rule: str) -> tuple[str, str]:
    if rule.startswith("["):
        host, _, port = rule[1:].partition("]")
        return host, port.removeprefix(":")
    if rule.count(":") == 1:
        host, _, port = rule.partition(":")
        return host, port
    return rule, ""


def _is_within(network: str, host: str) -> bool:
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _variable(name: str, environ: Mapping[str, str]) -> str:
    return environ.get(name.upper()) or environ.get(name) or ""


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
