"""What the API server says that an apply of ours would leave is no change by hand."""

from __future__ import annotations

from typing import Any

import pytest

from scaling_group.errors import Failed
from scaling_group.operations.diff import diff_live
from scaling_group.operations.protocols import Object
from tests.unit.operations.fakes import FakeCluster, FakeReader, FakeState, context_of, objects_of, record_of

RECORD = record_of()


class Answering(FakeCluster):
    """Answers a dry run of an apply with what admission makes of the image, or refuses it."""

    image: str | None = None

    def apply(self, manifest: Object, manager: str, *, dry_run: bool = False) -> Object:
        assert dry_run
        if self.image is None:
            raise Failed("admission webhook does not support dry run")
        return {**manifest, "spec": _with_image(manifest["spec"], self.image)}


def _with_image(spec: Any, image: str) -> Any:
    template = spec["template"]
    containers = [{**each, "image": image} for each in template["spec"]["containers"]]
    return {**spec, "template": {**template, "spec": {**template["spec"], "containers": containers}}}


@pytest.mark.parametrize(
    ("admitted", "drift"),
    [("mirror/b:1", []), ("a/b:1", ["mirror/b:1"]), (None, ["mirror/b:1"])],
)
def test_drift_that_an_apply_would_leave_is_none(admitted, drift):
    cluster = Answering(*objects_of(RECORD))
    cluster.image = admitted
    cluster.objects[0]["spec"] = _with_image(cluster.objects[0]["spec"], "mirror/b:1")
    reader = FakeReader({"inference": FakeState(RECORD, exists=True, live=True)})

    assert [change.after for change in diff_live(context_of(reader, cluster), "inference")] == drift
