"""From messages to the scene that a map is drawn from, and its record."""
