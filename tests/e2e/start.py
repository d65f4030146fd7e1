#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The window's first start, and how it connects."""
import os
import re

from stage import cells, fill, find, free_address, gone, press, run, table_rows, test, wait


@test
def first_start(stage):
    """With nothing to connect to there are three ways in, and no dead button"""
    window = stage.window("--url", "ws://127.0.0.1:1")
    find(window.root, "label", "Watch your channels")
    for name in ("Try It", "Connect…", "Start"):
        find(window.root, "push button", name)


@test
def try_it(stage):
    """Try It brings an engine and sample workers: their channels flow, each with its throughput in words"""
    window = stage.window("--url", "ws://127.0.0.1:1")
    press(find(window.root, "push button", "Try It"))
    engine_address(window)
    table = find(window.root, "tree table", "Channels")
    wait(lambda: any("pipeline::producer → pipeline::consumer" in " ".join(cells(row)) and
                     "Flowing" in " ".join(cells(row)) for row in table_rows(table)), "a sample worker's channel")
    find(table, None, re.compile(r"^Throughput: [\d.]+.[kM]B/s sent now, [\d.]+.[kM]B/s at most$"))


def find_connected(window, engine):
    """The button that says that the window shows what the engine's own point sees."""
    find(window.root, "push button", re.compile(f"^Connection: {re.escape(engine.url)}, weir-engine-"))


@test
def keeps_looking(stage):
    """An engine that appears on the address is connected to"""
    address = free_address()
    window = stage.window("--url", f"ws://{address}")
    find(window.root, "push button", re.compile("not connected"))
    find_connected(window, stage.engine(address))


@test
def connect_dialog(stage):
    """Connect… asks for an address and connects to it"""
    engine = stage.engine()
    window = stage.window("--url", "ws://127.0.0.1:1")
    press(find(window.root, "push button", "Connect…"))
    dialog = find(window.root, "frame", "Connect to an Engine")
    fill(find(dialog, "text", "Address"), engine.url)
    press(find(dialog, "push button", "Connect"))
    find_connected(window, engine)
    gone(window.root, "frame", "Connect to an Engine")


def engine_address(window):
    """The address of the engine that the window has started, once it is live."""
    button = find(window.root, "push button", re.compile(r"^Connection: ws://\S+:[1-9]\d*, weir-engine"))
    return re.search(r"ws://[^,]+", button.get_name())[0]


@test
def engine_outlives(stage):
    """An engine that Weir started outlives its crash, is found again, and is not stopped unasked while a worker uses it"""
    window = stage.window("--demo")
    address = engine_address(window)
    users = stage.start(os.environ["WEIR_DEMO"], "--url", address)
    window.end(kill=True)

    window = stage.window()
    assert engine_address(window) == address
    press(find(window.root, "push button", "Close"))
    dialog = find(window.root, "dialog", re.compile(r"^\d+ Workers Use This Engine$"))
    press(find(dialog, "push button", re.compile("Keep Running")))
    wait(lambda: window.process.poll() == 0, "the window closes")

    window = stage.window()
    assert engine_address(window) == address
    users.end()
    press(find(window.root, "push button", "Close"))
    wait(lambda: window.process.poll() == 0, "the window closes without a question")
    window = stage.window("--url", address)
    find(window.root, "push button", re.compile("not connected"))


if __name__ == "__main__":
    run()
