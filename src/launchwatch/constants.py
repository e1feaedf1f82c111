"""Physical constants in SI units, each with its source.

The Earth's numbers are those of WGS 84 (NGA.STND.0036_1.0.0_WGS84, 2014, tables 3.1
and 3.4 to 3.6), so that positions, gravity and rotation belong to one another.
"""

WGS84_SEMI_MAJOR = 6_378_137.0
"""Equatorial radius of the WGS 84 ellipsoid, metres (defining)."""

WGS84_FLATTENING = 1.0 / 298.257223563
"""Flattening of the WGS 84 ellipsoid (defining)."""

WGS84_ECCENTRICITY2 = WGS84_FLATTENING * (2.0 - WGS84_FLATTENING)
"""First eccentricity squared, from the flattening."""

WGS84_SEMI_MINOR = WGS84_SEMI_MAJOR * (1.0 - WGS84_FLATTENING)
"""Polar radius of the WGS 84 ellipsoid, metres, from the flattening."""

EARTH_MEAN_RADIUS = (2.0 * WGS84_SEMI_MAJOR + WGS84_SEMI_MINOR) / 3.0
"""Mean radius R1 of the ellipsoid, metres (Moritz, Geodetic Reference System 1980): for distances
on a sphere, up to 0.5 % off."""

EARTH_GM = 3.986004418e14
"""Geocentric gravitational constant with the atmosphere, m³/s² (WGS 84, defining)."""

EARTH_J2 = 1.082629821313e-3
"""Second zonal harmonic of the ellipsoid: -√5·C̄20 with WGS 84's C̄20 = -0.484166774985e-3,
which belongs to its flattening. EGM2008's own, -0.484165143790815e-3, is 3.4e-6 smaller in size:
under 1e-7 m/s² anywhere."""

EARTH_ROTATION = 7.292115e-5
"""Angular velocity of the Earth, rad/s (WGS 84, defining)."""

SPEED_OF_LIGHT = 299_792_458.0
"""Speed of light in vacuum, m/s (exact by definition of the metre)."""

STANDARD_GRAVITY = 9.80665
"""Conventional standard acceleration of gravity, m/s² (3rd CGPM, 1901)."""

NAUTICAL_MILE = 1852.0
"""International nautical mile, metres (First International Extraordinary Hydrographic
Conference, Monaco, 1929)."""
