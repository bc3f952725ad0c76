"""The only user of a Kubernetes client."""
