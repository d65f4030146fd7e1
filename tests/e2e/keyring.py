#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tokens in the keyring, and keyrings that do not answer."""
import os
import re
import subprocess

from connecting import connect, header, open_menu, remove, reset, row
from stage import look, run, test, wait


def keyring(stage, *options):
    """A secret service on the test's bus."""
    service = stage.start("/usr/bin/python3", "-B", os.path.join(os.path.dirname(__file__), "fake_keyring.py"), *options)
    service.line("^ready$")
    return service


@test
def token_in_keyring(stage):
    """A token is kept by the keyring and never in the settings, opens the engine at the next start, and goes with the connection"""
    reset()
    service = keyring(stage)
    engine = stage.engine("127.0.0.1:0", "--token", "s3cret")
    window = stage.window("ws://127.0.0.1:1")
    connect(window, engine.url, "s3cret")
    header(window, f"{engine.url}, weir-engine")
    service.line(f"^stored {engine.url}$")
    window.end()
    settings = subprocess.run(["gsettings", "list-recursively", "io.github.weir.Weir"], check=True,
                              capture_output=True, text=True).stdout
    assert "s3cret" not in settings and f"('{engine.url}', '', true)" in settings, settings

    window = stage.window()
    header(window, f"{engine.url}, weir-engine")
    remove(window, engine.url)
    service.line(f"^deleted {engine.url}$")
    assert not any("s3cret" in line for line in window.lines + service.lines)


@test
def mute_keyring(stage):
    """A keyring that does not answer holds a connection for ten seconds at most, and the window says so"""
    reset()
    keyring(stage, "mute")
    engine = stage.engine()
    window = stage.window(engine.url)
    header(window, f"{engine.url}, connecting")
    wait(lambda: look(window.root, "push button", re.compile(f"^Connection: {engine.url}, weir-engine")), "it is live", 40)
    open_menu(window)
    row(window, f"{engine.url}: .*the keyring does not answer")


@test
def locked_keyring(stage):
    """A locked keyring whose prompt nobody answers holds a connection for ten seconds at most, and no window from closing"""
    reset()
    service = keyring(stage, "locked")
    engine = stage.engine()
    window = stage.window(engine.url)
    service.line("^prompted$")
    wait(lambda: look(window.root, "push button", re.compile(f"^Connection: {engine.url}, weir-engine")), "it is live", 40)
    window.end()

    reset()
    window = stage.window(engine.url)  # and while it asks
    wait(lambda: service.lines.count("prompted") >= 2, "it prompts again")
    assert window.end() in (0, -15)


if __name__ == "__main__":
    run()
