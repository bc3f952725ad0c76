"""Each rule: what breaks it, what keeps it, and what it has no opinion on."""

from __future__ import annotations

import pytest

from tests.unit.rules.objects import container, deployment, found, gpus, group, route, service

HTTPS = {"name": "gateway", "sectionName": "https"}
SECRET = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}}
CLUSTER_ROLE = {
    "apiVersion": "rbac.authorization.k8s.io/v1",
    "kind": "ClusterRole",
    "metadata": {"name": "c"},
}
TAGS = {"tags": ["team", "cost-center"]}
BOUNDS = {"most": 4, "environments": {"dev": 2, "load": 100}}
DOMAINS = {"domains": ["gw.example.com", "example.org"]}
NAMESPACES = {"namespaces": ["models", "web"]}
EMPTY = {"apiVersion": "apps/v1", "kind": "Deployment"}


class TestRequiredTags:
    def test_each_missing_one_is_named_once_for_the_three_objects(self):
        assert found("required-tags", TAGS, *group(tags={"team": "ml"}), of_group=True) == [
            "the tag cost-center is missing."
        ]

    def test_an_empty_one_is_missing(self):
        tags = {"team": "", "cost-center": "7"}
        assert found("required-tags", TAGS, *group(tags=tags), of_group=True) == ["the tag team is missing."]

    @pytest.mark.parametrize("domain", ["chalk.ai", "labels.example.com"])
    def test_all_of_them_pass_in_any_domain(self, domain):
        tags = {"team": "ml", "cost-center": "7", "more": "x"}
        objects = group({"label_domain": domain}, tags=tags)
        assert found("required-tags", TAGS, *objects, of_group=True) == []

    def test_other_deployments_have_no_tags(self):
        assert found("required-tags", TAGS, deployment(container())) == []

    def test_labels_that_are_not_there(self):
        assert len(found("required-tags", TAGS, EMPTY, of_group=True)) == 2


class TestAllowedRegistries:
    @pytest.mark.parametrize(
        ("registry", "image"),
        [
            ("ghcr.io", "ghcr.io/my-org/server:v1"),
            ("ghcr.io/my-org", "ghcr.io/my-org/server@sha256:" + "a" * 64),
            ("ghcr.io/my-org/", "ghcr.io/my-org/server"),
            ("ghcr.io/my-org/server", "ghcr.io/my-org/server:v1"),
            ("ghcr.io/my-org/server", "ghcr.io/my-org/server@sha256:" + "a" * 64),
            ("GHCR.io/my-org", "ghcr.io/my-org/server"),
            ("localhost:5000", "localhost:5000/server:v1"),
            ("my-registry", "my-registry/server:v1"),
            ("docker.io", "nginx"),
            ("docker.io", "my-registry/server:v1"),
            ("docker.io/library", "nginx:1.27"),
            ("docker.io/my-org", "my-org/server"),
            ("index.docker.io/my-org", "docker.io/my-org/server"),
        ],
    )
    def test_an_image_in_a_registry_passes(self, registry, image):
        assert found("allowed-registries", {"registries": [registry]}, deployment(container(image))) == []

    @pytest.mark.parametrize(
        ("registry", "image"),
        [
            ("ghcr.io/my-org", "ghcr.io/my-organisation/server:v1"),
            ("ghcr.io/my-org", "ghcr.io.example.com/my-org/server:v1"),
            ("ghcr.io", "nginx:1.27"),
            ("localhost:5000", "localhost:50001/server"),
            ("my-registry", "ghcr.io/my-registry/server"),
            ("docker.io/library", "my-org/server"),
            ("docker.io/my-org", "ghcr.io/docker.io/my-org/server"),
        ],
    )
    def test_one_outside_is_named_with_its_container(self, registry, image):
        assert found("allowed-registries", {"registries": [registry]}, deployment(container(image))) == [
            f"the image {image} of the container web is in none of {registry}."
        ]

    def test_every_container_counts_and_every_kind_that_makes_pods(self):
        pod = {"initContainers": [container("quay.io/a/first:1")], "containers": [container("quay.io/a/b:1")]}
        job = {"template": {"spec": pod}}
        for made in (
            {"apiVersion": "v1", "kind": "Pod", "spec": pod},
            {"apiVersion": "batch/v1", "kind": "Job", "spec": job},
            {"apiVersion": "batch/v1", "kind": "CronJob", "spec": {"jobTemplate": {"spec": job}}},
            {"apiVersion": "apps/v1", "kind": "StatefulSet", "spec": {"template": {"spec": pod}}},
        ):
            assert len(found("allowed-registries", {"registries": ["ghcr.io"]}, made)) == 2

    def test_volumes_that_are_images_count(self):
        made = group(mounts=["image:quay.io/a/llama:/m"])
        why = "the image quay.io/a/llama of the volume image-0"
        registries = {"registries": ["my-registry"]}

        assert found("allowed-registries", registries, *made) == [f"{why} is in none of my-registry."]
        assert found("no-mutable-tag", {}, *made) == [f"{why} has no tag, which means latest."]

    def test_what_has_no_image_or_no_pods_passes(self):
        assert (
            found("allowed-registries", {"registries": ["a"]}, EMPTY, SECRET, deployment({"name": "x"})) == []
        )

    def test_other_groups_kinds_of_the_same_name_are_left_alone(self):
        other = {**deployment(container("x/y")), "apiVersion": "example.com/v1"}
        assert found("allowed-registries", {"registries": ["ghcr.io"]}, other) == []


