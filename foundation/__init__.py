"""What every app stands on: database, channel layer, limits, logs, embedded servers."""
