"""Outside clients, written from the contract: they know the wire, nothing of the server."""
