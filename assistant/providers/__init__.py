"""Who words an answer: the built-in assistant, or a model behind the same interface."""
