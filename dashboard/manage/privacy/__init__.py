"""Data and privacy: what is kept of visitors, for how long, and how it leaves."""
