"""One real Kubernetes node, for the tests that a simulated one cannot make; see CONTRIBUTING.md."""
