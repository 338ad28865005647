"""What a visitor's browser loads: the script on the customer's page, and the chat's own frame."""
