"""The command lines of the control plane, in the order in which they start."""

from __future__ import annotations

import sys
from pathlib import Path

from tools.autoscaling.place import CUSTOM_METRICS, METRICS_SERVER

from .certificates import API_AUTHORITY, FRONT, FRONT_AUTHORITY, NO_NAME
from .layout import ETCD_PEER_SOCKET, ETCD_SOCKET, REPOSITORY, Layout
from .ports import LOOPBACK, Ports
from .processes import Program

START_ORDER = (
    "etcd",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "kwok",
    "kubelet",
    "traefik",
)
#: Behind the API server, and only where they are asked for.
METRICS = (METRICS_SERVER, CUSTOM_METRICS)
#: The API server before etcd: without its store it would hang for minutes.
STOP_ORDER = (*METRICS, *reversed(START_ORDER))

#: A multicast range: the API server accepts the addresses, EndpointSlices fill, and a TCP
#: connection to one fails at once in the kernel. No request can leave the machine.
POD_NETWORK = "239.255.0.0/16"
NODE_LEASE_SECONDS = 40
FAKE_NODE = ("kwok.x-k8s.io/node", "fake")


def all_programs(layout: Layout, ports: Ports, gates: tuple[str, ...] = ()) -> tuple[Program, ...]:
    """Return every program of the cluster, in START_ORDER; `gates` are features that are off by default."""
    programs = (
        *control_plane(layout, ports, gates=gates),
        _kwok(layout),
        _kubelet(layout, ports),
        traefik(layout, ports),
    )
    by_name = {program.name: program for program in programs}
    return tuple(by_name[name] for name in START_ORDER)


def control_plane(
    layout: Layout, ports: Ports, listen: str = LOOPBACK, gates: tuple[str, ...] = ()
) -> tuple[Program, ...]:
    """Return the programs that every cluster has, in the order in which they start.

    listen: the address that the API server listens on.
    gates: features that are off by default.
    """
    features = tuple(f"--feature-gates={gate}=true" for gate in gates)
    return (
        _etcd(layout),
        _apiserver(layout, ports, listen, *features),
        _controller_manager(layout, *features),
        _scheduler(layout),
    )


def _etcd(layout: Layout) -> Program:
    """Without a port: to a socket in a folder of its user nobody else connects, and it needs no TLS."""
    return Program(
        "etcd",
        (
            str(layout.binary("etcd")),
            f"--data-dir={layout.etcd}",
            f"--listen-client-urls=unix://{ETCD_SOCKET}",
            f"--listen-peer-urls=unix://{ETCD_PEER_SOCKET}",
            # For clients that ask other members. There are none, but etcd insists on host and port.
            f"--advertise-client-urls=http://{LOOPBACK}:2379",
            "--unsafe-no-fsync",
        ),
    )


def _apiserver(layout: Layout, ports: Ports, listen: str, *features: str) -> Program:
    pki = layout.certificates
    serving, authority = pki / "apiserver.pem", pki / f"{API_AUTHORITY}.crt"
    signing, asking = pki / "service-accounts.key", pki / "kubelet-client.pem"
    front, front_authority = pki / f"{FRONT}.pem", pki / f"{FRONT_AUTHORITY}.crt"
    return Program(
        "kube-apiserver",
        (
            str(layout.binary("kube-apiserver")),
            f"--etcd-servers=unix://{ETCD_SOCKET}",
            f"--secure-port={ports.apiserver}",
            f"--bind-address={listen}",
            # Not the loopback address, which it refuses; no endpoint is ever published for it.
            "--advertise-address=10.96.0.1",
            "--endpoint-reconciler-type=none",
            f"--tls-cert-file={serving}",
            f"--tls-private-key-file={serving}",
            f"--client-ca-file={authority}",
            "--authorization-mode=Node,RBAC",
            "--service-cluster-ip-range=10.96.0.0/16",
            "--allow-privileged=true",
            # Logs are asked of the nodes. The names of these resolve nowhere.
            "--kubelet-preferred-address-types=InternalIP",
            f"--kubelet-certificate-authority={authority}",
            f"--kubelet-client-certificate={asking}",
            f"--kubelet-client-key={asking}",
            # To the servers of metrics behind it, it says with this certificate who asks.
            f"--proxy-client-cert-file={front}",
            f"--proxy-client-key-file={front}",
            f"--requestheader-client-ca-file={front_authority}",
            f"--requestheader-allowed-names={FRONT}",
            "--requestheader-username-headers=X-Remote-User",
            "--requestheader-group-headers=X-Remote-Group",
            "--requestheader-extra-headers-prefix=X-Remote-Extra-",
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--service-account-key-file={signing}",
            f"--service-account-signing-key-file={signing}",
            "--profiling=false",
            *features,
        ),
        inputs=(serving, authority, signing, asking, front, front_authority),
    )


