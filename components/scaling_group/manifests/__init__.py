"""Spec to Kubernetes objects: pure functions to plain JSON with Kubernetes' own field names."""
