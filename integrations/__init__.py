"""What leaves for other systems: webhooks, e-mail, exports. Each comes with its issue; the place is kept by the layers."""
