#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The window beside an engine that tells little of its channels: what its log says, and what more can be had."""
import os
import re
import signal

from connecting import header, open_menu
from connecting import row as row_of_menu
from stage import (cells, channel_row, children, find, gone, key, name_of, press, run, select, test, texts, wait,
                   wait_row, walk)
from stock import CHANNELS, fake_stock, play


def short(name):
    return CHANNELS[name][:8]


def command_of(pid):
    with open(f"/proc/{pid}/cmdline") as words:
        return words.read()


@test
def passive(stage):
    """Beside a stock engine its channels are listed from its log, with no figure that nobody knows"""
    engine = fake_stock(stage)
    play(engine)
    window = stage.window("--url", engine.url)
    find(window.root, None, re.compile("^This engine tells little about channels:"))
    row = wait_row(window, short("open"), "Unknown", "pipeline::producer", "pipeline::consumer")
    assert "unknown" in " ".join(cells(row)) and "0 B" not in " ".join(cells(row)), cells(row)
    assert re.search("inferred [0-9]", cells(row)[-1]), cells(row)  # its age: since the first sign of it
    closed = wait_row(window, short("closed"), "Closed", "98.7")
    marks = {name_of(node) for one in (row, closed) for node in walk(one) if node.get_role_name() == "image"}
    assert {"inferred", "unknown"} <= marks, marks
    find(window.root, "label", "seen in the engine’s log")
    select(channel_row(window, short("open")))
    details = find(window.root, None, "Details")
    wait(lambda: any("seen in the engine’s log" in text for text in texts(details)), "who tells of it")
    wait(lambda: any("What was written: unknown." in text for text in texts(details)), "how sure it is")


@test
def look_closer(stage):
    """Looking closer says what it changes, shows that it is on, and is put back: on asking, on leaving, after a crash"""
    engine = fake_stock(stage)
    window = stage.window("--url", engine.url)

    def begin():
        press(find(window.root, "push button", "Look Closer…"))
        question = find(window.root, "dialog", "Look Closer?")
        find(question, "label", re.compile("iii-observability"))
        press(find(question, "push button", re.compile("Look Closer$")))
        find(window.root, None, re.compile("^Looking closer\."))
        assert "ws_handler=debug" in engine.level()

    begin()
    press(find(window.root, "push button", "Stop Looking Closer"))
    find(window.root, "push button", "Look Closer…")
    assert engine.level() == "info"
    begin()
    engine.do(f"level {engine.level().replace('info', 'warn')}")
    find(window.root, None, re.compile("^Looking closer\\..*Somebody else has set its log level to .*warn"))
    press(find(window.root, "push button", "Stop Looking Closer"))
    find(window.root, "push button", "Look Closer…")
    engine.do("level info")
    begin()
    window.end(kill=True)
    assert "ws_handler=debug" in engine.level()

    window = stage.window("--url", engine.url)
    find(window.root, None, re.compile("^A closer look was not ended\..*Before that it was info"))
    press(find(window.root, "push button", "Put Back"))
    find(window.root, "push button", "Look Closer…")
    assert engine.level() == "info"
    begin()
    press(find(window.root, "push button", "Close"))
    wait(lambda: window.process.poll() == 0, "the window closes")
    assert engine.level() == "info"


def relay_variable(dialog):
    """What the dialog says workers should have."""
    node = wait(lambda: next((node for node in walk(dialog) if name_of(node).startswith("III_URL=ws://")), None), "III_URL")
    return name_of(node)


