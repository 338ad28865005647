"""Search by meaning: numbers for each passage and each question from a model that the operator sets, if any."""
