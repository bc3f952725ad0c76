"""One group from the stack's configuration `scaling-group:record`.

record:
  spec: {image: my-registry/my-server:v1, name: inference, port: 8080}
  environment:
    id: abc123
    gateway: {name: gateway, namespace: gateway-system, domain: gw.example.com}
"""

from scaling_group.program import deploy

deploy()
