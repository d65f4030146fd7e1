#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""With the keyboard alone: find a channel, its details and menu, tap it, look at a message, go over all pages; filter, save,
hold, send, trigger, prefer, connect; and each key that the shortcuts window lists."""
import os
import re
import subprocess

from sending import usable
from stage import (Focus, channel_row, find, find_outside_lists, gone, key, look_here, name_of, run, table_rows, test,
                   text_of, type_text, wait, wait_row)


def passes(places, *wanted):
    """The places are among them in that order."""
    rest = iter(places)
    for want in wanted:
        assert any(want in place for place in rest), f"no {want!r} in its place: {places}"


def label(window, pattern):
    return find_outside_lists(window.root, "label", re.compile(pattern))


def connected(window, url):
    return find_outside_lists(window.root, "push button", re.compile(f"^Connection: {url}, weir-engine-"))


def setting(name):
    said = subprocess.run(["gsettings", "get", "io.github.weir.Weir", name], check=True, capture_output=True, text=True)
    return said.stdout.strip()


def to_channel(focus):
    """From anywhere on the Channels page to its first row."""
    key("Ctrl+f")
    focus.wait("entry Search channels")
    key("Down")
    focus.wait("^table row .*files")


def moves_on(keys, what):
    """Presses keys after which another X window is on top. That of a dialog comes after its place in the tree, and what
    is typed before goes to the window below."""
    before = look_here()
    key(keys)
    wait(lambda: look_here() != before, f"{keys} {what}")


def opens(window, keys, role, name):
    moves_on(keys, f"opens {name}")
    return find(window.root, role, name)


def file_dialog(keys, path=None):
    """Presses keys for a dialog of GTK's, which is in no tree: it has the focus before anybody asks. Types a path there,
    or closes it."""
    before = look_here()
    moves_on(keys, "opens a dialog")
    if path:
        key("Ctrl+a")
        type_text(path)
    key("Return" if path else "Escape")
    wait(lambda: look_here() == before, "the dialog closes")


@test
def by_keyboard(stage):
    """Every control is reached by Tab and left again, and what was closed gives the focus back"""
    focus = Focus()
    engine = stage.engine()
    worker = stage.worker(engine.url)
    window = stage.window("--url", engine.url)
    worker.do("open")
    wait_row(window, "files::read")

    to_channel(focus)
    key("space")
    find(window.root, "push button", "Tap")
    key("Shift+F10")
    focus.wait("push button Give a Token")
    key("Escape")
    focus.wait("^table row .*files")
    passes(focus.tour(), "Close the details", "Tap", "Copy Details", "More to do", "Throughput of the channel",
           "Connection", "page tab Channels", "Main menu", "Search channels", "All", "Span of the graphs", "table row")
    key("Escape")
    focus.wait("^table row .*files")

    key("Return")
    focus.wait("entry Show messages that hold")
    for number in (1, 2):
        worker.do(f"progress {number}")
    focus.go("^table row")
    key("Down")
    focus.wait("^table row Text 1")
    find(window.root, "push button", "Copy what is shown")
    key("Shift+F10")
    focus.wait("menu item Mark")
    key("Escape")
    focus.wait("^table row Text 1")
    for keys in "Tab", "Shift+Tab":
        places = focus.tour(keys)
        passes(places if keys == "Tab" else places[::-1], "Main menu")
        assert sum(place.startswith("table row") for place in places) == 1, places
        for wanted in "Pause", "Follow", "Save", "Copy what is shown", "text Message":
            assert any(wanted in place for place in places), f"{keys}: no {wanted!r} among {places}"
    key("Ctrl+w")
    focus.wait("table row")

    for page, wanted in ("2", "Search functions"), ("3", "JSON payload"):
        key(f"Alt+{page}")
        find(window.root, None, wanted)
        assert any(wanted in place for place in focus.tour())


@test
def channels(stage):
    """A graph is read and a channel held and let go; its id and details are copied; tabs are gone through"""
    focus = Focus()
    engine = stage.engine("127.0.0.1:0", "--permit", "see,read,interfere")
    worker = stage.worker(engine.url)
    window = stage.window("--url", engine.url)
    worker.do("open")
    worker.do("progress 1")
    wait_row(window, "files::read")
    to_channel(focus)

    key("space")
    find(window.root, "push button", "Tap")
    for keys, said in ("Ctrl+c", "Id copied"), ("Ctrl+Shift+c", "Details copied as text"):
        key(keys)
        label(window, f"^{said}$")
    focus.go("^image Throughput of the channel")
    before = name_of(focus.node)
    key("Left", "Left")
    wait(lambda: "s ago" in name_of(focus.node), f"the crosshair moves: {before!r}")
    key("Escape")  # what was said
    gone(window.root, "label", "Details copied as text")
    key("Escape", "Escape")  # the crosshair, the details
    focus.wait("^table row .*files")

    key("Shift+F10")
    focus.go("push button Hold…", "Down")
    opens(window, "Return", "dialog", re.compile("^Hold"))
    focus.go("push button _?Hold")
    moves_on("Return", "closes it")
    wait_row(window, "files::read", "Held")
    focus.wait("^table row .*files")
    key("Shift+F10")
    focus.go("push button Let Go", "Down")
    key("Return")
    wait(lambda: not channel_row(window, "Held"), "it is let go")

    focus.wait("^table row .*files")
    key("Return")
    focus.wait("entry Show messages that hold")
    for keys, place in ("Ctrl+Tab", "table row"), ("Ctrl+Shift+Tab", "entry Show"), ("Ctrl+w", "table row"):
        key(keys)
        focus.wait(f"^{place}")


@test
def messages(stage):
    """Messages are filtered, found, marked, folded and saved"""
    focus = Focus()
    engine = stage.engine()
    worker = stage.worker(engine.url)
    window = stage.window("--url", engine.url)
    worker.do("open")
    for number in (1, 2, 3):
        worker.do(f"progress {number}")
    wait_row(window, "files::read")
    to_channel(focus)
    key("Return")
    table = find(window.root, "tree table", "Messages")
    wait(lambda: len(table_rows(table)) == 6, "all messages")

    key("Ctrl+f")
    focus.wait("^entry Find in messages")
    type_text("chunks")
    label(window, "^1 of 3$")
    for keys, place in ("F3", 2), ("Ctrl+g", 3), ("Shift+F3", 2), ("Ctrl+Shift+g", 1):
        key(keys)
        label(window, f"^{place} of 3$")

    key("Ctrl+m")
    label(window, "1 mark")
    focus.go("^table row")
    key("Down")
    focus.wait("^table row Binary 2")
    for keys in "F2", "Shift+F2":
        key(keys)
        focus.wait("^table row Marked")
        key("Down")
        focus.wait("^table row Binary 2")
    file_dialog("Ctrl+s")

    key("Ctrl+Shift+f")
    focus.wait("^entry Show messages that hold")
    type_text('chunks":2')
    label(window, "hidden by the filter")
    wait(lambda: len(table_rows(table)) == 1, "the second message alone")
    focus.go("push button Save…")
    key("Return")
    focus.go("menu item All Messages as NDJSON…", "Down")
    path = os.path.join(os.environ["HOME"], "kept.ndjson")
    file_dialog("Return", path)
    label(window, "^Saved 6 messages")
    with open(path, encoding="utf-8") as saved:
        assert len(saved.readlines()) == 6


@test
def sending(stage):
    """A message is sent into a new channel, and a function is triggered with its reader, from where they are typed"""
    focus = Focus()
    engine = stage.engine()
    stage.worker(engine.url)
    window = stage.window("--url", engine.url)
    connected(window, engine.url)
    key("Alt+3")
    find(window.root, "text", "JSON payload")
    focus.go("^text Text to write")
    key("Ctrl+a")
    type_text("nine more")
    key("Ctrl+Return")
    label(window, "^Nobody has opened the reader: 9 bytes written")

    focus.go("^push button Function", "Shift+Tab")
    key("Return")
    focus.wait("^entry ")
    type_text("files::read")
    find(window.root, "list item", re.compile("^files::read"))
    key("Return")
    focus.go("^text JSON payload")
    for typed, keys in ('{"reader": "$', ["Return"]), ('{"reader": $w', ["Tab"]), ('{"reader": "$', ["Down", "Up", "Return"]):
        key("Ctrl+a")
        type_text(typed)
        find(window.root, "list item", "$writer")
        key(*keys)
        wanted = "$writer" if "w" in typed else "$reader"
        wait(lambda: text_of(find(window.root, "text", "JSON payload")) == f'{{"reader": "{wanted}"', f"{wanted} is chosen")
        gone(window.root, "list item", "$writer")
    type_text(', "more": "$')
    find(window.root, "list item", "$reader2")
    key("Escape")
    gone(window.root, "list item", "$reader2")
    key("Ctrl+a")
    type_text('{"reader": "$reader"}')
    usable(window, "Trigger and Send")
    key("Ctrl+Return")
    label(window, "^files::read returned")
    label(window, "^All that was written was read: 9 bytes written")

    opens(window, "Ctrl+o", "frame", "Open a Ref")
    focus.wait("^text Paste a ref here")
    moves_on("Escape", "closes it")
    gone(window.root, "frame", "Open a Ref")


@test
def whole_window(stage):
    """A preference is changed; a connection is added, renamed, lost, tried again and removed; menus open; Weir is left"""
    focus = Focus()
    first, second = stage.engine(), stage.engine()
    window = stage.window("--url", first.url)
    connected(window, first.url)

    opens(window, "Ctrl+comma", "frame", "Preferences")
    focus.go("^check box Follow new messages")
    key("space")
    wait(lambda: setting("follow-tail") == "false", "the preference is changed")
    moves_on("Escape", "closes them")
    gone(window.root, "frame", "Preferences")

    moves_on("Ctrl+n", "opens the dialog to connect")
    focus.wait("^text Address")
    type_text(second.url)
    focus.move("Tab")
    focus.wait("^text Token, if it wants one|^text Token")
    focus.go("^push button Show Text")
    key("Shift+Tab")
    moves_on("Return", "connects")
    connected(window, second.url)

    focus.go("^push button Connection")
    key("Return")
    for url in first.url, second.url:  # in the order in which they came
        focus.go("^push button Edit ws")
        assert url in name_of(focus.node), name_of(focus.node)
    dialog = opens(window, "Return", "frame", "Connection")
    find(dialog, "label", second.url)
    focus.go("^text Name")
    type_text("Two")
    connected(window, "Two")
    focus.go("^push button Remove")
    opens(window, "Return", "dialog", "Remove “Two”?")
    focus.go("^push button _?Remove")
    moves_on("Return", "removes it")
    gone(window.root, "frame", "Connection")
    connected(window, first.url)

    key("F10")
    focus.wait("^menu item")
    key("Escape")
    focus.wait("^(?!menu item)")
    opens(window, "Ctrl+Shift+question", "frame", "Keyboard Shortcuts")
    moves_on("Escape", "closes them")
    gone(window.root, "frame", "Keyboard Shortcuts")
    key("Ctrl+q")
    wait(lambda: window.process.poll() == 0, "Weir ends")


if __name__ == "__main__":
    run()
