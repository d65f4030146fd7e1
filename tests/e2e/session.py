#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a window leaves when it ends and finds when it starts; other windows above it, and a second start."""
import os
import re
import subprocess

from gi.repository import Atspi

from connecting import header, reset
from stage import (cells, children, find, gone, look, name_of, press, run, select, table_rows, test, wait, walk)


@test
def closed_below_others(stage):
    """The window closes while Preferences or the shortcuts are open, and the program ends"""
    for item in ("Preferences", "Keyboard Shortcuts"):
        reset()
        window = stage.window("ws://127.0.0.1:1")
        press(children(find(window.root, "push button", "Main menu"))[0])
        press(find(window.root, "menu item", item))
        wait(lambda: window.root.get_child_count() == 2, f"{item} is open")
        close = find(children(window.root)[0], "push button", "Close")
        press(close)
        wait(lambda: window.process.poll() is not None, f"the program ends with {item} open")
        assert window.process.poll() == 0, window.process.poll()


@test
def vanished_windows(stage):
    """A screen reader that asks for a window that has just gone does not end the program"""
    reset()
    window = stage.window("ws://127.0.0.1:1")
    for _ in range(3):
        press(find(window.root, "push button", "Connect…"))
        dialog = find(window.root, "frame", "Connect to an Engine")
        press(find(dialog, "push button", "Cancel"))
        gone(window.root, "frame", "Connect to an Engine")
        for index in range(4):
            window.root.get_child_at_index(index)
    press(children(find(window.root, "push button", "Main menu"))[0])
    press(find(window.root, "menu item", "Keyboard Shortcuts"))
    shortcuts = wait(lambda: children(window.root)[1], "the shortcuts")
    press(find(shortcuts, "push button", "Close"))
    wait(lambda: window.root.get_child_count() == 1, "they are closed")
    for index in range(4):
        window.root.get_child_at_index(index)
    assert window.process.poll() is None


@test
def as_it_was(stage):
    """What was open is open at the next start: the filter, the selected channel, its tap; then the page"""
    reset()
    engine = stage.engine()
    worker = stage.worker(engine.url)
    worker.do("open")
    worker.do("flow")
    window = stage.window(engine.url)
    table = find(window.root, "tree table", "Channels")
    subprocess.run(["gsettings", "set", "io.github.weir.Weir", "channel-filter", "flowing"], check=True)
    select(wait(lambda: next((row for row in table_rows(table) if "files::read" in " ".join(cells(row))), None), "a row"))
    press(find(window.root, "push button", "Tap"))
    find(window.root, "tree table", "Messages")
    window.end()

    window = stage.window()
    find(window.root, "push button", "Tap")  # of the details
    find(window.root, "tree table", "Messages")
    wait(lambda: any(name_of(node).startswith("Flowing") and
                     node.get_state_set().contains(Atspi.StateType.PRESSED) for node in walk(window.root)), "the filter")
    subprocess.run(["gsettings", "set", "io.github.weir.Weir", "page", "functions"], check=True)
    window.end()
    window = stage.window()
    wait(lambda: look(window.root, None, re.compile("Search functions")), "the functions")


@test
def second_start(stage):
    """A second start shows the window that is there, and hands its address over"""
    reset()
    engine = stage.engine()
    window = stage.window("ws://127.0.0.1:1")
    find(window.root, "push button", re.compile("not connected"))
    assert stage.start(os.environ["WEIR"], engine.url).process.wait(10) == 0
    header(window, f"{engine.url}, weir-engine")
    assert len([node for node in children(window.root) if node.get_role_name() == "frame"]) == 1


if __name__ == "__main__":
    run()
