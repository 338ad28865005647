"""Backups: the whole database and all files that people sent, in one archive that tells whether it is whole."""
