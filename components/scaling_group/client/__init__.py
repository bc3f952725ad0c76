"""The Python API: the groups of an environment as an object. The command line is a shell over it."""
