"""Causes, one family a file; `catalogue` has all of them. Who asks for one family loads no other."""
