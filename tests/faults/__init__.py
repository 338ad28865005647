"""Real processes, real traffic, and one thing after the other that goes wrong (docs/faults.md)."""
