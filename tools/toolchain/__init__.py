"""The pinned engine and control plane: taken from upstream's releases, or built from Go modules."""
