"""One group from the stack's configuration, which is the file that pull requests change."""

from scaling_group.program import deploy

deploy()
