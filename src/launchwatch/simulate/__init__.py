"""A world to test the watch on: truth, sensors, traffic; only the command line imports it."""
