#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Triggering end to end: a person calls functions of a real Node worker, with a channel and without, and sees what comes back."""
import re

from sending import choose_function, open_menu, set_number, travelled
from stage import Atspi, fill, find, matches, name_of, press, run, show_page, test, text_of, texts, wait, walk

READER = '{"reader": "$reader"}'


def trigger_page(stage):
    """The Send page with files::read of the Node worker, come to by the Functions page."""
    engine = stage.engine()
    stage.worker(engine.url)
    window = stage.window("--url", engine.url)
    choose_function(window, "files::read")
    find(window.root, "push button", re.compile("^Trigger"))
    wait(lambda: any("files::read" in text for text in texts(window.root)), "the function is chosen")
    return engine, window


def payload(window):
    return find(window.root, "text", "JSON payload")


def enabled(window, name):
    """The button, once it can be pressed. (There may be others that are out of view.)"""
    def probe():
        return next((node for node in walk(window.root) if matches(node, "push button", name)
                     and node.get_state_set().contains(Atspi.StateType.SENSITIVE)), None)
    return wait(probe, f"a button {name!r} that can be pressed")


@test
def with_a_reader(stage):
    """A function gets the reader of a new channel, reads what is written, and its answer is shown"""
    _, window = trigger_page(stage)
    fill(payload(window), READER)
    fill(find(window.root, "text", "Text to write"), "seven b")
    press(enabled(window, "Trigger and Send"))
    find(window.root, "label", "files::read returned")
    find(window.root, "label", re.compile("^All that was written was read: 7 bytes written, 7 sent, 7 acknowledged"))
    wait(lambda: any(node.get_role_name() == "text" and re.search(r'"bytes":\s*7\b', text_of(node))
                     for node in walk(window.root)), "the answer")


@test
def failing(stage):
    """An error answer is shown with what it says and what can be done"""
    _, window = trigger_page(stage)
    fill(payload(window), "{}")
    press(enabled(window, "Trigger"))
    find(window.root, "label", "files::read failed")
    find(window.root, "label", re.compile("see what its worker says"))


@test
def late(stage):
    """An answer that comes after nobody waited for it any more is shown all the same, and the history has it"""
    engine = stage.engine()
    worker = stage.worker(engine.url)
    window = stage.window("--url", engine.url)
    choose_function(window, "files::late")
    set_number(window, "Seconds to wait for the answer", 1)
    press(enabled(window, "Trigger"))
    find(window.root, "label", re.compile(r"^files::late has not answered in 1\.0\Ws$"))
    find(window.root, "label", re.compile("its answer is shown here if it comes"))
    worker.do("answer")
    find(window.root, "label", "files::late returned late")
    find(window.root, "label", re.compile(r"^after [\d.]+\Ws, waited for 1\.0\Ws$"))
    wait(lambda: any(node.get_role_name() == "text" and '"late"' in text_of(node) for node in walk(window.root)), "the answer")
    wait(lambda: any("later than it was waited for" in line for line in travelled(window)), "what travelled has it")
    open_menu(window, "History")
    find(window.root, "push button", re.compile("^files::late, .*answered late"))


@test
def void(stage):
    """A void call says that it was called, and waits for nothing"""
    _, window = trigger_page(stage)
    fill(payload(window), "{}")
    press(wait(lambda: next((node for node in walk(window.root) if name_of(node) == "Wait for the answer"
                             and node.get_role_name() in ("check box", "switch", "toggle button")), None), "the switch"))
    press(enabled(window, "Trigger"))
    find(window.root, "label", "files::read was called")
    find(window.root, "label", "not waited for: no answer will come")


@test
def remembered(stage):
    """What was typed is there again after a restart, sent or not; a program that does the same can be copied"""
    engine, window = trigger_page(stage)
    fill(payload(window), '{"name": "kept"}')
    press(enabled(window, "Trigger"))
    find(window.root, "label", "files::read failed")
    open_menu(window, "Copy as Code")
    press(find(window.root, "menu item", "For Node"))
    find(window.root, "label", "Program for Node copied")
    fill(payload(window), '{"name": "never sent", "reader": "$reader"}')
    fill(find(window.root, "text", "Text to write"), "nor was this")
    window.end()

    window = stage.window("--url", engine.url)
    show_page(window, "Send")
    wait(lambda: "never sent" in text_of(payload(window)), "what was typed and not sent is there again")
    wait(lambda: text_of(find(window.root, "text", "Text to write")) == "nor was this", "what was to be written, too")
    enabled(window, "Trigger and Send")
    open_menu(window, "History")
    press(find(window.root, "push button", re.compile("^files::read, .*kept")))
    wait(lambda: "kept" in text_of(payload(window)), "the payload is there again")
    enabled(window, "Trigger")


if __name__ == "__main__":
    run()
