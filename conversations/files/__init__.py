"""What a file is allowed to be before anybody is shown it: its kind by its content, its name, its picture made anew."""
