"""What is measured, a kind of work a file."""