def _controller_manager(layout: Layout, *features: str) -> Program:
    signing = layout.certificates / "service-accounts.key"
    authority = layout.certificates / f"{API_AUTHORITY}.crt"
    return _controller(
        layout,
        "kube-controller-manager",
        f"--service-account-private-key-file={signing}",
        f"--root-ca-file={authority}",
        "--use-service-account-credentials=true",
        # The default of 20 requests a second makes a hundred Deployments take half a minute.
        "--kube-api-qps=200",
        "--kube-api-burst=400",
        # The default of 15 seconds is for clusters whose metrics change as slowly.
        "--horizontal-pod-autoscaler-sync-period=1s",
        # Simulated pods use no more while they begin than later.
        "--horizontal-pod-autoscaler-initial-readiness-delay=1s",
        "--horizontal-pod-autoscaler-cpu-initialization-period=1s",
        *features,
    )


def _scheduler(layout: Layout) -> Program:
    return _controller(layout, "kube-scheduler")


def _controller(layout: Layout, name: str, *flags: str) -> Program:
    kubeconfig = layout.component_kubeconfig(name.removeprefix("kube-"))
    return Program(
        name,
        (
            str(layout.binary(name)),
            f"--kubeconfig={kubeconfig}",
            f"--authentication-kubeconfig={kubeconfig}",
            f"--authorization-kubeconfig={kubeconfig}",
            "--leader-elect=false",
            f"--bind-address={LOOPBACK}",
            "--secure-port=0",
            *flags,
        ),
        inputs=(kubeconfig,),
    )


def _kwok(layout: Layout) -> Program:
    """Without a server: its own asks nobody for credentials. See kubelet.py for the logs of pods."""
    return Program(
        "kwok",
        (
            str(layout.binary("kwok")),
            f"--kubeconfig={layout.kubeconfig}",
            "--manage-all-nodes=false",
            f"--manage-nodes-with-annotation-selector={'='.join(FAKE_NODE)}",
            f"--cidr={POD_NETWORK}",
            f"--node-ip={LOOPBACK}",
            f"--node-lease-duration-seconds={NODE_LEASE_SECONDS}",
            f"--config={layout.stages}",
        ),
        inputs=(layout.kubeconfig, layout.stages),
    )


def _kubelet(layout: Layout, ports: Ports) -> Program:
    pki, module = layout.certificates, f"{__package__}.kubelet"
    sources = tuple(
        Path(__file__).with_name(f"{name}.py") for name in ("kubelet", "pod_log", "logs", "usage")
    )
    return Program(
        "kubelet",
        (
            sys.executable,
            # Not the folder it runs in, which is the cluster's.
            "-P",
            *("-m", module),
            f"--port={ports.kubelet}",
            f"--api-port={ports.apiserver}",
            f"--certificates={pki}",
            f"--logs={layout.pod_logs}",
        ),
        environment={"PYTHONPATH": str(REPOSITORY)},
        inputs=(*sources, pki / "kubelet.pem", pki / "admin.pem", pki / f"{API_AUTHORITY}.crt"),
    )


def traefik(layout: Layout, ports: Ports, listen: str = LOOPBACK, address: str = LOOPBACK) -> Program:
    """Return the gateway.

    Args:
        listen: the address it listens on; empty for every one.
        address: where the Gateway's status says that it is.
    """
    return Program(
        "traefik",
        (
            str(layout.binary("traefik")),
            "--global.checknewversion=false",
            "--global.sendanonymoususage=false",
            # The port must be the one of the Gateway's listener: that is how they are matched.
            f"--entrypoints.https.address={listen}:{ports.gateway}",
            "--providers.kubernetesgateway=true",
            f"--providers.kubernetesgateway.statusaddress.ip={address}",
            # The default of 2 s would hold every new route back.
            "--providers.providersthrottleduration=100ms",
            f"--providers.file.filename={layout.gateway_settings}",
            "--providers.file.watch=false",
            # It reads everything anew at each event, and events come in groups: one look is enough for them.
            "--providers.kubernetesgateway.throttleduration=100ms",
            "--log.level=INFO",
            "--log.nocolor=true",
        ),
        environment={"KUBECONFIG": str(layout.kubeconfig)},
        inputs=(layout.kubeconfig, layout.gateway_settings, layout.certificates / f"{NO_NAME}.pem"),
    )
