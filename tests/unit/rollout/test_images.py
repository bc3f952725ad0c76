"""What the words of container runtimes for a failed pull are understood as.

The words are those of public bug reports and of the sources of the runtimes, named beside them.
"""

from __future__ import annotations

import pytest

from tests.unit.rollout.situations import event, found, one, pod, running, waiting

IMAGE = "registry.example.com/team/app:1"
REFERENCE = f'failed to pull and unpack image "{IMAGE}": failed to resolve reference "{IMAGE}": '
HEAD = 'failed to do request: Head "https://registry.example.com/v2/team/app/manifests/1": '

ANSWERS = [
    # containerd: kubectl describe of busybox:wrongtag; sympozium-ai/sympozium#36
    (f"rpc error: code = NotFound desc = {REFERENCE}{IMAGE}: not found", "image-not-found"),
    # containerd: komari-monitor/komari#326
    (
        f'rpc error: code = NotFound desc = failed to pull and unpack image "{IMAGE}": failed to copy: '
        "httpReadSeeker: failed open: content at https://registry.example.com/v2/team/app/manifests/"
        "sha256:3611825abb not found: not found",
        "image-not-found",
    ),
    # dockerd: lachie83/k8s-kubectl#157
    (
        "rpc error: code = Unknown desc = Error response from daemon: manifest for team/app:1 not found: "
        "manifest unknown: manifest unknown",
        "image-not-found",
    ),
    # CRI-O: redhat-openshift-ecosystem/community-operators-prod#1089
    (
        f"initializing source docker://{IMAGE}: reading manifest 1 in registry.example.com/team/app: "
        "manifest unknown: manifest unknown",
        "image-not-found",
    ),
    # containerd: pfnet/image-pull-secrets-provisioner#31
    (
        f"{REFERENCE}pull access denied, repository does not exist or may require authorization: server "
        "message: insufficient_scope: authorization failed",
        "image-access-denied",
    ),
    # dockerd: kubernetes/minikube#20613
    (
        "Error response from daemon: pull access denied for app, repository does not exist or may require "
        "'docker login': denied: requested access to the resource is denied",
        "image-access-denied",
    ),
    # containerd: LeoMartinDev/voy#3, kubernetes/registry.k8s.io#174
    (
        f"{REFERENCE}unexpected status from HEAD request to https://registry.example.com/v2/team/app/"
        "manifests/1: 403 Forbidden",
        "image-access-denied",
    ),
    # containerd: moby/buildkit#4456
    (
        f"{REFERENCE}failed to authorize: failed to fetch oauth token: unexpected status: 401 Unauthorized",
        "image-access-denied",
    ),
    # CRI-O: cri-o/cri-o#2331
    (
        "Error reading manifest latest in registry.example.com/team/app: errors:\ndenied: requested "
        "access to "
        "the resource is denied\nunauthorized: authentication required",
        "image-access-denied",
    ),
    # containerd: the recording image-not-found
    (
        f"{REFERENCE}{HEAD}dial tcp: lookup registry.example.com on 127.0.0.1:53: no such host",
        "registry-unknown",
    ),
    # containerd: kata-containers/kata-containers#10109
    (
        f'rpc error: code = Unknown desc = failed to pull and unpack image "{IMAGE}": failed to copy: '
        "httpReadSeeker: failed open: unexpected status code https://registry.example.com/v2/team/app/manifests/"
        "sha256:50aa4698: 429 Too Many Requests - Server message: toomanyrequests: You have reached "
        "your pull "
        "rate limit. You may increase the limit by authenticating and upgrading",
        "registry-rate-limit",
    ),
    # dockerd: ceph/ceph-csi#2029
    (
        "rpc error: code = Unknown desc = Error response from daemon: toomanyrequests: You have reached your "
        "pull rate limit.",
        "registry-rate-limit",
    ),
    # containerd: cnoe-io/idpbuilder#520
    (
        f"{REFERENCE}{HEAD}tls: failed to verify certificate: x509: certificate signed by unknown authority",
        "registry-untrusted",
    ),
    # dockerd: kubernetes/kubernetes#93556
    (
        'Error response from daemon: Get "https://registry.example.com/v2/": x509: certificate signed by '
        "unknown authority",
        "registry-untrusted",
    ),
    # containerd: enix/kube-image-keeper#60
    (f"{REFERENCE}{HEAD}http: server gave HTTP response to HTTPS client", "registry-untrusted"),
    # containerd: apecloud/kubeblocks#9169
    (f"{REFERENCE}{HEAD}dial tcp 199.96.61.1:443: connect: connection timed out", "registry-unreachable"),
    # containerd: public notes on busybox:1.36.1
    (f"{REFERENCE}{HEAD}dial tcp 202.160.129.37:443: i/o timeout", "registry-unreachable"),
    # containerd: ciiiii/cloudflare-docker-proxy#62; the registry of the credentials is out of reach
    (
        f"rpc error: code = DeadlineExceeded desc = {REFERENCE}failed to authorize: failed to fetch "
        f"anonymous token: "
        'Get "https://auth.example.com/token?scope=repository": dial tcp 108.160.165.48:443: i/o timeout',
        "registry-unreachable",
    ),
    # containerd: containerd/containerd#5588
    (
        f"{REFERENCE}failed to authorize: failed to fetch anonymous token: unexpected status: 504 "
        f"Gateway Time-out",
        "registry-unreachable",
    ),
    # dockerd: docker-archive-public/docker.kitematic#3657
    (
        'Error response from daemon: Get "https://registry.example.com/v2/": net/http: request '
        "canceled while "
        "waiting for connection (Client.Timeout exceeded while awaiting headers)",
        "registry-unreachable",
    ),
    # CRI-O: cri-o/cri-o#2331; a proxy that is not known is not the registry's name
    (
        "error pinging docker registry registry.example.com: Get "
        '"https://registry.example.com/v2/": proxyconnect '
        "tcp: dial tcp: lookup proxy: no such host",
        "registry-unreachable",
    ),
    # containerd: FoundationDB/fdb-kubernetes-operator#2294
    (
        f'rpc error: code = NotFound desc = failed to pull and unpack image "{IMAGE}": no match for '
        f"platform in "
        "manifest: not found",
        "image-wrong-platform",
    ),
    # dockerd: kube-rbac-proxy/kube-rbac-proxy#79
    ("no matching manifest for linux/arm64/v8 in the manifest list entries", "image-wrong-platform"),
    # CRI-O: thkukuk/kubic-control#17
    (
        "Error choosing image instance: no image found in manifest list for architecture amd64, OS linux",
        "image-wrong-platform",
    ),
    (
        f'failed to pull and unpack image "{IMAGE}": failed to extract layer: no space left on device',
        "node-disk-full",
    ),
    ("", "image-pull-failed"),
]
#: No waiting makes a name exist.
AT_ONCE = ("image-not-found", "registry-unknown", "image-wrong-platform")
#: Somebody has to let us in, and may be about to.
ONCE_TRIED = ("image-access-denied", "registry-untrusted")


