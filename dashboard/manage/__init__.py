"""The pages on which owners and admins set up a website: plain forms, which work without any script."""
