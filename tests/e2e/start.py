#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The window's first start, and how it connects."""
import os
import re

from servers import mute_server, name_is_taken, web_server
from stage import Atspi, cells, fill, find, free_address, gone, press, run, table_rows, test, text_of, wait, walk


@test
def first_start(stage):
    """With nothing to connect to there are three ways in, and no dead button"""
    window = stage.window("--url", "ws://127.0.0.1:1")
    find(window.root, "label", "Watch Your Channels")
    for name in ("Try It", "Connect…", "Start"):
        find(window.root, "push button", name)


@test
def try_it(stage):
    """Try It brings an engine and sample workers: their channels flow, each with its throughput in words"""
    window = stage.window("--url", "ws://127.0.0.1:1")
    press(find(window.root, "push button", "Try It"))
    engine_address(window)
    table = find(window.root, "tree table", "Channels")
    wait(lambda: any("pipeline::producer → pipeline::consumer" in " ".join(cells(row)) and
                     "Flowing" in " ".join(cells(row)) for row in table_rows(table)), "a sample worker's channel")
    find(table, None, re.compile(r"^Throughput: [\d.]+.[kM]B/s sent now, [\d.]+.[kM]B/s at most$"))


@test
def settings_that_cannot_be_written(stage):
    """Where nothing can be remembered (locked keys, a home without rights) everything else works"""
    window = stage.window("--url", "ws://127.0.0.1:1", GSETTINGS_BACKEND="null")
    button = find(window.root, "push button", "Connect…")
    wait(lambda: button.get_state_set().contains(Atspi.StateType.SENSITIVE), "Connect… can be used")
    press(button)
    find(window.root, "frame", "Connect to an Engine")


def find_connected(window, engine):
    """The button that says that the window shows what the engine's own point sees."""
    find(window.root, "push button", re.compile(f"^Connection: {re.escape(engine.url)}, weir-engine-"))


@test
def keeps_looking(stage):
    """An engine that appears on the address is connected to"""
    address = free_address()
    window = stage.window("--url", f"ws://{address}")
    find(window.root, "push button", re.compile("not connected"))
    find_connected(window, stage.engine(address))


@test
def connect_dialog(stage):
    """Connect… asks for an address and connects to it"""
    engine = stage.engine()
    window = stage.window("--url", "ws://127.0.0.1:1")
    press(find(window.root, "push button", "Connect…"))
    dialog = find(window.root, "frame", "Connect to an Engine")
    fill(find(dialog, "text", "Address"), engine.url)
    press(find(dialog, "push button", "Connect"))
    find_connected(window, engine)
    gone(window.root, "frame", "Connect to an Engine")


@test
def several(stage):
    """A second engine, asked for while the window is open, leaves the first connected"""
    engine = stage.engine()
    window = stage.window("--url", engine.url)
    find(window.root, "push button", re.compile(f"^Connection: {engine.url}, weir-engine"))
    assert stage.start(os.environ["WEIR"], "--demo").process.wait(10) == 0
    engine_address(window, engine.url)
    engine.line("worker weir:")
    assert not any("worker weir:" in line and "has left" in line for line in engine.lines)


@test
def token(stage):
    """A missing token and a wrong one are asked for, and the right one opens the engine"""
    engine = stage.engine("127.0.0.1:0", "--token", "s3cret")
    window = stage.window("--url", engine.url)

    def give(text):
        press(find(window.root, "push button", "Give a Token…"))
        dialog = find(window.root, "frame", "Connect to an Engine")
        assert text_of(find(dialog, "text", "Address")) == engine.url
        fill(find(dialog, None, "Token, if it wants one"), text)
        press(find(dialog, "push button", "Connect"))
        gone(window.root, "frame", "Connect to an Engine")

    find(window.root, "label", re.compile(f"The engine on {engine.url} wants a token"))
    give("wrong")
    find(window.root, "label", re.compile("does not accept the token"))
    give("s3cret")
    find(window.root, "push button", re.compile(f"^Connection: {engine.url}(?!.*not connected)"))


