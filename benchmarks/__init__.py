"""How fast we are beside the recipe of the Channels tutorial and a bare Node peer: `make bench`, docs/performance.md."""
