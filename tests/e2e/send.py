#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sending end to end: a person makes channels, writes into them and reads from them, with a real Node peer at the other end."""
import re
import signal

from sending import choose_function, open_ref, peer, send_page, set_number, travelled
from stage import (fill, find_outside_lists as find, gone, name_of, outside_lists, press, run, test, wait, walk)


def type_payload(window, text):
    fill(find(window.root, "text", "Text to write"), text)


@test
def nobody_reads(stage):
    """A new channel that nobody reads: what is written waits in it, and that is said"""
    _, window = send_page(stage)
    type_payload(window, "grüße, Welt")
    press(find(window.root, "push button", "Send"))
    find(window.root, "label", re.compile("^Nobody has opened the reader: 13 bytes written, none sent"))
    lines = travelled(window)
    assert any("to it" in line and "67 72 c3 bc" in line for line in lines), lines
    assert any("writer closed: 1000 stream_complete" in line for line in lines), lines


@test
def into_a_peer(stage):
    """A pasted writer ref: its taking is explained, and what is written is, to the byte, what the Node client counts"""
    engine, window = send_page(stage)
    worker = peer(stage, engine.url)
    worker.tell("make-reader")
    ref = worker.line(r"^ref (.*)$")[1]
    dialog = open_ref(window, f"2026-11-21 log: got {ref} there")
    find(dialog, "label", "Nobody has connected as the writer yet")
    assert not any("access_key" in text or ref in text for node in walk(dialog) for text in [name_of(node)])
    press(find(dialog, "push button", "Connect"))
    gone(window.root, "frame", "Open a Ref")

    fill(find(window.root, "text", "A message to write by hand"), "first by hand")
    press(find(window.root, "push button", "Write"))
    worker.line("^text first by hand$")
    press(find(window.root, None, "Generated"))
    set_number(window, "How many", 7)
    set_number(window, "Message size", 1000)
    press(find(window.root, "push button", "Send Again"))
    worker.line("^end 7000 bytes$")
    find(window.root, "label", re.compile(r"^All that was written was read: 7\D*013 bytes written"))


@test
def stop(stage):
    """A reader that takes nothing holds the writer, which is said; Stop leaves the writer open, End closes it"""
    engine, window = send_page(stage)
    worker = peer(stage, engine.url)
    worker.tell("make-held-reader")
    ref = worker.line(r"^ref (.*)$")[1]
    press(find(open_ref(window, ref), "push button", "Connect"))
    find(window.root, "push button", "End")
    press(find(window.root, None, "Generated"))
    set_number(window, "How many", 0)
    press(find(window.root, "push button", "Send"))
    find(window.root, "label", "the writer is held")
    press(find(window.root, "push button", "Stop"))
    wait(lambda: any("stopped here, the writer is open" in line for line in travelled(window)), "it was stopped")
    worker.tell("go")
    press(find(window.root, "push button", "End"))
    taken = int(worker.line(r"^end (\d+) bytes$")[1])
    find(window.root, "push button", "Send")
    wait(lambda: any(re.sub(r"\D", "", text.split("bytes")[0]) == str(taken) for text in map(name_of, outside_lists(window.root))
                     if text.startswith("All that was written was read")), f"the totals are {taken}")


@test
def suspended(stage):
    """An engine that says nothing any more is what holds the writer, as far as is known: the reader is not blamed"""
    engine, window = send_page(stage)
    press(find(window.root, None, "Generated"))
    set_number(window, "How many", 0)
    press(find(window.root, "push button", "Send"))
    find(window.root, "label", "writing, held until a reader comes")
    engine.process.send_signal(signal.SIGSTOP)
    try:
        find(window.root, "label", re.compile(r"^writing, held: nothing from the engine for [\d.]+\Ws$"))
        find(window.root, "label", re.compile(r"^Nothing has come from the engine for [\d.]+\Ws"))
    finally:
        engine.process.send_signal(signal.SIGCONT)
    find(window.root, "label", "writing, held until a reader comes")


@test
def abort(stage):
    """End waits for a reader that takes nothing; pressed once more it gives up, and says how much was never read"""
    engine, window = send_page(stage)
    worker = peer(stage, engine.url)
    worker.tell("make-held-reader")
    ref = worker.line(r"^ref (.*)$")[1]
    press(find(open_ref(window, ref), "push button", "Connect"))
    find(window.root, "push button", "End")
    press(find(window.root, None, "Generated"))
    set_number(window, "How many", 0)
    press(find(window.root, "push button", "Send"))
    find(window.root, "label", "the writer is held")
    find(window.root, "label", re.compile(r"^[\d.]+\Ws$"))  # not for a moment in which buffers fill: for seconds
    press(find(window.root, "push button", "End"))
    find(window.root, "label", re.compile(r"^Waits for the reader: [1-9]\d* messages .* are not read yet"))
    press(find(window.root, "push button", "Abort"))
    find(window.root, "label", re.compile(r"^Given up: [1-9]\d* messages .* were accepted and not read"))
    find(window.root, "push button", "Send")
    wait(lambda: any("given up here" in line for line in travelled(window)), "that is in what travelled")


@test
def two_channels(stage):
    """A call with two channels: each row of what travelled says of which it is, and both are followed to their ends"""
    engine, window = send_page(stage)
    peer(stage, engine.url)
    choose_function(window, "node::upper")
    fill(find(window.root, "text", "JSON payload"), '{"in": "$reader", "out": "$writer"}')
    type_payload(window, "small")
    press(find(window.root, "push button", "Trigger and Send"))
    find(window.root, "label", "node::upper returned")
    find(window.root, "label", re.compile("^The stream was read to its end: 1 message, 5 bytes"))
    for pattern in ("^Binary 1 to it, channel in, 5", "^Binary 1 from it, channel out, 5", "from it, channel out: writer closed"):
        wait(lambda: any(re.search(pattern, line) for line in travelled(window)), pattern)


if __name__ == "__main__":
    run()
