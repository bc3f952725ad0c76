"""Servers that keep the state of groups in the tests: one of S3 from its Go module, one of Azure from npm."""
