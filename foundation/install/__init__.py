"""Brings a fresh clone to where it can run: `python3 -m foundation.install demo`, or `dev` for the test tools as well.

Runs under any Python 3.11 or newer, before anything is installed: the standard library only. Each step notes what it
was made from, so that a second run does nothing.
"""
