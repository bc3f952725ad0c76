"""Where servers say that they listen, in the words of their logs."""

from __future__ import annotations

import pytest

from scaling_group.rollout.causes.listening import listens_elsewhere


@pytest.mark.parametrize(
    ("line", "address"),
    [
        ("listening on :9999", "port 9999"),
        ("listening on 127.0.0.1:8080", "127.0.0.1:8080"),
        ("Listening on [::1]:8080", "[::1]:8080"),
        ("INFO:     Uvicorn running on http://127.0.0.1:8000 (Press CTRL+C to quit)", "127.0.0.1:8000"),
        ("[2026-01-01 00:00:00 +0000] [7] [INFO] Listening at: http://127.0.0.1:8000 (7)", "127.0.0.1:8000"),
        (" * Running on http://127.0.0.1:5000", "127.0.0.1:5000"),
        ("Serving HTTP on 127.0.0.1 port 8000 (http://127.0.0.1:8000/) ...", "127.0.0.1:8000"),
        ("Server listening on port 3000", "port 3000"),
        ("Tomcat started on port(s): 9090 (http) with context path ''", "port 9090"),
        ("Started GRPCInferenceService at 0.0.0.0:8001", "0.0.0.0:8001"),
        ("server started on http://localhost:3000", "localhost:3000"),
        ('{"level":"info","msg":"listening","addr":":9999"}', "port 9999"),
        ("listening on 0.0.0.0:8080", None),
        ("listening on :8080", None),
        ("Uvicorn running on http://0.0.0.0:8080", None),
        ("metrics listening on :9090\nlistening on [::]:8080", None),
        ("metrics listening on :9090\nlistening on 127.0.0.1:8080", "127.0.0.1:8080"),
        ("2026-01-01T10:30:00 started worker", None),
        ("connecting to 10.0.0.1:5432", None),
        ("lost the upstream", None),
        ("", None),
    ],
)
def test_a_log_tells_where_a_server_listens(line, address):
    found = listens_elsewhere(line, 8080)

    assert (str(found) if found else None) == address
