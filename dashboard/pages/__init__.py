"""The pages the staff opens in a browser."""
