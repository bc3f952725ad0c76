"""One line for each command that shows how it is used."""

from __future__ import annotations

EXAMPLES = {
    "init": "init --environment=dev",
    "create": "create --name=inference --image=my-registry/server:v1 --port=8080 --replicas=3 --memory=8Gi",
    "list": "list -l team=ml --status=available",
    "get": "get inference",
    "update": 'update inference --replicas=3 -m "more traffic"',
    "scale": "scale inference 3",
    "delete": "delete inference",
    "restore": "restore inference",
    "adopt": "adopt inference",
    "history": "history inference",
    "diff": "diff --name=inference 1 3",
    "rollback": "rollback inference --to=2",
    "wait": "wait inference --timeout=5m",
    "logs": "logs inference --follow --since=10m",
    "events": "events inference",
    "diagnose": "diagnose -f snapshot.json",
    "gpus": "gpus",
    "doctor": "doctor",
    "unlock": "unlock inference",
    "apply": "apply -f groups.yaml --dry-run",
    "export": "export --all > groups.yaml",
    "validate": "validate -f groups.yaml",
    "render": "render -f groups.yaml",
    "schema": "schema --of=list",
    "env": "env",
}


def example_of(verb: str) -> str:
    """Return the end of a command's help."""
    return f"Example: scaling-group {EXAMPLES[verb]}"
