"""What an operator may set about tracking."""

from msgspec import Struct


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a track begins, holds and ends.

    Attributes:
        window_s: how long back a late plot is still fitted in; older states are forgotten.
        gate_length2: squared Mahalanobis length within which a plot may belong to a track.
            30 keeps 99.999 % of true plots (chi-square, 4 degrees of freedom); clutter is
            told apart by likelihood, not by a tight gate.
        confirm_score: ln odds against clutter at which a track is confirmed. 20 is one
            chance in 5e8: less than one false track a year at a hundred false plots a second.
        confirm_plots: and at least so many plots.
        tentative_silence_s: a tentative track without a plot for so long is dropped.
        coasting_after_s: a confirmed track without a plot for so long is coasting.
        drop_after_s: and after so long without one it is dropped: lost, not fallen.
        started_by_scans: a track starts from plots within so many scans of one sensor.
    """

    window_s: float = 10.0
    gate_length2: float = 30.0
    confirm_score: float = 20.0
    confirm_plots: int = 4
    tentative_silence_s: float = 6.0
    coasting_after_s: float = 5.0
    drop_after_s: float = 60.0
    started_by_scans: int = 5
