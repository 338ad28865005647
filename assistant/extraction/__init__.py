"""Documents made into Markdown, in a process of its own that may be killed: what it reads may be hostile.

`python -m assistant.extraction` reads requests from its input and answers each (see `__main__.py`). Nothing in here
imports Django, so the process starts quickly and knows no secret.
"""
