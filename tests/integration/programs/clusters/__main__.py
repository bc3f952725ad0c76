"""A group of the same name in each of several places, as in several clusters."""

import pulumi

from scaling_group.component import ScalingGroup

config = pulumi.Config()
gateway = {"name": "gateway", "namespace": "gateway-system", "domain": "gw.localhost"}

for name, namespace in config.require_object("components").items():
    group = ScalingGroup(
        name,
        {
            "name": "inference",
            "image": "registry.example.com/team/app:1",
            "port": 8080,
            "environment": {
                "id": f"{config.require('environment')}-{name[:2]}",
                "namespace": namespace,
                "gateway": gateway,
            },
        },
    )
    pulumi.export(name, group.url)
