#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a message and a stream hold, end to end: a real Node worker sends it in odd pieces, and a person reads it."""
import os
import re

from stage import (Atspi, cells, children, find, look, name_of, press, run, screenshot, select, table_rows, test, text_of,
                   texts, wait, walk)


def picture(name):
    """For who wants to look: WEIR_PICTURES names a folder."""
    if os.environ.get("WEIR_PICTURES"):
        screenshot(os.path.join(os.environ["WEIR_PICTURES"], f"stream-{name}.png"))


def tap(stage, command):
    """A window with a tab on a channel, into which a worker has then sent something."""
    engine = stage.engine()
    worker = stage.start("node", os.path.join(os.path.dirname(__file__), "stream.mjs"), III_URL=engine.url)
    worker.line("^ready$")
    window = stage.window("--url", engine.url)
    worker.tell("open")
    channels = find(window.root, "tree table", "Channels")
    select(wait(lambda: next((row for row in table_rows(channels) if "sink::read" in " ".join(cells(row))), None), "the channel"))
    press(find(window.root, "push button", "Tap"))
    messages = find(window.root, "tree table", "Messages")
    worker.tell(command)
    worker.line(f"^did {command}$")
    return window, messages


def message(table, pattern, last=False):
    def probe():
        rows = [row for row in table_rows(table) if re.search(pattern, " ".join(cells(row)))]
        return rows[-1 if last else 0] if rows else None
    return wait(probe, f"a message with {pattern!r}")


def stream_rows(window):
    """What the rows of the joined stream say to assistive tools."""
    stream = look(window.root, "list", "Stream")
    return [(name_of(row), row) for row in children(stream) if name_of(row)] if stream else []


def stream_row(window, pattern):
    return wait(lambda: next((row for name, row in stream_rows(window) if re.search(pattern, name)), None),
                f"{pattern!r} in the stream")


def body(window):
    """The text of the viewer that is seen."""
    return "\n".join(text_of(node) for node in walk(window.root) if node.get_role_name() == "text" and node.get_name() == "Message")


def viewer(window, name):
    return find(window.root, "push button", name)


@test
def server_sent_events(stage):
    """Server-sent events that were cut anywhere are events again, each with the messages it comes from, and the way there"""
    window, messages = tap(stage, "sse")
    select(message(messages, "Binary"))
    wait(lambda: any(re.match(r"\d+ events? · ", text) for text in texts(window.root)), "what it is")
    row = stream_row(window, r'price  \{"symbol":"IIÖ","price":112\}')
    assert re.search(r"Messages \d+ – \d+", name_of(row)), name_of(row)
    select(row)
    wait(lambda: '"price": 112' in body(window) and "id: 12" in body(window), "the event's fields")
    picture("sse")
    first = re.search(r"Messages (\d+) –", name_of(row))[1]
    press(find(window.root, "push button", "Go to Message"))
    wait(lambda: any(text.startswith(f"Message {first} · binary") for text in texts(window.root)), "the message it begins in")


@test
def json_lines(stage):
    """JSON lines in odd chunks are whole lines, characters included"""
    window, messages = tap(stage, "ndjson")
    select(message(messages, "Binary", last=True))
    stream_row(window, r'"row":20,"city":"東京"')
    select(stream_row(window, r'"row":19,"city":"Zürich"'))
    wait(lambda: '"city": "Zürich"' in body(window), "the line laid out")
    picture("ndjson")


@test
def table(stage):
    """A table in odd chunks has its records and columns"""
    window, messages = tap(stage, "csv")
    select(message(messages, "Binary"))
    select(stream_row(window, "2   東京"))
    wait(lambda: "note: two lines" in body(window), "the record with the columns' titles")
    picture("csv")


@test
def image(stage):
    """An image that came in many messages is shown from all of them"""
    window, messages = tap(stage, "image")
    select(message(messages, "Binary", last=True))
    button = viewer(window, "Image")
    wait(lambda: button.get_state_set().contains(Atspi.StateType.SENSITIVE), "Image fits")
    press(button)
    wait(lambda: any(re.match(r"PNG image · 320 × 200 · .*\WB$", text) for text in texts(window.root)), "the image, whole")
    picture("image")


@test
def progress(stage):
    """Progress is a bar, and is named in the list"""
    window, messages = tap(stage, "progress")
    select(message(messages, r"progress  80\W%, 96\W+000 of 120\W+000 rows"))
    wait(lambda: any(re.match(r"80\W%, 96\W+000 of 120\W+000 rows", text) for text in texts(window.root)), "how far it is")
    find(window.root, "progress bar")
    picture("progress")


@test
def answer(stage):
    """An answer is named part by part, and grows with each piece"""
    window, messages = tap(stage, "answer")
    message(messages, "set_status  201 Created")
    message(messages, "set_headers  content-type: text/event-stream")
    message(messages, "error  the model is overloaded")
    select(message(messages, "text_delta  “ two”"))
    wait(lambda: "A channel has two" in texts(window.root) or any(
        "A channel has two" == text_of(node) for node in walk(window.root) if node.get_role_name() == "label"), "the text so far")
    picture("answer")
    press(viewer(window, "JSON"))
    wait(lambda: '"partial"' in body(window), "the message")


@test
def copying(stage):
    """What is shown is copied as text, hex, base64 or C from a menu, which assistive tools reach, as they do folding"""
    window, messages = tap(stage, "answer")
    select(message(messages, "set_status"))
    wait(lambda: "status_code" in body(window), "the message")
    press(children(find(window.root, "push button", "Copy as, fold"))[0])  # a menu button holds a button of the same name
    for name in ("Base64", "C Array", "Fold All"):
        find(window.root, "menu item", name)


if __name__ == "__main__":
    run()
