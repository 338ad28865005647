"""Whatever anybody sends: valid, broken, or neither. `make fuzz` runs the long forms."""
