#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sending end to end: a person makes channels, writes into them and reads from them, with a real Node peer at the other end."""
import os
import re

from stage import Atspi, cells, fill, find, gone, name_of, press, run, show_page, table_rows, test, texts, wait, walk


def peer(stage, url):
    """The Node worker of peer.mjs."""
    worker = stage.start("node", os.path.join(os.path.dirname(__file__), "peer.mjs"), III_URL=url)
    worker.line("^ready$")
    return worker


def send_page(stage):
    engine = stage.engine()
    window = stage.window("--url", engine.url)
    find(window.root, "push button", re.compile("^Connection: .*weir-engine-"))
    show_page(window, "Send")
    find(window.root, "push button", "Send")
    return engine, window


def set_number(window, name, number):
    """Sets the figure of a spin button."""
    assert Atspi.Value.set_current_value(find(window.root, "spin button", name), number)


def travelled(window):
    return [" ".join(cells(row)) for row in table_rows(find(window.root, "tree table", "What travelled"))]


def type_payload(window, text):
    fill(find(window.root, "text", "Text to write"), text)


def open_ref(window, ref):
    press(find(window.root, "push button", re.compile("^Open a Ref")))
    dialog = find(window.root, "frame", "Open a Ref")
    fill(find(dialog, "text", "Paste a ref here"), ref)
    return dialog


@test
def nobody_reads(stage):
    """A new channel that nobody reads: what is written waits in it, and that is said"""
    _, window = send_page(stage)
    type_payload(window, "grüße, Welt")
    press(find(window.root, "push button", "Send"))
    find(window.root, "label", re.compile("^Not all is read yet: 13 bytes written, 0 sent, 0 acknowledged"))
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
    find(window.root, "push button", "Send Again")
    press(find(window.root, None, "Generated"))
    set_number(window, "How many", 0)
    press(find(window.root, "push button", "Send Again"))
    find(window.root, "label", "the writer is held")
    press(find(window.root, "push button", "Stop"))
    wait(lambda: any("stopped here, the writer is open" in line for line in travelled(window)), "it was stopped")
    worker.tell("go")
    press(find(window.root, "push button", "End"))
    taken = int(worker.line(r"^end (\d+) bytes$")[1])
    find(window.root, "push button", "Send")
    wait(lambda: any(re.sub(r"\D", "", text.split("bytes")[0]) == str(taken) for text in texts(window.root)
                     if text.startswith("All that was written was read")), f"the totals are {taken}")


@test
def wrong_refs(stage):
    """What is no ref, a masked key and an unknown channel are told before anything is done"""
    _, window = send_page(stage)
    dialog = open_ref(window, "hello")
    find(dialog, "label", re.compile("There is no ref in this"))
    text = find(dialog, "text", "Paste a ref here")
    fill(text, '{"channel_id": "x", "access_key": "abcd****", "direction": "read"}')
    find(dialog, "label", re.compile("masked"))
    fill(text, '{"channel_id": "x", "access_key": "s3cret", "direction": "read"}')
    find(dialog, "label", "No such channel is open")
    press(find(dialog, "push button", "Connect"))
    find(window.root, "label", re.compile("The engine does not find this channel"))
    assert not any("s3cret" in text for text in texts(window.root))


@test
def leaving(stage):
    """Closing the window while an end is held asks first"""
    _, window = send_page(stage)
    press(find(window.root, "push button", "Send"))
    find(window.root, "label", "closed", limit=20)
    press(wait(lambda: next((node for node in walk(window.root) if name_of(node).startswith("At the end, close the writer")
                             and node.get_role_name() in ("check box", "switch", "toggle button")), None), "the switch"))
    press(find(window.root, "push button", "Send"))
    find(window.root, "push button", "Send Again")
    press(find(window.root, "push button", "Close"))
    dialog = find(window.root, "dialog", "Close the Ends of Channels?")
    press(find(dialog, "push button", re.compile("Cancel$")))
    gone(window.root, "dialog", "Close the Ends of Channels?")
    press(find(window.root, "push button", "Close"))
    press(find(find(window.root, "dialog", "Close the Ends of Channels?"), "push button", re.compile("Close Them$")))
    wait(lambda: window.process.poll() == 0, "the window closes")


if __name__ == "__main__":
    run()
