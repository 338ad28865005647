"""Any endpoint that speaks OpenAI's chat completions: OpenAI, Ollama, vLLM, llama.cpp and many more."""

from assistant.providers.compatible.provider import Compatible

__all__ = ["Compatible"]
