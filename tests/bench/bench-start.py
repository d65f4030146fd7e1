# SPDX-License-Identifier: GPL-3.0-or-later
"""Start of the window to its first frame, in ms: medians of several starts, the disk's cache warm. Budget: 300."""
import os
import statistics
import subprocess
import sys
import time

REPEATS = 9


def start(**env):
    """Milliseconds from exec to the line that says that the first frame was painted."""
    begin = time.monotonic()
    weir = subprocess.Popen([os.environ["WEIR"], "--first-frame", "--url", "ws://127.0.0.1:1"], env={**os.environ, **env},
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    line = next((line for line in weir.stdout if line.startswith("weir: first frame")), None)
    passed = time.monotonic() - begin
    if weir.wait(20) != 0 or line is None:
        sys.exit(f"weir ended with {weir.returncode} before its first frame")
    return 1000 * passed


settings = {"with GL": {"GDK_DEBUG": ""}, "without GL": {"GDK_DEBUG": "gl-disable"}}
times = {name: [] for name in settings}
for repeat in range(REPEATS + 1):
    for name, env in settings.items():
        passed = start(**env)
        if repeat > 0:  # the first one warms the cache
            times[name].append(passed)

print(f"start to first frame, ms, {REPEATS} starts each (budget: 300)")
print(f"{'':12}{'min':>8}{'median':>8}{'max':>8}")
for name, values in times.items():
    print(f"{name:12}{min(values):8.0f}{statistics.median(values):8.0f}{max(values):8.0f}")
