"""A chat client that heals: what frontend/shared does in browsers, for programs. It knows the wire, not the server."""
