"""Who did what: rows that are written with the change, and never changed again."""
