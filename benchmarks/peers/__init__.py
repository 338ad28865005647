"""What the product is measured against, driven by the same client."""
