"""Build the zones and the land that the package carries: `python scripts/build_zones.py`."""