@pytest.mark.parametrize(("words", "category"), ANSWERS)
def test_the_words_of_a_runtime_name_their_cause(words: str, category: str) -> None:
    diagnosis = one(pod("web-1", waiting("ErrImagePull", words)))

    assert (diagnosis.category, diagnosis.terminal) == (category, category in AT_ONCE)
    assert IMAGE in diagnosis.summary or category == "registry-unknown"
    assert words in diagnosis.detail


@pytest.mark.parametrize(("words", "category"), ANSWERS)
def test_a_kubelet_that_backs_off_has_tried(words: str, category: str) -> None:
    told = f'Back-off pulling image "{IMAGE}": ErrImagePull: {words}'
    diagnosis = one(pod("web-1", waiting("ImagePullBackOff", told)))

    assert (diagnosis.category, diagnosis.terminal) == (category, category in (*AT_ONCE, *ONCE_TRIED))


def test_a_second_try_is_as_good_as_a_back_off() -> None:
    refused = pod("web-1", waiting("ErrImagePull", f"{REFERENCE}unexpected status: 401 Unauthorized"))
    first, second = (event(refused, "Pulling", f'Pulling image "{IMAGE}"', count=count) for count in (1, 2))

    assert not one(refused).terminal
    assert not one(refused, events=[first]).terminal
    assert one(refused, events=[second]).terminal


def test_kubelets_that_leave_the_words_out_while_they_back_off_have_said_them_in_an_event() -> None:
    backs_off = pod("web-1", waiting("ImagePullBackOff", f'Back-off pulling image "{IMAGE}"'))
    words = f"rpc error: code = NotFound desc = {REFERENCE}{IMAGE}: not found"
    failed = event(backs_off, "Failed", f'Failed to pull image "{IMAGE}": {words}', count=3)
    diagnosis = one(backs_off, events=[failed])

    assert diagnosis.category == "image-not-found"
    assert diagnosis.detail.endswith("not found (tried 3 times)")
    assert one(backs_off).category == "image-pull-failed"


