"""The same work done in other ways, each a script that is run as a whole process."""
