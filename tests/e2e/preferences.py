#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Preferences, each of which takes effect at once; and notifications of alarms."""
import os
import re
import subprocess
import sys

import stage as _stage
from stage import (cells, children, find, gone, look, look_away, press, run, select, table_rows, test, texts, wait)

SCHEMA = "io.github.weir.Weir"


def setting(key, value=None):
    if value is not None:
        subprocess.run(["gsettings", "set", SCHEMA, key, value], check=True)
    return subprocess.run(["gsettings", "get", SCHEMA, key], check=True, capture_output=True, text=True).stdout.strip()


def reset():
    subprocess.run(["gsettings", "reset-recursively", SCHEMA], check=True)


def preferences(window):
    press(children(find(window.root, "push button", "Main menu"))[0])
    press(find(window.root, "menu item", "Preferences"))
    return wait(lambda: next((node for node in children(window.root) if look(node, "label", "Appearance")), None),
                "the preferences")


def row(window, *words):
    table = look(window.root, "tree table", "Channels")
    for candidate in table_rows(table) if table else []:
        if all(word in " ".join(cells(candidate)) for word in words):
            return candidate
    return None


def wait_row(window, *words, limit=15):
    return wait(lambda: row(window, *words), f"a channel with {' and '.join(words)}", limit)


def notifications(stage):
    service = stage.start("/usr/bin/python3", "-B",
                          os.path.join(os.path.dirname(__file__), "fake_notifications.py"))
    service.line("^ready$")
    return service


@test
def units(stage):
    """Units changed in the preferences change the figures in view at once"""
    reset()
    engine = stage.engine()
    worker = stage.worker(engine.url)
    window = stage.window(engine.url)
    worker.do("open")
    worker.do("flow")
    wait_row(window, "files::read", "kB")
    setting("units", "binary")
    wait_row(window, "files::read", "KiB")
    dialog = preferences(window)
    assert look(dialog, None, "KiB, of 1024 bytes"), "the row says what is set"


@test
def rows(stage):
    """Every preference has a row, and a switch writes its setting"""
    reset()
    window = stage.window("ws://127.0.0.1:1")
    dialog = preferences(window)
    for title in ("Theme", "Units of sizes and rates", "Span of the graphs", "Times of messages", "Kept of each message",
                  "Follow new messages", "Notify of alarms", "Channels that stall"):
        assert look(dialog, "label", title), title

    def switch(name):
        return wait(lambda: next((node for node in _stage.walk(dialog) if node.get_name() == name and
                                  node.get_role_name() not in ("label", "list item")), None), name)
    press(switch("Channels that stall"))
    wait(lambda: "stalls" not in setting("notify-alarms"), "stalls are off")
    press(switch("Channels that stall"))
    wait(lambda: "stalls" in setting("notify-alarms"), "stalls are on")
    press(switch("Follow new messages"))
    wait(lambda: setting("follow-tail") == "false", "follow is off")


@test
def unmasked(stage):
    """Keys are shown only once it was asked and answered; Cancel leaves the switch on; masking them asks nothing"""
    reset()
    window = stage.window("ws://127.0.0.1:1")
    dialog = preferences(window)

    def switch():
        return wait(lambda: next((node for node in _stage.walk(dialog) if node.get_role_name() not in
                                  ("label", "list item") and node.get_name() == "Mask access keys in messages"), None),
                    "the switch")

    def answer(response):
        question = find(window.root, "dialog", "Show Access Keys?")
        wait(lambda: any("can read that channel or write into it" in text for text in texts(question)), "what it opens")
        press(find(question, "push button", re.compile(response)))
        gone(window.root, "dialog", "Show Access Keys?")

    press(switch())
    answer("Cancel")
    assert setting("mask-keys") == "true"
    press(switch())
    answer("Show Keys")
    wait(lambda: setting("mask-keys") == "false", "keys are shown")
    press(switch())
    wait(lambda: setting("mask-keys") == "true", "keys are masked")
    assert not look(window.root, "dialog", "Show Access Keys?")


@test
def snaplen(stage):
    """How much of each message is kept is what a tap that is opened then keeps"""
    reset()
    setting("snaplen", "1kib")
    engine = stage.engine()
    worker = stage.worker(engine.url)
    window = stage.window(engine.url)
    worker.do("open")
    worker.do("flow")
    select(wait_row(window, "files::read"))
    press(find(window.root, "push button", "Tap"))
    find(window.root, "tree table", "Messages")
    wait(lambda: any(re.search(r"\bcut\b", text) for text in texts(window.root)), "messages that are cut")


@test
def notified(stage):
    """An alarm is told while the window is not in front; a click shows the channel; it is withdrawn when it is over"""
    reset()
    service = notifications(stage)
    engine = stage.engine()
    worker = stage.worker(engine.url)
    window = stage.window(engine.url)
    worker.do("open")
    worker.do("flow")
    wait_row(window, "files::read", "Flowing")
    look_away()
    worker.do("hold")
    told = service.line(r"^notify (\d+) (.*) \| .*files::read", 30)
    assert "reader" in told[2], told[2]
    worker.do("go")
    service.line(f"^closed {told[1]}$", 30)

    worker.do("hold")
    wait(lambda: len([line for line in service.lines if line.startswith("notify")]) == 2, "it is told again", 30)
    number = [line for line in service.lines if line.startswith("notify")][1].split()[1]
    service.tell(f"click {number}")
    find(window.root, "push button", "Tap")


@test
def not_notified(stage):
    """Nothing is told that the preferences switch off"""
    reset()
    setting("notify-alarms", "['losses']")
    service = notifications(stage)
    engine = stage.engine()
    worker = stage.worker(engine.url)
    window = stage.window(engine.url)
    worker.do("open")
    worker.do("flow")
    wait_row(window, "files::read", "Flowing")
    look_away()
    worker.do("hold")
    wait_row(window, "files::read", "Stalled")
    worker.do("go")
    wait_row(window, "files::read", "Flowing")
    setting("notify-alarms", "['stalls']")
    worker.do("hold")
    service.line("^notify", 30)
    assert len([line for line in service.lines if line.startswith("notify")]) == 1, service.lines


@test
def one_for_many(stage):
    """Many alarms at once are one notification that counts them"""
    reset()
    service = notifications(stage)
    engine = stage.engine()
    window = stage.window(engine.url)
    find(window.root, "push button", re.compile(f"^Connection: {engine.url}, weir-engine"))
    look_away()
    stage.start(os.environ["WEIR_DEMO"], "--url", engine.url)
    service.line(r"^notify \d+ \d+ Channels Have Alarms", 60)
    wait_row(window, "Stalled")
    assert len([line for line in service.lines if line.startswith("notify")]) <= 2, service.lines


if __name__ == "__main__":
    if len(sys.argv) > 1:  # some of them
        _stage.TESTS[:] = [function for function in _stage.TESTS if function.__name__ in sys.argv[1:]]
    run()
