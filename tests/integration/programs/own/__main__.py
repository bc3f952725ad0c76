"""What a policy pack is for: objects that no group makes, and a group that a program has changed."""

from typing import Any

import pulumi

from scaling_group.component import ScalingGroup

config = pulumi.Config()
namespace = config.require("namespace")


def on_the_node(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult:
    props: dict[str, Any] = dict(args.props)
    if args.type_ == "kubernetes:apps/v1:Deployment":
        props["spec"]["template"]["spec"]["hostNetwork"] = True
    return pulumi.ResourceTransformResult(props, args.opts)


# As pulumi_kubernetes declares it, which takes longer to load than all else that happens.
pulumi.CustomResource(
    "kubernetes:apps/v1:Deployment",
    "agent",
    {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "agent", "namespace": namespace, "labels": {"chalk.ai/tag-team": "ml"}},
        "spec": {
            "selector": {"matchLabels": {"app": "agent"}},
            "template": {
                "metadata": {"labels": {"app": "agent"}},
                "spec": {
                    "containers": [{"name": "agent", "image": "my-registry/agent:v1"}],
                    "volumes": [{"name": "root", "hostPath": {"path": "/"}}],
                },
            },
        },
    },
)
ScalingGroup(
    "inference",
    {
        "image": "my-registry/server:v1",
        "port": 8080,
        "environment": {
            "id": config.require("environment"),
            "namespace": namespace,
            "gateway": {"name": "gateway", "namespace": "gateway-system", "domain": "gw.localhost"},
        },
    },
    pulumi.ResourceOptions(transforms=[on_the_node]),
)
