"""Articles on their way out and in: as Markdown files with front matter, or as one JSON file."""
