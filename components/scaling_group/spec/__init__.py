"""What a user may ask for: models that accept only what the API server will accept."""
