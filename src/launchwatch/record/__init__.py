"""What was said and measured, launch by launch."""
