"""The core: conversations, their timeline, and who is told. Knows neither dashboard nor widget nor assistant."""
