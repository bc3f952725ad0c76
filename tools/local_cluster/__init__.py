"""A Kubernetes control plane with simulated nodes and a gateway, as plain loopback processes."""
