"""Pictures of the product as it is, for the documents and for the eye."""
