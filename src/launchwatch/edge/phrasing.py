"""Numbers as people read them: a value, its doubt beside it, its unit.

Digits follow the doubt: what lies below half of one sigma is not written.
"""

import math

from launchwatch.timescale import Instant, seconds_between, utc_from_instant


def decimals_for(sigma: float, most: int = 3) -> int:
    """Give how many decimals a number with this sigma deserves."""
    if not math.isfinite(sigma) or sigma <= 0.0:
        return most
    return min(max(-math.floor(math.log10(sigma)), 0), most)


def with_sigma(value: float, sigma: float, unit: str, most: int = 2) -> str:
    """Write ``182.4 ± 0.3 km``."""
    digits = decimals_for(sigma, most)
    if sigma < 0.5 * 10.0**-digits:  # a doubt is never written as none
        return f"{value:,.{digits}f} ± <{10.0**-digits:.{digits}f} {unit}"
    return f"{value:,.{digits}f} ± {sigma:,.{digits}f} {unit}"


def position(latitude_deg: float, longitude_deg: float) -> str:
    """Write ``40.20° N 125.21° E``: a hundredth of a degree is a kilometre."""
    north = "N" if latitude_deg >= 0.0 else "S"
    east = "E" if longitude_deg >= 0.0 else "W"
    return f"{abs(latitude_deg):.2f}° {north} {abs(longitude_deg):.2f}° {east}"


def clock_time(instant: Instant, digits: int = 0) -> str:
    """Write the UTC time of day, ``01:17:30Z``."""
    return utc_from_instant(instant, digits).split("T")[1]


def area(square_metres: float) -> str:
    """Write an area with three significant digits, in km², in m² below a tenth of one."""
    square_kilometres = square_metres / 1e6
    if square_kilometres <= 0.0:
        return "0 km²"
    if square_kilometres < 0.1:
        places = 2 - math.floor(math.log10(square_metres))
        return f"{round(square_metres, places):,.0f} m²"
    digits = 2 - math.floor(math.log10(square_kilometres))
    return f"{round(square_kilometres, digits):,.{min(max(digits, 0), 6)}f} km²"


def distance(metres: float) -> str:
    """Write a length in km with two significant digits, in m below one."""
    if metres < 1_000.0:
        return f"{metres:.0f} m"
    return f"{metres / 1e3:.1f} km" if metres < 1e5 else f"{metres / 1e3:,.0f} km"


def share(probability: float) -> str:
    """Write a probability in percent; it rests on samples, so it is never 0 or 100."""
    percent = 100.0 * probability
    if percent < 1.0:
        return "<1 %"
    if percent > 99.0:
        return ">99 %"
    return f"{percent:.0f} %"


def elapsed(start: Instant | None, instant: Instant, digits: int = 1) -> str:
    """Write how long after a start something was, ``+12.3 s``; nothing without a start."""
    if start is None:
        return ""
    return f"{seconds_between(start, instant):+.{digits}f} s"