def test_of_tries_that_failed_in_two_ways_the_newer_one_counts() -> None:
    backs_off = pod("web-1", waiting("ImagePullBackOff", f'Back-off pulling image "{IMAGE}"'))
    failed = f'Failed to pull image "{IMAGE}": {REFERENCE}'
    before = event(backs_off, "Failed", f"{failed}{HEAD}dial tcp 10.0.0.1:443: i/o timeout", last=10)
    now = event(backs_off, "Failed", f"{failed}{IMAGE}: not found", last=40)

    assert one(backs_off, events=[before]).category == "registry-unreachable"
    assert one(backs_off, events=[now, before]).category == "image-not-found"


def test_the_name_of_an_image_is_no_answer() -> None:
    image = "registry.example.com/denied/not-found:x509"
    words = f'failed to resolve reference "{image}": {image}: dial tcp 10.0.0.1:443: i/o timeout'
    stuck = pod("web-1", waiting("ErrImagePull", words), container={"image": image})

    assert one(stuck).category == "registry-unreachable"


def test_what_another_replica_could_pull_is_not_hopeless() -> None:
    stuck = pod("web-1", waiting("ErrImagePull", f"{REFERENCE}{IMAGE}: not found"))
    diagnosis = one(stuck, pod("web-2", running(ready=True)))

    assert (diagnosis.category, diagnosis.terminal) == ("image-not-found", False)
    assert diagnosis.summary.endswith("(1 of 2 replicas)")


def test_replicas_that_lack_the_same_are_one_line() -> None:
    words = f"{REFERENCE}{IMAGE}: not found"
    stuck = [pod(f"web-{n}", waiting("ErrImagePull", words)) for n in range(5)]
    diagnosis = one(*stuck)

    assert diagnosis.summary == f"the image {IMAGE} does not exist in its registry (5 of 5 replicas)"
    assert diagnosis.detail.endswith("and 2 more pods")


def test_the_policy_never_to_pull_is_named() -> None:
    message = f'Container image "{IMAGE}" is not present with pull policy of Never'
    diagnosis = one(pod("web-1", waiting("ErrImageNeverPull", message)))

    assert (diagnosis.category, diagnosis.terminal) == ("image-never-pulled", True)


def test_a_pull_that_has_only_begun_is_nothing_wrong() -> None:
    creating = pod("web-1", waiting("ContainerCreating"))

    events = [event(creating, "Pulling", f'Pulling image "{IMAGE}"')]
    assert found(creating, events=events, after=30) == []


MODEL = "registry.example.com/team/llama:v1"
#: A volume that is an image, and where the container has it.
VOLUME = {
    "containers": [
        {"name": "main", "image": IMAGE, "volumeMounts": [{"name": "image-0", "mountPath": "/models"}]}
    ],
    "volumes": [{"name": "image-0", "image": {"reference": MODEL}}],
    "nodeName": "node-1",
}


def test_an_image_that_is_a_volume_is_told_by_its_name_and_its_flag() -> None:
    # kubelet 1.36 with containerd 1.6.20: a volume's image is waited for in the container's own words
    words = f'failed to pull and unpack image "{MODEL}": {MODEL}: not found'
    told = one(pod("web-1", waiting("ErrImagePull", words), spec=VOLUME))
    own = words.replace(MODEL, IMAGE)

    assert told.category == "image-not-found"
    assert f"the image {MODEL} (mounted at /models) does not exist" in told.summary
    assert "update --name=web --mount=image:IMAGE:/models" in told.resolution
    assert (
        f"the image {IMAGE} does not" in one(pod("web-1", waiting("ErrImagePull", own), spec=VOLUME)).summary
    )


def test_a_long_pull_of_a_volume_is_told() -> None:
    slow = pod("web-1", waiting("ContainerCreating"), spec=VOLUME)
    told = one(slow, after=90, events=[event(slow, "Pulling", f'Pulling image "{MODEL}"', 1)])

    assert (told.category, f"the image {MODEL} is being pulled" in told.summary) == ("image-pulling", True)


def test_a_runtime_that_has_no_image_volumes_is_told_from_what_it_says_of_no_folder() -> None:
    # containerd 1.6.20, seen on the node of `make real`
    words = (
        'failed to generate container "a0" spec: failed to generate spec: failed to mkdir "": mkdir : no such'
    )
    told = one(pod("web-1", waiting("CreateContainerError", f"{words} file or directory"), spec=VOLUME))

    assert (told.category, told.terminal) == ("image-volumes-unsupported", False)
    assert told.summary.startswith(
        f"the container runtime of node-1 cannot mount the image {MODEL} at /models"
    )
