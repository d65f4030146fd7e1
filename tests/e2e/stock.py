# SPDX-License-Identifier: GPL-3.0-or-later
"""A stock engine, played by tests/fake-stock: what it logs of channels is told it line by line."""
import os

from stage import wait

# One of each kind, newest last: both ends taken, one end missing, and closed with its totals.
CHANNELS = {
    "closed": "5be3180c-0001-4000-8000-000000000001",
    "lost": "d41d8cd9-0002-4000-8000-000000000002",
    "waiting": "e2b8d0f3-0003-4000-8000-000000000003",
    "open": "6f0c2b18-0004-4000-8000-000000000004",
}


def fake_stock(stage):
    """The engine: .url, .do(line), and .level() as it is set."""
    engine = stage.start(os.environ["FAKE_STOCK"])
    engine.url = engine.line(r"^fake-stock: listening on (ws://\S+)")[1]

    def say(line):
        before = len(engine.lines)
        engine.tell(line)
        wait(lambda: len(engine.lines) > before, f"the engine does {line!r}")
        return engine.lines[before]

    def do(*lines):
        for line in lines:
            assert say(line) == "done", line

    engine.do = do
    engine.level = lambda: say("level")
    return engine


def take(engine, channel, *ends):
    """An end is asked for, and taken."""
    for end in ends:
        engine.do(f"asked {channel} {end}", f"found {channel} {end}", f"began {channel} {end}")


def play(engine):
    """What a day's log says."""
    take(engine, CHANNELS["closed"], "writer", "reader")
    engine.do(f"ended {CHANNELS['closed']} writer 1506 98700000", f"ended {CHANNELS['closed']} reader 1506 98700000")
    take(engine, CHANNELS["lost"], "writer", "reader")
    for end, function in (("read", "pipeline::consumer"), ("write", "pipeline::producer")):
        engine.do(f"span {CHANNELS['open']} {end} {function} 5ec4e7aa-0000-4000-8000-0123456789ab")
    engine.do(f"lost {CHANNELS['lost']} reader", f"ended {CHANNELS['lost']} reader 47 3100000")
    take(engine, CHANNELS["waiting"], "writer")
    take(engine, CHANNELS["open"], "writer", "reader")
