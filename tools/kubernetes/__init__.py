"""Other versions of Kubernetes for the local cluster: the oldest that is supported, and the newest."""
