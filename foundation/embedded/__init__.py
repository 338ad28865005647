"""A real Postgres and a real Redis from wheels, for the demo and the tests: nothing to install, no Docker, no root."""
