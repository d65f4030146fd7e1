#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sending end to end: a person makes channels, writes into them and reads from them, with a real Node peer at the other end."""
import os
import re

from stage import Atspi, cells, children, fill, find, gone, look, name_of, press, run, show_page, table_rows, test, texts, wait, walk


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


def choose(window, name, item):
    """Chooses an item of a drop-down."""
    drop_down = find(window.root, "combo box", name)
    press(find(drop_down, "push button"))

    def listed():
        return next((entry for node in walk(drop_down) if node.get_role_name() == "list" for entry in children(node)
                     if item in texts(entry)), None)
    entry = wait(listed, f"{item} in the list")
    Atspi.Selection.select_child(entry.get_parent(), entry.get_index_in_parent())


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
def both_ends(stage):
    """A channel with both ends held: what is written comes back, is held, goes on, and all of it is told to be read"""
    _, window = send_page(stage)
    choose(window, "What to do with the channel", "hold both ends")
    type_payload(window, "grüße, Welt")
    press(find(window.root, "push button", "Send"))
    find(window.root, "label", re.compile("^All that was written was read: 13 bytes written, 13 sent, 13 acknowledged"))
    lines = wait(lambda: [line for line in travelled(window) if "from it" in line and "67 72 c3 bc" in line], "the message")
    assert len(lines) == 1, lines
    assert any("writer closed: 1000 stream_complete" in line for line in travelled(window))


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
    fill(find(window.root, None, "How many"), "7")
    fill(find(window.root, None, "Message size"), "1000")
    press(find(window.root, "push button", "Send Again"))
    worker.line("^end 7000 bytes$")
    find(window.root, "label", re.compile("^All that was written was read: 7.013 bytes written"))


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
    fill(find(window.root, None, "How many"), "0")
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
    press(find(window.root, "switch", "At the end, close the writer"))
    press(find(window.root, "push button", "Send"))
    find(window.root, "push button", "Send Again")
    press(find(window.root, "push button", "Close"))
    dialog = find(window.root, "dialog", "Close the Ends of Channels?")
    press(find(dialog, "push button", "Cancel"))
    gone(window.root, "dialog", "Close the Ends of Channels?")
    press(find(window.root, "push button", "Close"))
    press(find(find(window.root, "dialog", "Close the Ends of Channels?"), "push button", "Close Them"))
    wait(lambda: window.process.poll() == 0, "the window closes")


if __name__ == "__main__":
    run()
