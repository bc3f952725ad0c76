"""What a container gets where the user says nothing."""

from __future__ import annotations

#: (request, limit) of a resource that the user left out.
DEFAULT_CPU = ("100m", "1")
DEFAULT_MEMORY = ("256Mi", "1Gi")
