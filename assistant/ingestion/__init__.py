"""Sources read by the worker: fetched within limits, cut down to their text, and made into articles."""
