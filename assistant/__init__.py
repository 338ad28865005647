"""The AI: what it knows, how it finds it, who words the answer, and the job that writes it into a conversation."""
