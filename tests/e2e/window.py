#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The window end to end: a real weir-engine, a real Node worker, a real weir, driven through the accessibility bus."""
import re

from stage import (cells, channel_row, find, free_address, gone, look, press, run, select, table_rows, test, texts, wait,
                   wait_row)


@test
def life_of_a_channel(stage):
    """A channel's row names its functions, and goes flowing, stalled, flowing, closed"""
    engine = stage.engine()
    worker = stage.worker(engine.url)
    window = stage.window("--url", engine.url)

    worker.do("open")
    worker.do("flow")
    wait_row(window, "files::read", "Flowing")

    worker.do("hold")
    wait_row(window, "files::read", "Stalled")

    worker.do("go")
    wait_row(window, "files::read", "Flowing")

    worker.do("close")
    worker.line(r"^read \d+ bytes$")
    wait_row(window, "files::read", "Closed")


@test
def details(stage):
    """The details of a stalled channel say in a sentence which side is slow"""
    engine = stage.engine()
    worker = stage.worker(engine.url)
    window = stage.window("--url", engine.url)
    worker.do("open")
    worker.do("flow")
    select(wait_row(window, "files::read", "Flowing"))
    worker.do("hold")
    wait(lambda: look(window.root, "label", re.compile("reader is slow|not reading|has not read")), "the diagnosis")


@test
def tap(stage):
    """The tap shows the exact progress messages, and the bytes in hex"""
    engine = stage.engine()
    worker = stage.worker(engine.url)
    window = stage.window("--url", engine.url)
    worker.do("open")
    select(wait_row(window, "files::read"))
    press(find(window.root, "push button", "Tap"))
    messages = find(window.root, "tree table", "Messages")
    for number in (1, 2, 3):
        worker.do(f"progress {number}")

    def shown():
        return [" ".join(cells(row)) for row in table_rows(messages)]
    for number in (1, 2, 3):
        wait(lambda: any(f'{{"type":"progress","chunks":{number}}}' in row for row in shown()), f"progress {number}")

    select(next(row for row in table_rows(messages) if "binary" in " ".join(cells(row)).lower()))
    press(find(window.root, "push button", "Hex"))
    wait(lambda: any("77 65 69 72 01" in text for text in texts(window.root)), "the bytes of the message in hex")


@test
def engine_restart(stage):
    """The engine is killed and started again: a banner says so, then all is live again"""
    address = free_address()
    engine = stage.engine(address)
    worker = stage.worker(engine.url)
    window = stage.window("--url", engine.url)
    worker.do("open")
    worker.do("flow")
    wait_row(window, "files::read", "Flowing")

    worker.end(kill=True)
    engine.end(kill=True)
    retry = find(window.root, "push button", "Retry Now")
    assert channel_row(window, "files::read"), "what was seen stays on the screen"

    stage.engine(address)
    press(retry)
    gone(window.root, "push button", "Retry Now")
    worker = stage.worker(engine.url)
    worker.do("open")
    worker.do("flow")
    wait_row(window, "files::read", "Flowing")


if __name__ == "__main__":
    run()
