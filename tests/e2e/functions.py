#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looking around: the functions of a real engine, live, with real workers, through the accessibility bus."""
import os

from stage import Atspi, children, fill, find, look, name_of, press, run, select, show_page, test, text_of, wait, walk


def rows(window):
    """What each row of the list says, headings too."""
    listing = look(window.root, "list", "Functions")
    return [name_of(row) for row in children(listing)] if listing else []


def row_of(window, function_id):
    listing = look(window.root, "list", "Functions")
    return next((row for row in children(listing) if name_of(row).startswith(f"{function_id}, ")), None)


def says(window, text):
    """Whether a label shows that, whatever it is called."""
    return any(node.get_role_name() == "label" and text_of(node) == text for node in walk(window.root))


def wait_row(window, function_id):
    return wait(lambda: row_of(window, function_id), f"the function {function_id}")


def open_page(stage):
    engine = stage.engine()
    window = stage.window("--url", engine.url)
    show_page(window, "Functions")
    return engine, window


@test
def come_and_go(stage):
    """Functions come with their worker, under its name, and go with it; what is selected stays in view"""
    engine, window = open_page(stage)
    find(window.root, "label", "No Functions Yet")
    worker = stage.worker(engine.url)
    row = wait_row(window, "files::read")
    assert any("function" in said for said in rows(window)), "a heading for the worker"
    select(row)
    find(window.root, "push button", "Trigger…")

    worker.end()
    wait(lambda: row_of(window, "files::read") is None, "the function has gone")
    find(window.root, "label", "Its worker has gone. What you see is what was known of it.")


@test
def details(stage):
    """The details of a sample function: what it does, its worker's process, and its schemas"""
    engine, window = open_page(stage)
    demo = stage.start(os.environ["WEIR_DEMO"], "--url", engine.url)
    row = wait_row(window, "transform::worker")
    select(row)
    find(window.root, "label", "Makes negatives, and says how far it is")
    wait(lambda: says(window, str(demo.pid)), "the worker's process")  # a figure is named after what it is of
    schema = find(window.root, "text", "Schema of what it takes")
    wait(lambda: '"filter"' in text_of(schema) and '"direction"' in text_of(schema), "the schema")


@test
def search(stage):
    """The search finds by id, description and worker; internal functions are there when asked for"""
    engine, window = open_page(stage)
    stage.start(os.environ["WEIR_DEMO"], "--url", engine.url)
    wait_row(window, "transform::worker")
    entry = find(window.root, "entry", "Search functions")

    def shown():
        return [said for said in rows(window) if "::" in said]
    for words, function_id in (("NEGATIVES", "transform::worker"), ("warehouse", "pipeline::consumer"),
                               ("llm", "llm::generate")):
        fill(entry, words)
        wait(lambda: shown() and all(said.startswith(function_id) for said in shown()), f"{words} finds {function_id}")
    fill(entry, "nothing like this")
    page = find(window.root, "label", "No Function Matches").get_parent().get_parent()
    while not look(page, "push button", "Show All"):  # the Channels page has one, too
        page = page.get_parent()
    press(look(page, "push button", "Show All"))
    wait_row(window, "transform::worker")
    assert not row_of(window, "engine::channels::create"), "hidden unless asked for"
    press(find(window.root, None, "Show internal functions too"))
    wait_row(window, "engine::channels::create")


@test
def lost(stage):
    """What was known stays on the screen while the engine is away"""
    engine, window = open_page(stage)
    stage.worker(engine.url)
    wait_row(window, "files::read")
    engine.end(kill=True)
    find(window.root, "push button", "Retry Now")
    assert row_of(window, "files::read"), "what was seen stays"


@test
def many(stage):
    """10 000 functions, one with a name of 10 000 characters: listed, searched, selected, without a stall"""
    engine, window = open_page(stage)
    worker = stage.worker(engine.url)
    wait_row(window, "files::read")
    worker.do("many 10000")
    wait(lambda: says(window, "10\u00a0003 functions"), "the count")
    entry = find(window.root, "entry", "Search functions")
    fill(entry, "bulk::f9999")
    row = wait_row(window, "bulk::f9999")
    Atspi.Selection.select_child(row.get_parent(), row.get_index_in_parent())
    find(window.root, "label", "One of many")
    fill(entry, "long::")
    row = wait(lambda: next((row for row in children(look(window.root, "list", "Functions"))
                             if name_of(row).startswith("long::")), None), "the one with the long name")
    Atspi.Selection.select_child(row.get_parent(), row.get_index_in_parent())
    find(window.root, "label", "Has a long name")
    fill(entry, "")
    wait_row(window, "bulk::f0")


if __name__ == "__main__":
    run()
