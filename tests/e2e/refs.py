#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Refs end to end: taken from a channel's menu, pasted, wrong; and what is asked before ends that are held are closed."""
import re

from sending import open_menu, open_ref, peer, send_page, usable
from stage import (fill, find_outside_lists as find, gone, name_of, press, run, select, show_page, test, texts, wait,
                   wait_row, walk)


@test
def from_its_menu(stage):
    """Send into… of a channel's menu: what taking its end would do is said, and what is written is read"""
    engine = stage.engine("127.0.0.1:0", "--permit", "see,read,reveal")
    window = stage.window("--url", engine.url)
    worker = peer(stage, engine.url)
    worker.tell("make-reader")
    worker.line("^ref ")
    select(wait_row(window, "node-peer"))
    open_menu(window, "More to do with this channel")
    press(usable(window, "Send into…"))
    dialog = find(window.root, "frame", "Open a Ref")
    find(dialog, "label", "Nobody has connected as the writer yet")
    press(find(dialog, "push button", "Connect"))
    fill(find(window.root, "text", "A message to write by hand"), "from the menu")
    press(find(window.root, "push button", "Write"))
    worker.line("^text from the menu$")
    show_page(window, "Channels")
    wait_row(window, "Weir → node-peer")
    show_page(window, "Send")
    press(find(window.root, "push button", "End"))
    worker.line("^end 0 bytes$")
    show_page(window, "Channels")
    wait_row(window, "Closed", "Weir → node-peer")
    wait(lambda: "Weir connected as the writer" in texts(window.root), "its life says who wrote")


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
    find(window.root, "push button", "End")
    press(find(window.root, "push button", "Close"))
    dialog = find(window.root, "dialog", "Close the Ends of Channels?")
    press(find(dialog, "push button", re.compile("Cancel$")))
    gone(window.root, "dialog", "Close the Ends of Channels?")
    press(find(window.root, "push button", "Close"))
    press(find(find(window.root, "dialog", "Close the Ends of Channels?"), "push button", re.compile("Close Them$")))
    wait(lambda: window.process.poll() == 0, "the window closes")


if __name__ == "__main__":
    run()
