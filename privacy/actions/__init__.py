"""What owners, visitors and the worker do about it."""
