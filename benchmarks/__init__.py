"""Measurements. Each starts servers of its own, as in production, and checks that nothing was lost while measuring."""
