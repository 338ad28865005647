"""The staff's side: the inbox and its socket."""