class TestNoMutableTag:
    @pytest.mark.parametrize(
        ("image", "why"),
        [
            ("nginx", "has no tag, which means latest"),
            ("localhost:5000/nginx", "has no tag, which means latest"),
            ("ghcr.io/a/b:latest", "has the tag latest"),
        ],
    )
    def test_latest_is_named(self, image, why):
        assert found("no-mutable-tag", {}, deployment(container(image))) == [
            f"the image {image} of the container web {why}."
        ]

    @pytest.mark.parametrize("image", ["nginx:1.27", "a/b:latest-1", "a/b:latest@sha256:" + "a" * 64])
    def test_a_version_or_a_digest_passes(self, image):
        assert found("no-mutable-tag", {}, deployment(container(image))) == []

    def test_a_digest_alone_will_do_where_that_is_asked_for(self):
        digest = "a/b@sha256:" + "a" * 64
        asked = {"digests": True}
        assert found("no-mutable-tag", asked, deployment(container("a/b:1"), container(digest))) == [
            "the image a/b:1 of the container web has a tag and no digest."
        ]

    def test_no_image_passes(self):
        assert found("no-mutable-tag", {}, EMPTY, deployment({})) == []


NIGHTS = {"from": "0 20 * * *", "to": "0 6 * * *", "replicas": 2}


class TestReplicaCeiling:
    def test_the_environments_own_ceiling_counts_first(self):
        assert found("replica-ceiling", BOUNDS, *group(replicas=3), of_group=True) == [
            "3 replicas are more than the 2 that are allowed in environment dev."
        ]
        assert found("replica-ceiling", BOUNDS, *group({"id": "load"}, replicas=100), of_group=True) == []
        assert found("replica-ceiling", BOUNDS, *group({"id": "prod"}, replicas=5), of_group=True) == [
            "5 replicas are more than the 4 that are allowed."
        ]

    def test_as_many_as_allowed_pass(self):
        assert found("replica-ceiling", BOUNDS, *group(replicas=2), of_group=True) == []

    def test_a_deployment_of_no_environment_has_the_general_one(self):
        assert len(found("replica-ceiling", BOUNDS, deployment(replicas=5.0), deployment(replicas=4))) == 1

    @pytest.mark.parametrize("scaling", [{"max": 5}, {"max": 5, "schedule": [NIGHTS]}], ids=["HPA", "KEDA"])
    def test_the_most_that_an_autoscaler_may_make_counts(self, scaling):
        *others, scaler = group(autoscale=scaling)
        told = ["5 replicas are more than the 2 that are allowed in environment dev."]
        assert found("replica-ceiling", BOUNDS, *others, scaler, of_group=True) == told
        # One that no group has made is of no environment of ours; what it says counts all the same.
        assert len(found("replica-ceiling", {"most": 4}, scaler)) == 1
        assert found("replica-ceiling", {"most": 5}, *others, scaler, of_group=True) == []

    def test_no_number_means_one(self):
        assert found("replica-ceiling", {"most": 0}, EMPTY) == [
            "1 replica is more than the 0 that are allowed."
        ]
        assert found("replica-ceiling", {"most": 1}, EMPTY, SECRET) == []


