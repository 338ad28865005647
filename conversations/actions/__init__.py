"""The only writers of the core, one file per subject. Each is authorised before it is called and publishes what it did."""
