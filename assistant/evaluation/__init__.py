"""How well an assistant answers, measured with questions whose right answers are known."""
