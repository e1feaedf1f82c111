"""How things fly: motion, ascent and fall."""
