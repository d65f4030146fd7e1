#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The window beside an engine that tells little of its channels: what its log says, and what more can be had."""
import re

from stage import cells, channel_row, find, run, select, test, texts, wait, wait_row
from stock import CHANNELS, fake_stock, play


def short(name):
    return CHANNELS[name][:8]


@test
def passive(stage):
    """Beside a stock engine its channels are listed from its log, with no figure that nobody knows"""
    engine = fake_stock(stage)
    play(engine)
    window = stage.window("--url", engine.url)
    find(window.root, None, re.compile("^This engine tells little about channels:"))
    row = wait_row(window, short("open"), "Unknown")
    assert "unknown" in " ".join(cells(row)) and "0 B" not in " ".join(cells(row)), cells(row)
    wait_row(window, short("closed"), "Closed", "98.7")
    select(channel_row(window, short("open")))
    details = find(window.root, None, "Details")
    wait(lambda: any("seen in the engine’s log" in text for text in texts(details)), "who tells of it")
    wait(lambda: any("What was written: unknown." in text for text in texts(details)), "how sure it is")


if __name__ == "__main__":
    run()
