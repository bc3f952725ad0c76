"""The only user of the Pulumi engine: stacks, their state and history, and the processes that run."""
