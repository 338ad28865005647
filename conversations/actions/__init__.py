"""The only writers of the core, one file per subject. Each is authorised before and publishes what it did."""
