"""Wiring only: settings, URLs, the WebSocket map and who listens to what. Nobody imports it."""
