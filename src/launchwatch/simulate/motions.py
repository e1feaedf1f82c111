"""Equations of motion: rates of change of position and velocity, for an integrator.

Each function gives another, of time in seconds after ignition and of a state of position
and velocity (6,) in ECEF, metres and m/s.
"""

import math
from collections.abc import Callable

import numpy as np

from launchwatch.flight.ascent import Ascent, mass_left, thrust_acceleration, tilt
from launchwatch.simulate.body import Array
from launchwatch.simulate.forces import Vector, drag, geodetic_up_and_height, gravity_and_rotation
from launchwatch.simulate.plan import Launch, Manoeuvre, Stage

Rates = Callable[[float, Array], list[float]]


def boost(launch: Launch, ascent: Ascent, site: Vector) -> Rates:
    """Give the equations of motion under thrust; drag weighs less while mass is left."""
    up, _ = geodetic_up_and_height(site)
    flat = math.hypot(up[0], up[1])
    east = (-up[1] / flat, up[0] / flat, 0.0)
    north = (
        up[1] * east[2] - up[2] * east[1],
        up[2] * east[0] - up[0] * east[2],
        up[0] * east[1] - up[1] * east[0],
    )
    azimuth = math.radians(launch.azimuth_deg)
    ahead = [
        math.sin(azimuth) * e + math.cos(azimuth) * n for e, n in zip(east, north, strict=True)
    ]
    end_mass = mass_left(ascent, ascent.burn_time)

    def rates(time: float, row: Array) -> list[float]:
        position, velocity = vectors(row)
        height = geodetic_up_and_height(position)[1]
        heavier = mass_left(ascent, time) / end_mass
        a = gravity_and_rotation(position, velocity)
        d = drag(velocity, height, launch.ballistic_coefficient_kgpm2 * heavier)
        push = thrust_acceleration(ascent, min(time, ascent.burn_time))
        angle = tilt(ascent, time)
        speed = math.sqrt(dot(velocity, velocity))
        if angle is None and speed > 0.0:
            along = tuple(v / speed for v in velocity)
        else:
            sine, cosine = math.sin(angle or 0.0), math.cos(angle or 0.0)
            along = tuple(cosine * u + sine * h for u, h in zip(up, ahead, strict=True))
        return [
            *velocity,
            a[0] + d[0] + push * along[0],
            a[1] + d[1] + push * along[1],
            a[2] + d[2] + push * along[2],
        ]

    return rates


def falling(ballistic_coefficient: float) -> Rates:
    """Give the equations of motion of a body that only falls."""

    def rates(_: float, row: Array) -> list[float]:
        position, velocity = vectors(row)
        height = geodetic_up_and_height(position)[1]
        a = gravity_and_rotation(position, velocity)
        d = drag(velocity, height, ballistic_coefficient)
        return [*velocity, a[0] + d[0], a[1] + d[1], a[2] + d[2]]

    return rates


def turning(ballistic_coefficient: float, manoeuvre: Manoeuvre) -> Rates:
    """Give the equations of motion of a body that turns as it falls."""

    def rates(_: float, row: Array) -> list[float]:
        position, velocity = vectors(row)
        up, height = geodetic_up_and_height(position)
        a = gravity_and_rotation(position, velocity)
        d = drag(velocity, height, ballistic_coefficient)
        along = np.array(velocity) / math.sqrt(dot(velocity, velocity))
        right = np.cross(along, up)
        right /= max(float(np.linalg.norm(right)), 1e-9)
        lift = manoeuvre.up_mps2 * np.cross(right, along) + manoeuvre.right_mps2 * right
        return [*velocity, *(a[i] + d[i] + float(lift[i]) for i in range(3))]

    return rates


def staged(stage: Stage, ignition: float) -> Rates:
    """Give the equations of motion under a later stage's thrust, above nearly all the air.

    The thrust keeps to the vertical plane of the velocity; its angle above the horizon
    goes from the stage's first to its last at a constant rate.
    """
    begin, end = math.radians(stage.elevation_deg), math.radians(stage.last_elevation_deg)
    flow = stage.initial_acceleration_mps2 / stage.exhaust_speed_mps

    def rates(time: float, row: Array) -> list[float]:
        position, velocity = vectors(row)
        up, _ = geodetic_up_and_height(position)
        a = gravity_and_rotation(position, velocity)
        since = min(max(time - ignition, 0.0), stage.burn_s)
        climb = dot(up, velocity)
        level = [v - climb * u for v, u in zip(velocity, up, strict=True)]
        speed = math.hypot(*level)
        angle = begin + (end - begin) * since / stage.burn_s
        push = stage.initial_acceleration_mps2 / (1.0 - flow * since)
        sine, cosine = push * math.sin(angle), push * math.cos(angle) / speed
        return [*velocity, *(a[i] + sine * up[i] + cosine * level[i] for i in range(3))]

    return rates


def vectors(row: Array) -> tuple[Vector, Vector]:
    x, y, z, vx, vy, vz = row.tolist()
    return (x, y, z), (vx, vy, vz)


def dot(one: Vector, other: Vector) -> float:
    return one[0] * other[0] + one[1] * other[1] + one[2] * other[2]
