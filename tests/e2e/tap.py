#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A person reads a stream: filters, finds, marks, pauses. A real weir-engine, a real Node worker, a real weir."""
import re

from stage import Atspi, cells, children, fill, find, look, press, run, select, table_rows, test, wait, wait_row


def row(messages, words):
    return next((row for row in table_rows(messages) if words in " ".join(cells(row))), None)


def opened_tap(stage):
    """A window with the tap of a channel that has carried ten progress messages, each followed by five bytes."""
    engine = stage.engine()
    worker = stage.worker(engine.url)
    window = stage.window("--url", engine.url)
    worker.do("open")
    select(wait_row(window, "files::read"))
    press(find(window.root, "push button", "Tap"))
    messages = find(window.root, "tree table", "Messages")
    for number in range(1, 11):
        worker.do(f"progress {number}")
    wait(lambda: row(messages, '"chunks":10}'), "the last message")
    return engine, worker, window, messages


def entry(window, name):
    return find(window.root, None, name)


def label(window, pattern):
    return wait(lambda: look(window.root, "label", re.compile(pattern)), pattern)


@test
def filters(stage):
    """The filter shows what holds a text, and offers to take for bytes what looks like them"""
    _, _, window, messages = opened_tap(stage)
    search = entry(window, "Show messages that hold")

    fill(search, "CHUNKS\":7")
    wait(lambda: row(messages, '"chunks":7}') and not row(messages, '"chunks":6}'), "the seventh alone")
    label(window, "hidden by the filter")

    fill(search, "69 72 03")  # the end of `weir` and the number
    press(find(window.root, "push button", "Take It for Bytes"))
    wait(lambda: row(messages, "77 65 69 72 03") and not row(messages, "chunks"), "the bytes of the third alone")

    fill(search, "6")
    label(window, "Bytes are pairs of hexadecimal digits")
    assert row(messages, "77 65 69 72 03"), "what was right before stays in force"

    fill(search, "")
    wait(lambda: row(messages, '"chunks":6}'), "all again")


@test
def finds(stage):
    """Find goes from one hit to the next, says which of how many it is, and tells the viewer"""
    _, _, window, messages = opened_tap(stage)
    press(find(window.root, "push button", "Find"))
    fill(entry(window, "Find in messages"), '"chunks":1')
    label(window, "^1 of 2$")
    press(find(window.root, "push button", "Find next"))
    label(window, "^2 of 2$")
    press(find(window.root, "push button", "Find next"))
    label(window, "^1 of 2$")
    press(find(window.root, "push button", "Find previous"))
    label(window, "^2 of 2$")
    fill(entry(window, "Find in messages"), "no such thing")
    label(window, "^none found$")


@test
def marks_and_pause(stage):
    """A mark is said in its row; what comes while it is paused is counted, and there when it goes on"""
    _, worker, window, messages = opened_tap(stage)
    select(row(messages, '"chunks":4}'))
    press(children(find(window.root, "push button", "Times and marks"))[0])
    press(find(window.root, "menu item", "Mark"))
    label(window, "1 mark")

    pause = find(window.root, None, "Pause")
    press(pause)
    wait(lambda: pause.get_state_set().contains(Atspi.StateType.PRESSED), "it is paused")
    label(window, "21 rows")
    worker.do("progress 11")
    label(window, "2 wait: paused")
    assert not row(messages, '"chunks":11}')
    press(find(window.root, "push button", "Pause"))
    wait(lambda: row(messages, '"chunks":11}'), "what came meanwhile")


@test
def ended(stage):
    """The tap of an engine that was killed says that it has ended, and keeps what came"""
    engine, _, window, messages = opened_tap(stage)
    engine.end(kill=True)  # before its worker: a writer that is lost is another end
    label(window, "^This tap ended when the connection to the engine broke, and keeps what came until then.$")
    label(window, "^Not tapped any more$|^Closed")
    assert row(messages, '"chunks":10}'), "what came stays"
    press(find(window.root, "push button", "Show Channels"))
    find(window.root, "tree table", "Channels")


if __name__ == "__main__":
    run()
