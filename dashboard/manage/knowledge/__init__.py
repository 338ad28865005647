"""The pages of a website's knowledge: what the assistant may answer from, and where that comes from."""
