"""The checks of `doctor`, one a file."""
