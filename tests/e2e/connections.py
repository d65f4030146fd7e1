#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several connections: remembered, named, removed; their tokens in the keyring; their alarms seen from another one."""
import contextlib
import os
import re
import subprocess
import sys

from gi.repository import Atspi

from stage import (cells, channel_row, children, click, fill, find, find_outside_lists, free_address, gone, look,
                   matches, name_of, press, press_in_menu, run, select, table_rows, test, wait, wait_row, walk)


def reset():
    """Settings as at the first start."""
    subprocess.run(["gsettings", "reset-recursively", "io.github.weir.Weir"], check=True)


def keyring(stage, *options):
    """A secret service on the test's bus."""
    service = stage.start("/usr/bin/python3", "-B", os.path.join(os.path.dirname(__file__), "fake_keyring.py"), *options)
    service.line("^ready$")
    return service


def header(window, pattern):
    return find(window.root, "push button", re.compile(f"^Connection: {pattern}"))


def open_menu(window):
    """The header's menu, open: a menu button holds a button of the same name."""
    button = header(window, "")
    wait(lambda: children(button)[0], "the button in the menu button")
    press(children(button)[0])


def row(window, pattern):
    return find(window.root, "push button", re.compile(f"^Show {pattern}"))


def connect(window, url, token=None):
    open_menu(window)
    press(find(window.root, "push button", "Connect to another engine…"))
    dialog = find(window.root, "frame", "Connect to an Engine")
    fill(find(dialog, "text", "Address"), url)
    if token:
        fill(find(dialog, None, "Token, if it wants one"), token)
    press(find(dialog, "push button", "Connect"))
    gone(window.root, "frame", "Connect to an Engine")


def edit(window, pattern):
    """The dialog of the connection that the menu has under that name."""
    open_menu(window)
    press_in_menu(window.root, re.compile(f"^Edit {pattern}"))
    return find(window.root, "frame", "Connection")


def remove(window, pattern):
    dialog = edit(window, pattern)
    press(find(dialog, "push button", "Remove…"))
    question = find(window.root, "dialog", re.compile("^Remove “"))
    press(find(question, "push button", re.compile("Remove")))
    gone(window.root, "frame", "Connection")


@test
def remembered(stage):
    """Two connections are there again after a restart, the one in view last is in view, and a name stays"""
    reset()
    first, second = stage.engine(), stage.engine()
    window = stage.window(first.url)
    header(window, f"{first.url}, weir-engine")
    connect(window, second.url)
    header(window, f"{second.url}, weir-engine")
    dialog = edit(window, first.url)
    fill(find(dialog, "text", re.compile("^Name")), "The first one")
    press(find(dialog, "push button", "Close"))
    window.end()

    window = stage.window()
    header(window, f"{second.url}, weir-engine")
    open_menu(window)
    press(row(window, rf"The first one: {first.url} · weir-engine\S* · [\d.]+.ms"))
    header(window, "The first one, weir-engine")
    window.end()
    header(stage.window(), "The first one, weir-engine")


def open_tap(stage, window, worker, progress):
    """A tap in which that progress has come."""
    worker.do("open")
    select(wait_row(window, "files::read"))
    press(find(window.root, "push button", "Tap"))
    find(window.root, "tree table", "Messages")
    worker.do(f"progress {progress}")
    wait(lambda: progresses(window).count(progress), f"progress {progress} in a tap")


def progresses(window):
    """What has come in the taps that are open."""
    tables = [node for node in walk(window.root) if matches(node, "tree table", "Messages")]
    said = " ".join(cell for table in tables for row in table_rows(table) for cell in cells(row))
    return [int(number) for number in re.findall(r'"chunks":(\d+)', said)]


