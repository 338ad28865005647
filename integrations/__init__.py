"""What leaves for other systems: webhooks, e-mail, exports. They come later; the layers keep their place."""
