"""Web and workers replaced one after the other behind a real Caddy, while people talk (docs/operators/upgrading.md)."""
