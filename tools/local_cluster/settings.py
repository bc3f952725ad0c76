"""The files that connect programs with the cluster: kubeconfigs, settings, environment."""

from __future__ import annotations

import base64
import json
import shlex
from pathlib import Path

from .certificates import API_AUTHORITY, NO_NAME, load_identity
from .errors import ClusterError
from .files import PRIVATE, write_file
from .layout import REPOSITORY, Layout
from .ports import LOOPBACK, Ports

CONTEXT = "scaling-group-local"
ENVIRONMENT = "abc123"
DOMAIN = "gw.localhost"
GATEWAY = "gateway"
GATEWAY_NAMESPACE = "gateway-system"
GATEWAY_SECTION = "https"


def write_kubeconfigs(layout: Layout, ports: Ports, more: tuple[str, ...] = ()) -> None:
    """Write the administrator's kubeconfig and those of the control plane and `more`, all mode 0600."""
    for name in ("controller-manager", "scheduler", *more):
        content = _kubeconfig(layout.certificates, name, ports.apiserver)
        write_file(layout.component_kubeconfig(name), content, PRIVATE)
    content = _kubeconfig(layout.certificates, "admin", ports.apiserver)
    write_file(layout.kubeconfig, content, PRIVATE)


def write_settings(layout: Layout) -> None:
    """Write the settings of the command line, the shell and the gateway, and a Pulumi home with plugins."""
    write_file(layout.settings, _settings(layout))
    write_file(layout.env, _env(layout))
    write_file(layout.gateway_settings, _gateway_settings(layout))
    authority = layout.certificates / "gateway-ca.crt"
    write_file(layout.gateway_ca, authority.read_bytes())
    layout.pulumi_home.mkdir(parents=True, exist_ok=True)
    _link(layout.pulumi_home / "plugins", layout.toolchain / "plugins")


def _kubeconfig(certificates: Path, user: str, port: int) -> str:
    identity = load_identity(certificates, user)
    authority = load_identity(certificates, API_AUTHORITY)
    if identity is None or authority is None:
        raise ClusterError(f"{certificates} lost a certificate; run up again")
    cluster = {
        "server": f"https://{LOOPBACK}:{port}",
        "certificate-authority-data": _base64(authority.certificate_pem()),
        # Between two processes of one machine, packing costs more than it saves: a fifth of what the API
        # server works is to pack its schema, which each run of the engine asks for.
        "disable-compression": True,
    }
    credentials = {
        "client-certificate-data": _base64(identity.certificate_pem()),
        "client-key-data": _base64(identity.key_pem()),
    }
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": CONTEXT, "cluster": cluster}],
        "users": [{"name": user, "user": credentials}],
        "contexts": [{"name": CONTEXT, "context": {"cluster": CONTEXT, "user": user}}],
        "current-context": CONTEXT,
    }
    # JSON is YAML.
    return json.dumps(content, indent=2) + "\n"


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _settings(layout: Layout) -> str:
    return f"""\
environment = "{ENVIRONMENT}"
namespace = "default"
context = "{CONTEXT}"
data_dir = {_toml(layout.directory / "data")}

[gateway]
name = "{GATEWAY}"
namespace = "{GATEWAY_NAMESPACE}"
section_name = "{GATEWAY_SECTION}"
domain = "{DOMAIN}"
"""


def _gateway_settings(layout: Layout) -> str:
    """Without a certificate for unknown names Traefik makes up one, at each change of any route."""
    shown = str(layout.certificates / f"{NO_NAME}.pem")
    store = {"defaultCertificate": {"certFile": shown, "keyFile": shown}}
    # JSON is YAML.
    return json.dumps({"tls": {"stores": {"default": store}}}, indent=2) + "\n"


def _toml(path: Path) -> str:
    """A JSON string is a TOML basic string as long as no character becomes a surrogate pair."""
    return json.dumps(str(path), ensure_ascii=False)


def _env(layout: Layout) -> str:
    variables = {
        "KUBECONFIG": str(layout.kubeconfig),
        "SCALING_GROUP_CONFIG": str(layout.settings),
        "PULUMI_HOME": str(layout.pulumi_home),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
    }
    folders = f"{REPOSITORY / '.venv' / 'bin'}:{layout.toolchain / 'bin'}"
    exports = [f"export {name}={shlex.quote(value)}" for name, value in variables.items()]
    return "\n".join(
        [
            "# For a POSIX shell, to be sourced; a second time changes nothing.",
            *exports,
            'case "$PATH" in',
            f"{shlex.quote(folders)}:*) ;;",
            f'*) export PATH={shlex.quote(folders)}:"$PATH" ;;',
            "esac",
            "",
        ]
    )


def _link(link: Path, target: Path) -> None:
    if link.is_symlink() and link.readlink() == target:
        return
    if link.is_symlink():
        link.unlink()
    link.symlink_to(target)
