"""What the chat costs the page that carries it."""
