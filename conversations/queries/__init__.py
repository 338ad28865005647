"""Reads of the core. Each says which index serves it."""
