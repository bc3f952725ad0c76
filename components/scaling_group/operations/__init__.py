"""One file per verb. Operations return records or raise; they never print."""
