"""Helping the staff write: drafts, other wordings and summaries. Nothing of it is posted; a person reads it first."""
