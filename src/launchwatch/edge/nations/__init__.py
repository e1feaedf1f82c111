"""Carrying what nations tell one another: keys, brokers, links, journals of what was told."""
