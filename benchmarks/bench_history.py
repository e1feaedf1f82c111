"""Questions to the launch record, and its tests' honesty: ``python benchmarks/bench_history.py``.

Errors are counted over drawn records without any effect: launches evenly at each year's rate,
or in bursts from the fitted self-exciting model, beside the real table of events. Power is the
share of drawn records with an effect in which the look is significant at 5 % after correction.
"""

import datetime as dt
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np
from scipy.stats import kstest

from launchwatch.edge.historyfiles import csv_of, read_launches
from launchwatch.edge.historystore import query, record_of, shipped
from launchwatch.record.history import chosen, launch_days
from launchwatch.record.patternscontext import chance_of_seeing, days_of, look, question
from launchwatch.record.patternshawkes import fit, judge_context, simulate

FIRST, LAST = dt.date(2012, 1, 1), dt.date(2025, 12, 31)
RECORDS = 2000
ASKED = (
    "SELECT year(date), family, sum(number) FROM launches WHERE country = 'PRK' "
    "GROUP BY ALL ORDER BY 3 DESC"
)


def milliseconds(work, rounds=15):
    """Give the median CPU time of some work in ms."""
    taken = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        taken.append(1e3 * (time.process_time() - start))
    return median(taken)


def row(what, value, unit, goal=""):
    """Give one row of the table."""
    return {"what": what, "value": value, "unit": unit, "goal": goal}


def speed():
    """Measure questions, a file of many rows, and the command."""
    record = shipped()
    rows = [record_of(each) for each in record.launches]
    yield row("conditions on 241 rows", milliseconds(lambda: chosen(record, zone="JPN-EEZ")), "ms")
    yield row(
        "a question in SQL, its tables made anew", milliseconds(lambda: query(record, ASKED)), "ms"
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "many.csv"
        path.write_text(csv_of(rows * 40), encoding="utf-8")
        taken = milliseconds(lambda: read_launches(path), 3)
        yield row("rows read from CSV", len(rows) * 40 / taken * 1e3, "a second")
    command = [sys.executable, "-m", "launchwatch", "history", "--year", "2022"]
    taken = []
    for _ in range(5):
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        taken.append(time.perf_counter() - start)
    yield row("`launchwatch history --year 2022`, wall time", median(taken), "s")


def honesty():
    """Count errors without an effect, and findings with one."""
    record = shipped()
    launched = days_of(launch_days(chosen(record, country="PRK")), FIRST, LAST)
    asked = question(record.context, FIRST, LAST)
    years = np.array([(FIRST + dt.timedelta(days=day)).year for day in range(len(launched))])
    period = years - years[0]
    at = [number for number, (_, name) in enumerate(asked.names) if name == "in the 14 days after"]
    context = asked.inside[at]
    bursts = fit(launched, period, context[:0])
    rate = np.array([launched[period == year].mean() for year in period])
    generator = np.random.default_rng(1)
    evenly = [generator.random(len(rate)) < rate for _ in range(RECORDS)]
    burst = [simulate(bursts, period, context[:0], generator) for _ in range(RECORDS)]
    for name, records in (("evenly", evenly), ("in bursts", burst)):
        looks = [look(asked, one, generator, draws=199) for one in records]
        together = np.mean([min(each.p_corrected for each in one) <= 0.05 for one in looks])
        alone = np.mean([[each.p <= 0.05 for each in one] for one in looks])
        yield row(f"any of 13 looks errs at 5 %, launches {name}", float(together), "", "≤ 0.05")
        yield row(f"a look alone errs at 5 %, launches {name}", float(alone), "", "0.05")
        p = [one[at[-1]].p for one in looks]
        yield row(
            f"distance of p from uniform, launches {name}",
            float(kstest(p, "uniform").statistic),
            "",
        )
    for ratio in (2.0, 3.0):
        for number in at:
            kind = asked.names[number][0]
            chance = chance_of_seeing(asked, launched, number, ratio, generator, trials=200)
            yield row(f"power, rate × {ratio:g} in the 14 days after a {kind}", chance, "")
    wrong = [
        judge_context(one, period, context, generator, draws=19).p <= 0.05 for one in burst[:60]
    ]
    yield row("the model errs at 5 %, 60 records in bursts", float(np.mean(wrong)), "", "0.05")
    found = [fit(one, period, context[:0]) for one in burst[:200]]
    yield row("followers drawn", bursts.followers, "")
    yield row("followers recovered, median of 200", median(one.followers for one in found), "")
    spread = np.quantile([one.followers for one in found], (0.05, 0.95))
    yield row("followers recovered, 90 % of 200", f"{spread[0]:.2f} to {spread[1]:.2f}", "")
    delays = [1.0 / (1.0 - one.memory) for one in found]
    yield row("delay drawn", 1.0 / (1.0 - bursts.memory), "days")
    yield row("delay recovered, median of 200", median(delays), "days")


def main():
    """Measure and print."""
    rows = [*speed(), *honesty()]
    if "--json" in sys.argv[1:]:
        print(json.dumps(rows))
        return
    for one in rows:
        value = f"{one['value']:,.4g}" if isinstance(one["value"], float) else one["value"]
        print(f"{one['what']:<64} {value} {one['unit']}")


if __name__ == "__main__":
    main()
