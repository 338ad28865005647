"""The default: quotes the website's own articles. No key, no network, the same answer to the same question."""

from assistant.providers.builtin.provider import BuiltIn

__all__ = ["BuiltIn"]
