"""What is done with people, organisations and websites: one function for each change, in one transaction."""
