import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from launchwatch.edge.chronicle import Chronicle
from launchwatch.edge.highlights import Highlights
from launchwatch.edge.liveview import Frame, bar, draw, spark
from launchwatch.edge.modes import MODES
from launchwatch.edge.terminalmap import TerminalMap

COAST = ((125.0, 38.0), (129.0, 38.5), (130.0, 42.0), (125.0, 42.0), (125.0, 38.0))
CHART = TerminalMap([COAST], [(128.2, 37.9)], (124.0, 34.0, 141.0, 43.0))


def screen(watch, width, height, count=None, chart=CHART, mode="simulation"):
    chronicle = Chronicle()
    highlights = Highlights(chronicle)
    for messages in watch[:count]:
        chronicle.take(messages)
        highlights.take(messages)
    console = Console(
        record=True, file=io.StringIO(), width=width, height=height, force_terminal=True
    )
    frame = Frame("friday", mode, "20×", chart)
    console.print(draw(chronicle, highlights.told, frame, width, height))
    return console.export_text(styles=False).removesuffix("\n").split("\n")


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (140, 45), (61, 16), (250, 70)])
@pytest.mark.parametrize("count", [0, 1, 25, 35, 60, 301, None])
def test_the_view_fills_the_terminal_and_never_overflows(friday_watch, size, count):
    lines = screen(friday_watch, *size, count)
    assert len(lines) == size[1]
    assert max(cell_len(line) for line in lines) <= size[0]


def test_everything_that_is_believed_stands_on_80_by_24(friday_watch):
    text = "\n".join(screen(friday_watch, 80, 24, 200))
    for wanted in ("SIMULATION", "probability", "±", "95 % region", "high-seas", "short-range",
                   "kr-north", "after the first plot", "old", "what happened"):  # fmt: skip
        assert wanted in text


def test_nothing_seen_is_said_in_words():
    text = "\n".join(screen((), 80, 24))
    assert "none seen" in text
    assert "not known yet" in text


@pytest.mark.parametrize("mode", list(MODES))
def test_the_mode_stands_in_words_on_the_first_line(friday_watch, mode):
    assert MODES[mode].word in screen(friday_watch, 80, 24, 50, mode=mode)[0]


def test_a_silent_sensor_is_named_with_its_age(friday_watch):
    text = "\n".join(screen(friday_watch, 100, 30, 303))
    assert "kr-south" in text
    assert "SILENT" in text


def test_a_sparkline_shows_the_shape_and_keeps_its_width():
    history = [(second * 1_000_000_000, float(second)) for second in range(100)]
    line = spark(history, 20)
    assert len(line) == 20
    assert (line[0], line[-1]) == ("▁", "█")
    assert spark([], 20) == ""
    assert spark(history, 0) == ""


def test_a_bar_is_as_long_as_its_share():
    assert bar(1.0, 10) == "█" * 10
    assert bar(0.0, 10) == ""
    assert len(bar(0.55, 10)) == 6


def test_the_map_shows_coast_track_and_fall_area(friday_watch):
    chronicle = Chronicle()
    for messages in friday_watch[:200]:
        chronicle.take(messages)
    lines = CHART.lines(chronicle, 40, 12)
    assert len(lines) == 12
    assert all(cell_len(line.plain) == 40 for line in lines)
    styles = {str(span.style) for line in lines for span in line.spans}
    assert {"bright_black", "bright_blue", "bright_red"} <= styles
