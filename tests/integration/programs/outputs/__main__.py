"""A group whose values come from a ConfigMap made in the same update: unknown in the preview."""

import pulumi

from scaling_group.component import ScalingGroup

config = pulumi.Config("sample")
namespace = config.require("namespace")

# As pulumi_kubernetes declares it, which takes longer to load than all else that happens.
source = pulumi.CustomResource(
    "kubernetes:core/v1:ConfigMap",
    "source",
    {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": config.require("source"), "namespace": namespace},
        "data": {
            "image": config.require("image"),
            "cpu": config.require("cpu"),
            "team": config.require("team"),
            "model": config.require("model"),
        },
    },
)
# A dry run of the API server answers with a UID and all else, so a preview knows even those. It never
# knows the id of a resource that is still to be made, and so nothing that is made from it.
known_later = pulumi.Output.all(source.id, source.data).apply(lambda both: both[1])

group = ScalingGroup(
    "sample",
    {
        "image": known_later.apply(lambda data: data["image"]),
        "port": 8080,
        "cpu": known_later.apply(lambda data: data["cpu"]),
        "tags": {"team": known_later.apply(lambda data: data["team"])},
        "env": {"MODEL": known_later.apply(lambda data: data["model"]), "FIXED": "yes"},
        "environment": {
            "id": config.require("environment"),
            "namespace": namespace,
            "gateway": {"name": "gateway", "namespace": "gateway-system", "domain": "gw.localhost"},
        },
    },
)
pulumi.export("url", group.url)
