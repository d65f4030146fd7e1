# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the Send page share."""
import os
import re

from stage import (Atspi, children, fill, find as find_anywhere, find_outside_lists as find, look, name_of, press, real,
                   select, show_page, table_rows, wait, walk)


def peer(stage, url):
    """The Node worker of peer.mjs."""
    worker = stage.start("node", os.path.join(os.path.dirname(__file__), "peer.mjs"), III_URL=url)
    worker.line("^ready$")
    return worker


def usable(window, name):
    """The button, once it can be pressed."""
    button = find(window.root, "push button", name)
    wait(lambda: button.get_state_set().contains(Atspi.StateType.SENSITIVE), f"{name} can be used")
    return button


def send_page(stage):
    engine = stage.engine()
    window = stage.window("--url", engine.url)
    find(window.root, "push button", re.compile("^Connection: .*weir-engine-"))
    show_page(window, "Send")
    usable(window, "Send")
    return engine, window


def set_number(window, name, number):
    """Sets the figure of a spin button."""
    assert Atspi.Value.set_current_value(find(window.root, "spin button", name), number)


def travelled(window):
    """What a screen reader is told of each row."""
    return list(map(name_of, table_rows(find(window.root, "tree table", "What travelled"))))


def choose_function(window, function_id):
    """By the Functions page."""
    show_page(window, "Functions")

    def row():
        listing = look(window.root, "list", "Functions")
        return next((item for item in children(listing) if name_of(item).startswith(f"{function_id}, ")), None)
    select(wait(row, f"the function {function_id}"))
    press(find_anywhere(window.root, "push button", "Trigger…"))


def open_menu(window, name):
    """Presses the button in a menu button: that can be pressed, what is around it cannot."""
    press(wait(lambda: next((node for node in walk(find(window.root, "push button", name))
                             if Atspi.Action.get_n_actions(real(node)) > 0), None), f"a menu {name!r}"))


def open_ref(window, ref):
    """GTK forgets a press from outside if its button cannot be pressed for a moment in the 250 ms after it: then once more."""
    button = usable(window, re.compile("^Open a Ref"))
    press(button)
    try:
        dialog = find(window.root, "frame", "Open a Ref", 5)
    except AssertionError:
        press(button)
        dialog = find(window.root, "frame", "Open a Ref")
    fill(find(dialog, "text", "Paste a ref here"), ref)
    return dialog
