#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a screen reader is told: each page is walked, and everything that can be worked has a name of its own."""
import os
import re

from stage import Atspi, children, find, name_of, press, real, run, see, select, show_page, table_rows, test, texts, wait, walk

# What people work with, and what they look at as one thing.
NAMED = {"push button", "toggle button", "text", "entry", "combo box", "check box", "check menu item", "radio button", "switch",
         "slider", "spin button", "image", "tree table", "menu item", "page tab", "link", "level bar", "progress bar"}
DECORATED = {"page tab", "push button", "toggle button", "combo box", "table cell", "table row", "list item", "entry", "text", "menu item"}
GTKS_OWN = {"AdwTabBar", "GtkPaned"}  # whose parts we cannot name
CLASS_NAME = re.compile(r"^(Gtk|Adw|Weir)[A-Z]\w*$")


def acts(node):
    try:
        return Atspi.Action.get_n_actions(real(node)) > 0
    except Exception:  # pylint: disable=broad-except -- it has no such interface
        return False


def why_wrong(node, path):
    """What is wrong with a node, or None. Pictures in what has a name itself are for the eye alone."""
    role, name = node.get_role_name(), name_of(node)
    if role in ("unknown", "invalid"):
        return "has no role"
    above = {role for role, _ in path[-7:]}
    if role == "label" or (role == "list" and "tree table" in above) or "combo box" in above or "text" in above or any(name in GTKS_OWN for _, name in path):
        return None
    if name in GTKS_OWN or (name == "GtkImage" and above & DECORATED):
        return None
    is_box = role in ("panel", "filler") # a class may have actions, which are not for who sees the box
    if role not in NAMED and (focusable(node) if is_box else acts(node)) is False:
        return None
    if not name:
        return "has no name"
    return "is named after its class" if CLASS_NAME.match(name) else None


def focusable(node):
    return node.get_state_set().contains(Atspi.StateType.FOCUSABLE)


def faults(node, path=()):
    """What is wrong in the tree: (path of roles and names, why)."""
    here = path + ((node.get_role_name(), name_of(node)),)
    why = why_wrong(node, path)
    if why:
        yield here, why
    for child in children(node):
        yield from faults(child, here)


def check(window, page):
    found = [" / ".join(f"{role} “{name}”" for role, name in path[-6:]) + f": {why}" for path, why in faults(see(window.root))]
    assert not found, f"{page}: {len(found)} faults\n" + "\n".join(found[:40])


@test
def start_page(stage):
    """The start page and the dialog of an address"""
    window = stage.window("--url", "ws://127.0.0.1:1")
    find(window.root, "push button", "Try It")
    check(window, "start")
    press(find(window.root, "push button", "Connect…"))
    find(window.root, "frame", "Connect to an Engine")
    check(window, "connect")


@test
def empty_pages(stage):
    """Where there is nothing yet, what takes the focus to be scrolled is called as the page is titled"""
    window = stage.window("--url", stage.engine().url)
    find(window.root, "push button", re.compile("^Connection: .*weir-engine-"))
    for page, title in (("Functions", "No Functions Yet"), ("Channels", "No Channels Yet")):
        show_page(window, page)
        find(window.root, "scroll pane", title)


@test
def pages(stage):
    """Channels with details, tap, functions, send"""
    engine = stage.engine()
    stage.start(os.environ["WEIR_DEMO"], "--url", engine.url)
    window = stage.window("--url", engine.url)
    table = find(window.root, "tree table", "Channels")
    row = wait(lambda: next((r for r in table_rows(table) if "pipeline::producer" in " ".join(texts(r))), None), "a channel")
    check(window, "channels")
    chips = [node for node in walk(window.root) if node.get_role_name() == "radio button"]
    chosen = [name_of(chip) for chip in chips if chip.get_state_set().contains(Atspi.StateType.CHECKED)]
    assert len(chips) == 6 and len(chosen) == 1 and chosen[0].startswith("All:"), f"of the chips {chosen} are chosen"

    select(row)
    find(window.root, "push button", "Tap")
    check(window, "details")
    press(find(window.root, "push button", "Tap"))
    find(window.root, "tree table", "Messages")
    check(window, "tap")
    for page in ("Functions", "Send"):
        show_page(window, page)
        check(window, page)


if __name__ == "__main__":
    run()
