"""A shop and a software company that use the chat, with data to look at. Installed only when DEMO is on."""
