"""The demo's websites as a measure of the assistant: their articles, questions about them, and much beside them."""
