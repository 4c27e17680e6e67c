"""What is going on and how long it will take, on standard error."""

import sys
import time


class Progress:
    """Estimates by scenario come first; the time that was really taken corrects what is left of them."""

    def __init__(self, estimates):
        self.estimates = estimates
        self.left = dict(estimates)
        self.begin = time.monotonic()

    def step(self, scenario, steps):
        self.left[scenario] = max(0, self.left[scenario] - self.estimates[scenario] / steps)

    def scenario_over(self, scenario):
        self.left[scenario] = 0

    def minutes_left(self):
        left, all_of_it = sum(self.left.values()), sum(self.estimates.values())
        done = all_of_it - left
        slower = (time.monotonic() - self.begin) / done if done > 0.03 * all_of_it else 1
        return f"{left * slower / 60:.0f} min"

    def say(self, words):
        print(f"[{time.strftime('%H:%M:%S')}, {self.minutes_left()} left] {words}", file=sys.stderr, flush=True)
