"""A world to test the watch on: truth, sensors and traffic. Nothing in the house imports it but the command line."""
