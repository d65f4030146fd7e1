#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Interfering on purpose, as a person does it: inject into a live channel, hold it and let it go, close an end."""
import re

from stage import (Atspi, answer, children, click, fill, find, gone, look, matches, press, run, select, test, texts, wait,
                   wait_row, walk)

PERMIT = ("--permit", "see,read,reveal,interfere")
MENU = "More to do with this channel"


def flowing(stage, *permit):
    """A window with the details of a channel that flows, and the worker that has both ends."""
    engine = stage.engine("127.0.0.1:0", *permit)
    worker = stage.worker(engine.url)
    window = stage.window("--url", engine.url)
    worker.do("open")
    worker.do("flow")
    select(wait_row(window, "files::read", "Flowing"))
    return engine, worker, window


def open_menu(window):
    button = find(window.root, "push button", MENU)
    press(children(button)[0] if button.get_child_count() else button)  # a menu button holds a button of the same name


def choose(window, item):
    open_menu(window)
    button = find(window.root, "push button", item)
    wait(lambda: button.get_state_set().contains(Atspi.StateType.SENSITIVE), f"{item} can be used")
    press(button)


def says(window, pattern):
    wait(lambda: any(re.search(pattern, text) for text in texts(window.root)), f"the window says {pattern!r}")


def find_all(top, role, name):
    return [node for node in walk(top) if matches(node, role, name)]


def is_in_strip(node):
    return any("hold this channel" in text or "slow this channel" in text for text in texts(node.get_parent()))


@test
def menu_of_a_row(stage):
    """The second button gives the menu of the row, without its details; what it is told is done to that channel"""
    engine = stage.engine("127.0.0.1:0", *PERMIT)
    worker = stage.worker(engine.url)
    window = stage.window("--url", engine.url)
    worker.do("open")
    worker.do("flow")
    wait_row(window, "files::read", "Flowing")
    n_items = len(find_all(window.root, "push button", "Hold…"))  # those of the details, which are of no channel yet
    click(500, 248, 3)
    wait(lambda: len(find_all(window.root, "push button", "Hold…")) > n_items, "the menu of the row")
    for item in find_all(window.root, "push button", "Hold…"):
        press(item)
    answer(window, "Hold")
    wait_row(window, "files::read", "Held")


@test
def hold(stage):
    """A held channel says who holds it, and that nobody is to blame; let go, nothing is lost"""
    _, worker, window = flowing(stage, *PERMIT)
    choose(window, "Hold…")
    answer(window, "Hold")
    says(window, "You hold this channel")
    wait_row(window, "files::read", "Held")
    says(window, "Held by Weir")
    says(window, "Nothing is wrong with either side")
    says(window, "holds the channel")
    assert look(window.root, "label", re.compile("reader is slow")) is None

    press(wait(lambda: next((node for node in find_all(window.root, "push button", "Let Go") if is_in_strip(node)), None),
               "the strip's Let Go"))
    gone(window.root, "label", re.compile("You hold this channel"))
    wait_row(window, "files::read", "Flowing")
    worker.do("quiet")
    worker.do("close")
    worker.line(r"^read \d+ bytes$")


@test
def slow(stage):
    """A slowed channel says how slow it is made, and by whom"""
    _, worker, window = flowing(stage, *PERMIT)
    choose(window, "Slow Down…")
    answer(window, "Slow Down")
    says(window, "You slow this channel to 10")
    says(window, "Slowed by Weir")
    choose(window, "Let Go")
    gone(window.root, "label", re.compile("You slow this channel"))


@test
def inject(stage):
    """An injected message reaches the reader, and is told in the life of the channel"""
    _, worker, window = flowing(stage, *PERMIT)
    worker.do("quiet")
    choose(window, "Inject…")
    dialog = find(window.root, "frame", "Inject a Message")
    press(find(dialog, "push button", "Hex Bytes"))
    fill(find(dialog, "text", "Message"), "5x")
    says(window, "The digit at character 1 stands alone")
    fill(find(dialog, "text", "Message"), "01 02 03")
    press(find(dialog, "push button", "Inject"))
    gone(window.root, "frame", "Inject a Message")
    says(window, "injected message")
    worker.do("close")
    read = int(worker.line(r"^read (\d+) bytes$")[1])
    assert read % 4096 == 3, f"the reader has read {read} bytes"


@test
def close_end(stage):
    """Closing an end asks first, says what each side will see, and is told as ours"""
    _, worker, window = flowing(stage, *PERMIT)
    choose(window, "Close Writer…")
    says(window, "1001 closed_by_observer")
    answer(window, "C_?lose")
    worker.line(r"^read \d+ bytes$")
    wait_row(window, "files::read", "Closed early")
    says(window, "Closed by Weir")


@test
def not_permitted(stage):
    """What the point does not permit is insensitive; the menu says why, what would mend it, and takes a token"""
    _, _, window = flowing(stage)
    open_menu(window)
    for item, right in ("Copy Ref…", "reveal"), ("Inject…", "interfere"), ("Hold…", "interfere"):
        button = find(window.root, "push button", item)
        wait(lambda: not button.get_state_set().contains(Atspi.StateType.SENSITIVE), f"{item} cannot be used")
        wait(lambda: f"--permit=see,read,{right}," in button.get_description(), f"{item} says why not")
    says(window, "does not permit all of this. Start it with --permit=see,read,reveal,interfere,")
    button = find(window.root, "push button", "Give a Token…")
    assert "--point-token-file" in button.get_description()
    press(button)
    find(window.root, "text", re.compile("^Token"))


def may_hold(window, address):
    """The window is connected there, and may hold the channel that flows there."""
    find(window.root, "push button", re.compile(f"^Connection: {address}, weir-engine-"))
    select(wait_row(window, "files::read", "Flowing"))
    choose(window, "Hold…")
    answer(window, "Hold")
    wait_row(window, "files::read", "Held")


@test
def own_engine(stage):
    """What Weir has started may be interfered with, also by the Weir that finds it after a crash"""
    window = stage.window("--demo")
    button = find(window.root, "push button", re.compile(r"^Connection: ws://\S+:[1-9]\d*, weir-engine"))
    address = re.search(r"ws://[^,]+", button.get_name())[0]
    worker = stage.worker(address)
    worker.do("open")
    worker.do("flow")
    may_hold(window, address)
    window.end(kill=True)
    may_hold(stage.window(), address)


@test
def killed(stage):
    """What a Weir holds goes on when that is killed: nothing is left behind"""
    _, worker, window = flowing(stage, *PERMIT)
    choose(window, "Hold…")
    answer(window, "Hold")
    wait_row(window, "files::read", "Held")
    window.end(kill=True)
    worker.do("quiet")
    worker.do("close")
    worker.line(r"^read \d+ bytes$")


@test
def hide(stage):
    """A hidden channel is counted, and shown again"""
    _, _, window = flowing(stage)
    choose(window, "Hide")
    press(find(window.root, "push button", "1 hidden"))
    wait_row(window, "files::read", "Flowing")


@test
def copy_ref(stage):
    """The ref is masked until it is asked for, with which end it is"""
    _, _, window = flowing(stage, *PERMIT)
    choose(window, "Copy Ref…")
    says(window, "••••••••")
    answer(window, "Reader’s Ref")
    says(window, "Reader’s ref copied")


if __name__ == "__main__":
    run()