@test
def relay(stage):
    """A relay is started from the banner, what comes through it has its ends, rates and contents, and it outlives a crash"""
    engine = fake_stock(stage)
    window = stage.window("--url", engine.url)
    press(find(window.root, "push button", "Start a Relay…"))
    dialog = find(window.root, "frame", "Relay")
    find(dialog, "label", re.compile(f"It runs on ws://.*, in front of {engine.url}"))
    find(dialog, "push button", "Copy the Command")
    find(dialog, "push button", "Copy the Address")
    find(dialog, "label", "Nobody can tell whether workers use it")  # this engine passes no calls on
    address = relay_variable(dialog).partition("=")[2]
    find(window.root, None, re.compile(f"^A relay runs: restart a worker with III_URL={address}"))
    window.end(kill=True)

    window = stage.window("--url", engine.url)  # finds it again
    press(find(window.root, "push button", "Show Relay…"))
    dialog = find(window.root, "frame", "Relay")
    assert relay_variable(dialog) == f"III_URL={address}"
    press(find(dialog, "push button", "Stop the Relay"))
    question = find(window.root, "dialog", "Workers May Use This Relay")
    press(find(question, "push button", re.compile("Stop$")))
    press(find(dialog, "push button", "Start the Relay"))
    gone(window.root, None, re.compile("^This engine tells little"))
    press(find(dialog, "push button", "Close"))
    gone(window.root, "frame", "Relay")
    find(window.root, None, re.compile("^A relay runs:"))
    find(window.root, "push button", "Look Closer…")  # what passes it not is seen no better by it
    with open(f"/proc/{window.process.pid}/task/{window.process.pid}/children") as children_of_window:
        own = [pid for pid in map(int, children_of_window.read().split()) if "weir-relay" in command_of(pid)]
    os.kill(own[0], signal.SIGKILL)
    find(window.root, None, re.compile("^weir-relay has ended: .*signal 9.*Workers with III_URL=ws://"))
    press(find(window.root, "push button", "Start Again"))
    find(window.root, "frame", "Relay")
    gone(window.root, None, re.compile("^weir-relay has ended:"))
    find(window.root, None, re.compile("^A relay runs:"))


@test
def overrun(stage):
    """A log that tells of nothing but its own lagging is said to be of no use, with what helps, until it ends"""
    engine = fake_stock(stage)
    window = stage.window("--url", engine.url)
    find(window.root, None, re.compile("^This engine tells little about channels:"))
    engine.do("flood 900")
    find(window.root, None, re.compile("^The engine’s log has overrun:"))
    find(window.root, "push button", "Start a Relay…")
    find(window.root, None, re.compile("^This engine tells little about channels:"))  # the next list has none of it


@test
def through(stage):
    """What comes through the relay has its ends, rates and contents, and nobody stops it unasked while workers use it"""
    engine = stage.engine()
    window = stage.window("--url", engine.url)
    find(window.root, "push button", re.compile(f"^Connection: {re.escape(engine.url)}, weir-engine-"))
    press(children(find(window.root, "push button", "Main menu"))[0])
    press(find(window.root, "menu item", "Relay…"))
    dialog = find(window.root, "frame", "Relay")
    press(find(dialog, "push button", "Start the Relay"))
    address = relay_variable(dialog).partition("=")[2]
    press(find(dialog, "push button", "Close"))
    gone(window.root, "frame", "Relay")
    find(window.root, None, re.compile("^A relay runs:"))
    worker = stage.worker(address)
    worker.do("open")
    worker.do("flow")
    row = wait_row(window, "files::read", "Flowing")
    gone(window.root, None, re.compile("^A relay runs:"))
    select(row)
    details = find(window.root, None, "Details")
    wait(lambda: any("weir-relay" in text and "sees both ends" in text for text in texts(details)), "the relay sees it")
    open_menu(window)  # which has both points
    row_of_menu(window, rf"{engine.url}: .*; weir-engine-\S+: connected; weir-relay-\S+: connected$")
    key("Escape")
    press(children(find(window.root, "push button", "Main menu"))[0])
    press(find(window.root, "menu item", "Relay…"))
    dialog = find(window.root, "frame", "Relay")
    find(dialog, "label", "1 worker uses it")
    press(find(dialog, "push button", "Stop the Relay"))
    question = find(window.root, "dialog", "1 Worker Uses This Relay")
    press(find(question, "push button", re.compile("Cancel$")))
    gone(window.root, "dialog", "1 Worker Uses This Relay")
    press(find(dialog, "push button", "Close"))
    gone(window.root, "frame", "Relay")
    press(find(details, "push button", "Tap"))
    find(window.root, "tree table", "Messages")
    press(find(window.root, "push button", "Close"))
    question = find(window.root, "dialog", re.compile(r"^\d+ Workers? Uses? This Relay$"))
    press(find(question, "push button", re.compile("Stop$")))
    wait(lambda: window.process.poll() == 0, "the window closes")
    worker.end(kill=True)


@test
def points(stage):
    """The menu says how each point stands: connected, wanting a token, gone"""
    engine = stage.engine()
    relay = stage.start(os.environ["WEIR_RELAY"], "--upstream", engine.url, "--listen", "127.0.0.1:0", "--name", "lab", "--token", "s3cret")
    relay.line("listening on")
    window = stage.window("--url", engine.url)
    header(window, f"{engine.url}, weir-engine")
    open_menu(window)
    row_of_menu(window, rf"{engine.url}: .*; lab: wants a token")
    relay.end()
    row_of_menu(window, rf"{engine.url}: .*; lab: gone")


if __name__ == "__main__":
    run()
