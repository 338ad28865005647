"""What visitors asked and the assistant did not know: gathered, put together by what they ask about, made articles."""
