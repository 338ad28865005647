"""Starts, watches and stops processes on one machine: for the demo, the tests, the benchmark, the fault suite."""
