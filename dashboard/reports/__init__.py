"""Figures for owners and admins: what happened in a time, counted once and looked at from several sides."""
