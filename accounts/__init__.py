"""People, organisations, websites and memberships: who may do what."""
