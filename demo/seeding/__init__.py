"""Two customers with people, articles and conversations to look at. Run again, every step changes nothing."""
