"""Where does a message get stuck? The five tests of the running system, and what it stands on: a page and `doctor`."""
