"""Random numbers that belong to one thing: the same seed and name always draw the same.

Each sensor, object and purpose has a stream of its own, so that one more airliner in a
scenario does not change what a radar measures of the missile.
"""

from zlib import crc32

import numpy as np


def stream(seed: int, *names: str) -> np.random.Generator:
    """Give the generator that belongs to a seed and names, such as a sensor's and an object's."""
    words = [crc32(name.encode()) for name in names]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, *words])))
