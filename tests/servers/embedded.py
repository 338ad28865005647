"""Servers of a test's own; see there."""

from foundation.embedded.temporary import EmbeddedServers

__all__ = ["EmbeddedServers"]
