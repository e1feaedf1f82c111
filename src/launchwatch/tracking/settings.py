"""What an operator may set about tracking."""

from msgspec import Struct


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a track begins, holds and ends.

    Attributes:
        window_s: how long back a late plot is still fitted in; older states are forgotten.
        gate_length2: squared Mahalanobis length within which a plot may belong to a track.
            30 keeps 99.999 % of true plots (chi-square, 4 degrees of freedom); clutter is
            told apart by likelihood, not by a tight gate.
        births_per_scan: new things that one sensor comes to see in one scan. A busy sky has
            ten an hour: 0.003. It weighs a chain of plots against clutter; ten times more or
            less moves a confirmation by a fifth of a plot.
        confirm_score: ln odds against clutter at which a track is confirmed. 20 is one
            chance in 5e8: less than one false track a year at a hundred false plots a second.
        confirm_plots: and at least so many plots.
        tentative_silence_s: a tentative track without a plot for so long is dropped.
        coasting_after_s: a confirmed track without a plot for so long is coasting.
        drop_after_s: and after so long without one it is dropped: lost, not fallen.
        drop_score: ln odds of existence under which a track is dropped: sensors that cover
            it have looked and not seen it. -4.6 is one in a hundred.
        drop_score_after_s: but not sooner than so long after its last plot: what makes a
            radar miss once (a fade, a beam elsewhere) often lasts some seconds.
        started_by_scans: a track starts from plots within so many scans of one sensor.
    """

    window_s: float = 10.0
    gate_length2: float = 30.0
    births_per_scan: float = 0.003
    confirm_score: float = 20.0
    confirm_plots: int = 4
    tentative_silence_s: float = 6.0
    coasting_after_s: float = 5.0
    drop_after_s: float = 60.0
    drop_score: float = -4.6
    drop_score_after_s: float = 10.0
    started_by_scans: int = 5
