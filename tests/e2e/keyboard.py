#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""With the keyboard alone: find a channel, its details and menu, tap it, look at a message, go over all pages."""
from stage import Focus, find, key, run, test, wait, wait_row


def passes(places, *wanted):
    """The places are among them in that order."""
    rest = iter(places)
    for want in wanted:
        assert any(want in place for place in rest), f"no {want!r} in its place: {places}"


@test
def by_keyboard(stage):
    """Every control is reached by Tab and left again, and what was closed gives the focus back"""
    focus = Focus()
    engine = stage.engine()
    worker = stage.worker(engine.url)
    window = stage.window("--url", engine.url)
    worker.do("open")
    wait_row(window, "files::read")

    key("Ctrl+f")
    focus.wait("entry Search channels")
    key("Down")
    focus.wait("^table row .*files")
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
    while not focus.move("Tab").startswith("table row"):
        pass
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


if __name__ == "__main__":
    run()
