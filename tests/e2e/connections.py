#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several connections: remembered, named, removed; their alarms seen from another one."""
import re
import subprocess

from connecting import connect, edit, header, open_menu, remove, reset, row
from stage import fill, find, gone, look, name_of, press, run, test, walk


@test
def remembered(stage):
    """Two connections are there again after a restart: their order, a name, which was in view last; a removed one is not"""
    reset()
    first, second = stage.engine(), stage.engine()
    window = stage.window(first.url)
    header(window, f"{first.url}, weir-engine")
    connect(window, second.url)
    header(window, f"{second.url}, weir-engine")
    dialog = edit(window, first.url)
    fill(find(dialog, "text", re.compile("^Name")), "The first one")
    press(find(dialog, "push button", "Close"))
    gone(window.root, "frame", "Connection")
    dialog = edit(window, second.url)
    assert look(dialog, "label", "2 of 2")
    press(find(dialog, "push button", "Move up"))
    find(dialog, "label", "1 of 2")
    press(find(dialog, "push button", "Close"))
    window.end()

    window = stage.window()
    header(window, f"{second.url}, weir-engine")
    open_menu(window)
    row(window, rf"The first one: {first.url} · weir-engine\S* · [\d.]+.ms")
    shown = [name_of(node) for node in walk(window.root) if re.match("Show .*ws://", name_of(node))]
    assert second.url in shown[0] and first.url in shown[1], shown
    press(row(window, "The first one"))
    header(window, "The first one, weir-engine")
    window.end()

    window = stage.window()
    header(window, "The first one, weir-engine")
    remove(window, second.url)
    remove(window, "The first one")
    header(window, "none")
    window.end()
    window = stage.window("--url", "ws://127.0.0.1:1")  # at the usual address there may be an engine of another test
    find(window.root, "label", re.compile("Nothing listens on"))  # so it has read what is remembered
    assert not look(window.root, "push button", re.compile(f"{first.url}|{second.url}"))


@test
def dead_ones(stage):
    """Connections that do not answer delay nothing: the window is there at once, and the one that lives is live"""
    reset()
    engine = stage.engine()
    saved = ", ".join(f"('ws://127.0.0.1:{port}', 'dead {port}', false)" for port in range(1, 9))
    subprocess.run(["gsettings", "set", "io.github.weir.Weir", "connections",
                    f"[{saved}, ('{engine.url}', 'alive', false)]"], check=True)
    subprocess.run(["gsettings", "set", "io.github.weir.Weir", "url", engine.url], check=True)
    window = stage.window()
    header(window, "alive, weir-engine")
    open_menu(window)
    row(window, "dead 8: ws://127.0.0.1:8 · not connected")


@test
def other_alarms(stage):
    """What is wrong in a connection that is not in view is counted in the header and in the menu"""
    reset()
    first, second = stage.engine(), stage.engine()
    worker = stage.worker(second.url)
    window = stage.window(second.url)
    header(window, f"{second.url}, weir-engine")
    connect(window, first.url)
    header(window, f"{first.url}, weir-engine")
    worker.do("open")
    worker.do("flow")
    worker.do("hold")
    find(window.root, "label", "1 alarm in another connection", 30)
    open_menu(window)
    press(row(window, f"{second.url}: .*, 1 alarm$"))
    gone(window.root, "label", "1 alarm in another connection")


if __name__ == "__main__":
    run()