class TestGpuCeiling:
    def test_the_gpus_of_all_replicas_are_counted(self):
        bounds = {"most": 8, "environments": {"dev": 2}}
        objects = group(replicas=3, gpu="nvidia-l4:2", memory="8Gi")
        assert found("gpu-ceiling", bounds, *objects, of_group=True) == [
            "6 GPUs (3 replicas with 2 each) are more than the 2 that are allowed in environment dev."
        ]
        assert found("gpu-ceiling", {"most": 6}, *objects, of_group=True) == []
        scaled = group(autoscale={"max": 3}, gpu="nvidia-l4:2", memory="8Gi")
        assert found("gpu-ceiling", bounds, *scaled, of_group=True) == [
            "6 GPUs (3 replicas with 2 each) are more than the 2 that are allowed in environment dev."
        ]

    @pytest.mark.parametrize("resource", ["nvidia.com/mig-1g.10gb", "gpu.intel.com/xe", "amd.com/gpu"])
    def test_slices_and_others_that_a_group_asks_for_by_name_are_counted(self, resource):
        objects = group(replicas=3, gpu=f"{resource}:2", memory="8Gi")
        assert len(found("gpu-ceiling", {"most": 5}, *objects, of_group=True)) == 1
        assert found("gpu-ceiling", {"most": 6}, *objects, of_group=True) == []

    def test_containers_that_run_before_the_others_give_theirs_back(self):
        made = deployment(gpus("1"), gpus(1.0), pod={"initContainers": [gpus("4")]})
        assert found("gpu-ceiling", {"most": 3}, made) == [
            "4 GPUs (1 replica with 4 each) are more than the 3 that are allowed."
        ]

    def test_other_vendors_and_other_ways_to_write_a_number(self):
        made = deployment(gpus("1e1", "amd.com/gpu"))
        assert len(found("gpu-ceiling", {"most": 9}, made)) == 1
        assert found("gpu-ceiling", {"most": 10}, made) == []

    def test_an_amount_that_is_no_number_is_refused(self):
        assert found("gpu-ceiling", {"most": 9}, deployment(gpus("many"))) == [
            "'many' is no plain number of GPUs."
        ]

    def test_what_has_none_passes(self):
        assert found("gpu-ceiling", {"most": 0}, EMPTY, SECRET, *group(), deployment(container())) == []


class TestGpuMemory:
    def test_the_default_of_a_group_is_named(self):
        assert found("gpu-memory", {}, *group(gpu="1"), of_group=True) == [
            "the container main has a GPU and the default memory limit of 1Gi."
        ]

    def test_an_amount_that_is_stated_passes(self):
        assert found("gpu-memory", {}, *group(gpu="1", memory="1Gi"), of_group=True) == []
        assert found("gpu-memory", {}, deployment(gpus("1", memory="1Gi"))) == []

    def test_no_limit_is_named(self):
        assert (
            found("gpu-memory", {}, deployment(gpus("1")), deployment(gpus("many")))
            == ["the container web has a GPU and no memory limit."] * 2
        )

    def test_what_has_no_gpu_passes(self):
        assert found("gpu-memory", {}, EMPTY, SECRET, *group(), deployment(container())) == []


