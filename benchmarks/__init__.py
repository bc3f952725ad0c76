"""How long whole commands take, beside the same work done in other ways, in one run."""
