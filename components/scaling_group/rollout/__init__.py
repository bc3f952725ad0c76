"""Objects as the API server returns them, to status and reason. Nothing here talks to anything."""
