"""A group of the same name in each of several places, as in several clusters."""

import pulumi

from scaling_group.component import ScalingGroup

config = pulumi.Config()
gateway = {"name": "gateway", "namespace": "gateway-system", "domain": "gw.localhost"}

for region, namespace in config.require_object("namespaces").items():
    group = ScalingGroup(
        f"{region}-inference",
        {
            "name": "inference",
            "image": "registry.example.com/team/app:1",
            "port": 8080,
            "environment": {
                "id": f"{config.require('environment')}-{region}",
                "namespace": namespace,
                "gateway": gateway,
            },
        },
    )
    pulumi.export(region, group.url)
