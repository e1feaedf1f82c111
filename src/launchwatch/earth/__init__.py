"""Pure geometry and physics of the Earth: SI units, radians, WGS 84."""
