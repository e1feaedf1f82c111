"""The doors and windows: clocks, files, databases and networks."""
