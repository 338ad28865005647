"""A website's question set: asked again after every change, so that what was right once does not go wrong unseen."""
