#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finding the culprit: real workers make typical faults, and the window names who it is, where one looks first."""
import os
import re

from stage import Focus, cells, fill, find, gone, look, look_here, name_of, outside_lists, press, run, select, table_rows, test, wait


def start(stage, *names):
    """An engine, workers that make these faults, and a window."""
    engine = stage.engine()
    worker = stage.start("node", os.path.join(os.path.dirname(__file__), "faulty.mjs"), *names, III_URL=engine.url)
    worker.line("^ready$")
    return stage.window("--url", engine.url)


def row_of(window, *words):
    def probe():
        table = look(window.root, "tree table", "Channels")
        return next((row for row in table_rows(table) if all(word in " ".join(cells(row)) for word in words)), None)
    return wait(probe, f"a channel with {' and '.join(words)}", 20)


def said(window, pattern):
    return wait(lambda: look(window.root, "label", re.compile(pattern)), pattern)


@test
def named(stage):
    """The row has the alarm, and the details a sentence, its side and what to do"""
    window = start(stage, "deadlock", "wrongend", "throws", "well")
    select(row_of(window, "wrongend::reader was handed the wrong end"))
    said(window, "^The wrong end was passed. What wrongend::reader was handed as “reader” is a ref of the writing end.")
    said(window, "Pass the reader’s ref to who is to read")

    select(row_of(window, "node-a → throws::reader", "Closed early", "cannot parse 65536 bytes"))
    said(window, "^throws::reader failed. It failed .* after it was handed the reader: cannot parse 65536 bytes")

    select(row_of(window, "node-a → deadlock::worker", "Stalled", "both sides wait for each other"))
    said(window, "^Both sides wait for each other. node-a writes to deadlock::worker, which does not read")
    said(window, "One of them must read while it writes")

    select(row_of(window, "node-a → well::reader", "Flowing"))
    said(window, "^All is well. well::reader keeps up with node-a.")


@test
def chain(stage):
    """The end of a pipeline that holds all of it is one press away: its row is selected, and has the keyboard's focus"""
    window = start(stage, "chain")
    look_here()
    focus = Focus()
    select(row_of(window, "node-a → chain::pipe", "Stalled"))
    said(window, "^The reader is held by the next. chain::pipe reads nothing because it is held itself")
    press(find(window.root, "push button", re.compile("^Show Channel [0-9a-f]{8}$")))
    said(window, "^The reader is slow. chain::end")
    wait(lambda: focus.name() and "chain::pipe → chain::end" in name_of(focus.node), "the focus comes to its row")
    gone(window.root, "push button", re.compile("^Show Channel"))


@test
def dismissed(stage):
    """An alarm is dismissed, is out of the row, and can be shown again"""
    window = start(stage, "returns")
    alarm = "returns::writer has returned and never opened the writer"
    select(row_of(window, alarm))
    said(window, "^The writer was not used.")
    press(find(window.root, "push button", "Dismiss"))
    again = find(window.root, "push button", "1 dismissed alarm: show it")
    assert not look(window.root, "label", re.compile("^The writer was not used."))
    wait(lambda: alarm not in " ".join(cells(row_of(window, "returns::writer"))), "the row without the alarm")
    press(again)
    said(window, "^The writer was not used.")
    row_of(window, alarm)


@test
def live_object(stage):
    """A stream in place of its ref is named, with what to pass; its key is not shown, nor copied"""
    window = start(stage, "live")
    select(row_of(window, "live::writer was handed the writer itself, not its ref"))
    said(window, "^A stream was passed in place of its ref. What live::writer was handed as “writer” is the writer itself")
    said(window, "Pass the channel’s writerRef")
    said(window, "the writer itself, not its ref, passed to live::writer")
    assert not look(window.root, None, re.compile("key=")), "an address with a key is shown"


@test
def calls(stage):
    """A payload that should have been a channel is told of above the list, and dismissed; then the next one"""
    window = start(stage, "livestream", "bigcall")
    said(window, r"^A payload should have been a channel. node-a called bigcall::store with a payload of 3\.1\WMB. "
                 "It has done so 3 times")
    said(window, "^Pass a channel’s ref, and write the data into the channel")
    press(find(window.root, "push button", "Dismiss"))
    said(window, "^A stream was passed in place of a ref. node-a called livestream::writer")
    gone(window.root, "label", re.compile("^A payload should have been"))
    press(find(window.root, "push button", "Dismiss"))
    gone(window.root, "label", re.compile("^A stream was passed in place of a ref"))


@test
def search_and_copy(stage):
    """The search finds how an end closed, and the details are copied"""
    window = start(stage, "leaves", "well")
    row_of(window, "well::reader")
    fill(find(window.root, "entry", "Search channels"), "channel_close")
    gone(window.root, "table row", re.compile("well::reader"))
    select(row_of(window, "node-a → leaves::reader"))
    press(find(window.root, "push button", "Copy Details"))
    wait(lambda: any("Details copied as text" in name_of(node) for node in outside_lists(window.root)), "the toast")


@test
def graph_in_words(stage):
    """A graph says what it shows, and its keys move the crosshair"""
    window = start(stage, "well")
    select(row_of(window, "node-a → well::reader", "Flowing"))
    graph = find(window.root, "image", "Throughput of the channel")
    wait(lambda: re.search(r"^Last 60 s: [\d.]+\W?[kM]?B/s sent now, .* at least, .* at most, (steady|rising|falling)\.",
                           graph.get_description()), "its description")
    assert name_of(graph) == "Throughput of the channel"


if __name__ == "__main__":
    run()
