# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests of several connections share: the header's menu and the dialogs that it opens."""
import re
import subprocess

from stage import children, fill, find, find_outside_lists, name_of, press, press_in_menu, wait


def reset():
    """Settings as at the first start."""
    subprocess.run(["gsettings", "reset-recursively", "io.github.weir.Weir"], check=True)


def closed(window, name):
    """Waits until a dialog is."""
    wait(lambda: name not in map(name_of, children(window.root)), f"no dialog {name!r} any more")


def header(window, pattern):
    return find_outside_lists(window.root, "push button", re.compile(f"^Connection: {pattern}"))


def open_menu(window):
    """The header's menu, open: a menu button holds a button of the same name."""
    button = header(window, "")
    wait(lambda: children(button)[0], "the button in the menu button")
    press(children(button)[0])


def row(window, pattern):
    return find_outside_lists(window.root, "push button", re.compile(f"^Show {pattern}"))


def connect(window, url, token=None):
    open_menu(window)
    press(find_outside_lists(window.root, "push button", "Connect to another engine…"))
    dialog = find_outside_lists(window.root, "frame", "Connect to an Engine")
    fill(find(dialog, "text", "Address"), url)
    if token:
        fill(find(dialog, None, "Token, if it wants one"), token)
    press(find(dialog, "push button", "Connect"))
    closed(window, "Connect to an Engine")


def edit(window, pattern):
    """The dialog of the connection that the menu has under that name."""
    open_menu(window)
    press_in_menu(window.root, re.compile(f"^Edit {pattern}"))
    return find_outside_lists(window.root, "frame", "Connection")


def remove(window, pattern):
    dialog = edit(window, pattern)
    press(find(dialog, "push button", "Remove…"))
    question = find_outside_lists(window.root, "dialog", re.compile("^Remove “"))
    press(find(question, "push button", re.compile("Remove")))
    closed(window, "Connection")