class TestResources:
    def test_each_missing_amount_is_named(self):
        some = container(resources={"requests": {"cpu": "1"}, "limits": {"cpu": 1.0}})
        assert found("resources", {}, deployment(some)) == [
            "the container web has no memory in its requests.",
            "the container web has no memory in its limits.",
        ]
        assert len(found("resources", {}, deployment(container()))) == 4

    def test_what_is_not_asked_for_may_be_missing(self):
        some = container(resources={"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"memory": "1Gi"}})
        assert found("resources", {"limits": ["memory"]}, deployment(some)) == []

    def test_the_defaults_of_a_group_will_do_unless_that_is_said(self):
        assert found("resources", {}, *group(), of_group=True) == []
        assert found("resources", {"defaults": False}, *group(cpu="1"), of_group=True) == [
            "no memory is given, and the default is not accepted."
        ]
        assert found("resources", {"defaults": False}, *group(cpu="1", memory="1Gi"), of_group=True) == []

    def test_what_has_no_containers_passes(self):
        assert found("resources", {}, EMPTY, SECRET) == []


class TestHttpsOnly:
    def test_a_parent_without_a_listener_and_another_listener_are_named(self):
        assert found("https-only", {}, route({"name": "gateway"}, {"name": "g", "sectionName": "http"})) == [
            "the route attaches to every listener of the Gateway gateway, including plain HTTP.",
            "the listener http of the Gateway g is none of https.",
        ]

    def test_the_https_listener_passes_under_the_names_that_are_given(self):
        assert found("https-only", {}, route(HTTPS), *group()) == []
        secure = {"gateway": {"name": "g", "namespace": "n", "domain": "d.example.com", "section": "secure"}}
        assert found("https-only", {"listeners": ["https", "secure"]}, *group(secure)) == []
        assert len(found("https-only", {}, *group(secure))) == 1

    def test_routes_of_a_mesh_and_other_objects_are_left_alone(self):
        mesh = route({"name": "s", "kind": "Service"})
        assert found("https-only", {}, mesh, route(), SECRET, {**EMPTY, "kind": "HTTPRoute"}) == []

    def test_other_routes_count_too(self):
        assert len(found("https-only", {}, route({"name": "g"}, kind="GRPCRoute"))) == 1


class TestHostnameDomain:
    @pytest.mark.parametrize("host", ["a.gw.example.com", "*.example.org", "example.org"])
    def test_a_host_inside_passes(self, host):
        assert found("hostname-domain", DOMAINS, route(HTTPS, hostnames=[host]), *group()) == []

    @pytest.mark.parametrize("host", ["a.example.com", "badexample.org", "example.org.evil.com"])
    def test_one_outside_is_named(self, host):
        assert found("hostname-domain", DOMAINS, route(HTTPS, hostnames=[host])) == [
            f"the hostname {host} is not inside gw.example.com, example.org."
        ]

    def test_every_hostname_of_a_group_counts_those_with_a_path_too(self):
        made = group(hostnames=["a.gw.example.com", "api.example.net/v1", "b.example.net"])
        assert found("hostname-domain", DOMAINS, *made, of_group=True) == [
            "the hostname b.example.net is not inside gw.example.com, example.org.",
            "the hostname api.example.net is not inside gw.example.com, example.org.",
        ]

    @pytest.mark.parametrize("hostnames", [None, []])
    def test_a_route_without_a_host_serves_all_of_them(self, hostnames):
        assert len(found("hostname-domain", DOMAINS, route(HTTPS, hostnames=hostnames))) == 1

    def test_other_objects_are_left_alone(self):
        assert found("hostname-domain", DOMAINS, EMPTY, SECRET) == []


class TestHeadlessPort:
    def test_a_port_that_is_not_the_pods_is_named(self):
        assert found(
            "headless-port", {}, service({"port": 80.0, "targetPort": 8080.0}, clusterIP="None")
        ) == ["the headless Service names port 80, and its pods listen on 8080."]

    @pytest.mark.parametrize(
        "port", [{"port": 80}, {"port": 80, "targetPort": 80}, {"port": 80, "targetPort": "http"}, {}]
    )
    def test_what_is_or_may_be_the_pods_port_passes(self, port):
        assert found("headless-port", {}, service(port, clusterIP="None")) == []

    def test_other_services_translate(self):
        assert found("headless-port", {}, service({"port": 80, "targetPort": 8080}), EMPTY, SECRET) == []


class TestNoHostAccess:
    def test_each_way_to_the_node_is_named(self):
        volumes = [{"name": "docker", "hostPath": {"path": "/var/run"}}, {"name": "tmp", "emptyDir": {}}]
        pod = {"hostNetwork": True, "hostPID": True, "hostIPC": True, "volumes": volumes}
        made = deployment(container(securityContext={"privileged": True}), pod=pod)
        assert found("no-host-access", {}, made) == [
            "hostNetwork shares the network of the node.",
            "hostPID shares the processes of the node.",
            "hostIPC shares the memory between processes of the node.",
            "the volume docker is the folder /var/run of the node.",
            "the container web is privileged.",
        ]

    def test_ports_of_the_node_and_capabilities_are_named(self):
        ports = [{"containerPort": 80, "hostPort": 8080.0}, {"containerPort": 81, "hostPort": 0}]
        more = {"capabilities": {"add": ["NET_BIND_SERVICE", "SYS_ADMIN", "CAP_NET_RAW"], "drop": ["ALL"]}}
        assert found("no-host-access", {}, deployment(container(ports=ports, securityContext=more))) == [
            "the container web takes the port 8080 of the node.",
            "the container web adds the capability SYS_ADMIN.",
            "the container web adds the capability CAP_NET_RAW.",
        ]

    def test_what_is_turned_off_or_absent_passes(self):
        pod = {"hostNetwork": False, "volumes": [{"name": "t", "emptyDir": {}}]}
        made = deployment(container(securityContext={"privileged": False}), pod=pod)
        assert found("no-host-access", {}, made, EMPTY, SECRET, *group(mounts=["pvc:models:/models"])) == []


class TestAllowedNamespaces:
    def test_another_namespace_is_named(self):
        assert (
            found("allowed-namespaces", NAMESPACES, *group({"namespace": "kube-system"}))
            == ["the namespace kube-system is none of models, web."] * 3
        )

    def test_no_namespace_is_default(self):
        assert found("allowed-namespaces", NAMESPACES, SECRET) == [
            "the namespace default is none of models, web."
        ]

    def test_one_of_them_passes_and_what_has_none(self):
        assert found("allowed-namespaces", NAMESPACES, *group({"namespace": "web"}), CLUSTER_ROLE) == []


class TestLabelDomain:
    def test_the_groups_own_labels_pass(self):
        assert found("label-domain", {}, *group(tags={"team": "ml"}), of_group=True) == []

    def test_another_domain_is_named(self):
        objects = group({"label_domain": "example.com"})
        assert set(found("label-domain", {}, *objects, of_group=True)) == {
            "the labels of the group are in the domain example.com."
        }
        assert found("label-domain", {"domain": "example.com"}, *objects, of_group=True) == []

    def test_a_key_that_no_group_makes_is_named(self):
        objects = group(annotations={"chalk.ai/owner": "me", "example.com/owner": "me"})
        assert found("label-domain", {}, *objects, of_group=True) == [
            "chalk.ai/owner is a label or annotation reserved for groups."
        ]

    def test_domains_that_only_begin_alike_are_free(self):
        objects = group(annotations={"chalk.aid.org/owner": "me", "chalk.ai.example.com/owner": "me"})
        assert found("label-domain", {}, *objects, of_group=True) == []

    def test_what_is_no_group_may_not_look_like_one(self):
        [made, *_] = group(tags={"team": "ml"})
        assert found("label-domain", {}, made) == [
            f"chalk.ai/{key} is a label or annotation reserved for groups."
            for key in ("environment", "record", "scaling-group", "tag-team")
        ]
        assert found("label-domain", {}, deployment(container()), SECRET, EMPTY) == []
