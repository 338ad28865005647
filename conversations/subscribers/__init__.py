"""Who hears what happened: `table.py` lists it, `live.py` tells the sockets."""
