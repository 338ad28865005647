"""How fast we are beside the tutorial's recipe and a bare Node peer: `make bench`, docs/performance.md."""