@test
def taps(stage):
    """Each connection shows its own channels and has its own taps, also after a restart; those that ended are told of"""
    reset()
    address = free_address()
    first, second = stage.engine(address), stage.engine()
    workers = stage.worker(first.url), stage.worker(second.url)
    window = stage.window(first.url)
    header(window, f"{first.url}, weir-engine")
    open_tap(stage, window, workers[0], 1)
    connect(window, second.url)
    header(window, f"{second.url}, weir-engine")
    assert channel_row(window, "files::read") is None  # it is the first one's
    open_tap(stage, window, workers[1], 2)
    click(300, 78)  # the tap of the first
    header(window, f"{first.url}, weir-engine")
    assert channel_row(window, "files::read") is None  # it is the second one's
    click(30, 78)  # its channels
    wait_row(window, "files::read")
    window.end()

    window = stage.window()
    header(window, f"{first.url}, weir-engine")
    workers[0].do("progress 3")
    wait(lambda: progresses(window) == [1, 3], "what comes in the tap of the first")
    workers[1].do("progress 4")
    open_menu(window)
    press_in_menu(window.root, re.compile(f"^Show {second.url}"))
    header(window, f"{second.url}, weir-engine")
    wait(lambda: sorted(progresses(window)) == [1, 2, 3, 4], "what comes in that of the second")
    window.end()

    first.end()
    window = stage.window()
    header(window, f"{second.url}, weir-engine")
    wait(lambda: progresses(window) == [2, 4], "the tap of the second")
    open_menu(window)
    press_in_menu(window.root, re.compile(f"^Show {first.url}: .*not connected"))
    find_outside_lists(window.root, "label", re.compile("Nothing listens on"))
    stage.engine(address)
    find_outside_lists(window.root, "label", "1 tap is not open again: its channel has ended")


@test
def order(stage):
    """A connection moves up in the menu, and stays there"""
    reset()
    first, second = stage.engine(), stage.engine()
    window = stage.window(first.url)
    header(window, f"{first.url}, weir-engine")
    connect(window, second.url)
    header(window, f"{second.url}, weir-engine")
    dialog = edit(window, second.url)
    assert look(dialog, "label", "2 of 2")
    press(find(dialog, "push button", "Move up"))
    find(dialog, "label", "1 of 2")
    press(find(dialog, "push button", "Close"))
    window.end()

    window = stage.window()
    header(window, f"{second.url}, weir-engine")
    open_menu(window)
    row(window, first.url)
    shown = [name_of(node) for node in walk(window.root) if name_of(node).startswith("Show ws://")]
    assert second.url in shown[0] and first.url in shown[1], shown


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
def forgotten(stage):
    """A removed connection is asked about, and is not there at the next start"""
    reset()
    engine = stage.engine()
    window = stage.window(engine.url)
    header(window, f"{engine.url}, weir-engine")
    remove(window, engine.url)
    header(window, "none")
    window.end()
    window = stage.window()
    find(window.root, "label", re.compile("Nothing listens on"))  # so it has read what is remembered
    assert not look(window.root, "push button", re.compile(engine.url))


@test
def token_in_keyring(stage):
    """A token is kept by the keyring and never in the settings, opens the engine at the next start, and goes with the connection"""
    reset()
    service = keyring(stage)
    engine = stage.engine("127.0.0.1:0", "--token", "s3cret")
    window = stage.window("ws://127.0.0.1:1")
    connect(window, engine.url, "s3cret")
    header(window, f"{engine.url}, weir-engine")
    service.line(f"^stored {engine.url}$")
    window.end()
    settings = subprocess.run(["gsettings", "list-recursively", "io.github.weir.Weir"], check=True,
                              capture_output=True, text=True).stdout
    assert "s3cret" not in settings and f"('{engine.url}', '', true)" in settings, settings

    window = stage.window()
    header(window, f"{engine.url}, weir-engine")
    remove(window, engine.url)
    service.line(f"^deleted {engine.url}$")
    assert not any("s3cret" in line for line in window.lines + service.lines)


@test
def mute_keyring(stage):
    """A keyring that does not answer holds a connection for ten seconds at most, and the window says so"""
    reset()
    keyring(stage, "mute")
    engine = stage.engine()
    window = stage.window(engine.url)
    header(window, f"{engine.url}, connecting")
    wait(lambda: look(window.root, "push button", re.compile(f"^Connection: {engine.url}, weir-engine")), "it is live", 40)
    open_menu(window)
    row(window, f"{engine.url}: .*the keyring does not answer")


@test
def locked_keyring(stage):
    """A locked keyring whose prompt nobody answers holds a connection for ten seconds at most, and no window from closing"""
    reset()
    service = keyring(stage, "locked")
    engine = stage.engine()
    window = stage.window(engine.url)
    service.line("^prompted$")
    wait(lambda: look(window.root, "push button", re.compile(f"^Connection: {engine.url}, weir-engine")), "it is live", 40)
    window.end()

    reset()
    window = stage.window(engine.url)  # and while it asks
    wait(lambda: service.lines.count("prompted") >= 2, "it prompts again")
    assert window.end() in (0, -15)


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
    with contextlib.suppress(KeyboardInterrupt):
        if len(sys.argv) > 1:  # some of them
            import stage as _stage
            _stage.TESTS[:] = [function for function in _stage.TESTS if function.__name__ in sys.argv[1:]]
        run()
