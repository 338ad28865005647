"""What `make demo` runs: the whole product on one machine, with servers of its own unless told otherwise."""
