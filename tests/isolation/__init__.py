"""The walk over everything that can be asked for, and the world it goes through."""
