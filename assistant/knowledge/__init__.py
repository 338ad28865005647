"""Articles, and what is made of them for searching."""