@test
def point_token(stage):
    """A point that shows its channels only to who has its token: the page asks for that, and it opens"""
    path = os.path.join(os.environ["HOME"], "point-token")
    with open(path, "w", encoding="utf-8") as file:
        file.write("p0int\n")
    os.chmod(path, 0o600)
    engine = stage.engine("127.0.0.1:0", "--permit", "read", "--point-token-file", path)
    window = stage.window("--url", engine.url)
    find(window.root, "label", "Its Channels Cannot Be Watched")
    press(find(window.root, "push button", "Give a Token…"))
    dialog = find(window.root, "frame", "Connect to an Engine")
    fill(find(dialog, None, "Token, if it wants one"), "p0int")
    press(find(dialog, "push button", "Connect"))
    find_connected(window, engine)


@test
def token_in_address(stage):
    """A token in an address, which is how workers have it, opens the engine, and is shown nowhere"""
    engine = stage.engine("127.0.0.1:0", "--token", "s3cr3t~x")
    window = stage.window("--url", f"{engine.url}?token=s3cr3t~x")
    find(window.root, "push button", re.compile(f"^Connection: {engine.url}, weir-engine"))
    find(window.root, "label", re.compile(re.escape(f"III_URL={engine.url}?token=•••:")))
    assert not any("s3cr3t" in (node.get_name() or "") for node in walk(window.root))


@test
def bad_address(stage):
    """An address that is none is refused with a reason, and a password in one is not repeated"""
    for address, reason in (("foo://bar", "begins with ws://"), ("ws://me:s3cret@127.0.0.1:1", "field for its token")):
        window = stage.window("--url", address)
        find(window.root, "label", re.compile(reason))
        window.line(reason)
        assert not any("s3cret" in line for line in window.lines)
        window.end()


@test
def extra_arguments(stage):
    """Arguments that mean nothing are refused"""
    for extra in (["extra", "args"], ["--demo", "ws://127.0.0.1:1"]):
        weir = stage.start(os.environ["WEIR"], *extra)
        weir.line("is not understood")
        assert weir.process.wait(10) == 2


@test
def no_engine(stage):
    """What opens the connection and says nothing is named for what it is"""
    window = stage.window("--url", mute_server())
    find(window.root, "label", re.compile("does not speak iii's protocol"))


@test
def web_pages(stage):
    """A web server is named for what it is, the address can be changed, and the details can be copied"""
    window = stage.window("--url", web_server())
    find(window.root, "label", re.compile("A web server answers on ws://.*no iii engine"))
    press(find(window.root, "push button", "Copy Details"))
    find(window.root, "label", "Details copied")
    press(find(window.root, "push button", "Change the Address…"))
    find(window.root, "frame", "Connect to an Engine")


@test
def taken_name(stage):
    """An engine that has another worker of Weir's name is told of, and another name is tried when that is asked for"""
    greeted = []
    window = stage.window("--url", name_is_taken(greeted))
    find(window.root, "label", "The Name Is Taken")
    assert len(greeted) == 1, "it is not tried again unasked"
    press(find(window.root, "push button", "Use Another Name"))
    wait(lambda: len(greeted) == 2, "another try")


def engine_address(window, other="none"):
    """The address of the engine that the window has started, once it is live."""
    button = find(window.root, "push button", re.compile(rf"^Connection: (?!{other})ws://\S+:[1-9]\d*, weir-engine"))
    return re.search(r"ws://[^,]+", button.get_name())[0]


@test
def engine_outlives(stage):
    """An engine that Weir started outlives its crash, is found again, and is not stopped unasked while a worker uses it"""
    window = stage.window("--demo")
    address = engine_address(window)
    users = stage.start(os.environ["WEIR_DEMO"], "--url", address)
    window.end(kill=True)

    window = stage.window()
    assert engine_address(window) == address
    press(find(window.root, "push button", "Close"))
    dialog = find(window.root, "dialog", re.compile(r"^\d+ Workers Use This Engine$"))
    press(find(dialog, "push button", re.compile("Keep Running")))
    wait(lambda: window.process.poll() == 0, "the window closes")

    window = stage.window()
    assert engine_address(window) == address
    users.end()
    press(find(window.root, "push button", "Close"))
    wait(lambda: window.process.poll() == 0, "the window closes without a question")
    window = stage.window("--url", address)
    find(window.root, "push button", re.compile("not connected"))


if __name__ == "__main__":
    run()
