"""Guardrails: rules that Kubernetes objects have to keep, each with its configuration and its fix.

The command line asks them about the objects that a group would become, the policy pack about every
object of a Pulumi program. https://www.pulumi.com/docs/iac/crossguard/
"""
