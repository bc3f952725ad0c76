"""Names that are derived from others; each of them is stored somewhere, so none may change."""

from __future__ import annotations

import uuid

from scaling_group import naming


def test_derived_names():
    assert naming.stack_name("abc123", "inference") == "abc123.inference"
    assert naming.hostname("abc123", "inference", "gw.chalk.ai") == "abc123-inference.gw.chalk.ai"
    assert naming.cluster_address("inference", "default") == "inference.default.svc"


def test_labels_and_annotations():
    assert naming.tag_label("chalk.ai", "team") == "chalk.ai/tag-team"
    assert naming.id_label("chalk.ai") == "chalk.ai/scaling-group"
    assert naming.environment_label("chalk.ai") == "chalk.ai/environment"
    assert naming.record_annotation("chalk.ai") == "chalk.ai/record"


def test_tokens_that_live_in_states_are_pinned():
    assert naming.PROJECT == "scaling-group"
    assert naming.RECORD_KEY == "record"
    assert naming.TYPE_TOKEN == "scaling-group:index:ScalingGroup"


def test_a_computed_id_is_pinned():
    found = naming.computed_id("acme", "platform", "prod", "abc123", "inference")

    assert found == "aefe939b-1ce3-58c2-a981-4ee92ee8c788"
    assert uuid.UUID(found).version == 5


def test_computed_ids_differ_in_every_part():
    base = ("acme", "platform", "prod", "abc123", "inference")
    changed = [(*base[:i], "other", *base[i + 1 :]) for i in range(len(base))]

    assert len({naming.computed_id(*parts) for parts in [base, *changed]}) == 6


def test_environments_and_names_that_share_a_hostname_have_stacks_of_their_own():
    assert naming.route_label("dev", "api-v2") == naming.route_label("dev-api", "v2")
    assert naming.stack_name("dev", "api-v2") != naming.stack_name("dev-api", "v2")
