#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Taps of two engines at once: each with its own connection, also after a restart, a loss and a removal."""
import re

from connecting import connect, header, open_menu, remove, reset
from servers import Way
from stage import (cells, channel_row, click, find_outside_lists, free_address, matches, press, press_in_menu, run,
                   select, table_rows, test, wait, wait_row, walk)


def open_tap(stage, window, worker, progress):
    """A tap in which that progress has come."""
    worker.do("open")
    select(wait_row(window, "files::read"))
    press(find_outside_lists(window.root, "push button", "Tap"))
    find_outside_lists(window.root, "tree table", "Messages")
    worker.do(f"progress {progress}")
    wait(lambda: progresses(window).count(progress), f"progress {progress} in a tap")


def progresses(window):
    """What has come in the taps that are open."""
    tables = [node for node in walk(window.root) if matches(node, "tree table", "Messages")]
    said = " ".join(cell for table in tables for row in table_rows(table) for cell in cells(row))
    return [int(number) for number in re.findall(r'"chunks":(\d+)', said)]


@test
def taps(stage):
    """Each connection shows its own channels and has its own taps, also after a restart; those that ended are told of"""
    reset()
    address = free_address()
    first, second = stage.engine(address), stage.engine()
    workers = stage.worker(first.url), stage.worker(second.url)
    window = stage.window(first.url)
    header(window, f"{first.url}, weir-engine")
    open_tap(stage, window, workers[0], 1)
    connect(window, second.url)
    header(window, f"{second.url}, weir-engine")
    assert channel_row(window, "files::read") is None  # it is the first one's
    open_tap(stage, window, workers[1], 2)
    click(300, 78)  # the tap of the first
    header(window, f"{first.url}, weir-engine")
    assert channel_row(window, "files::read") is None  # it is the second one's
    click(30, 78)  # its channels
    wait_row(window, "files::read")
    window.end()

    window = stage.window()
    header(window, f"{first.url}, weir-engine")
    workers[0].do("progress 3")
    wait(lambda: progresses(window) == [1, 3], "what comes in the tap of the first")
    workers[1].do("progress 4")
    open_menu(window)
    press_in_menu(window.root, re.compile(f"^Show {second.url}"))
    header(window, f"{second.url}, weir-engine")
    wait(lambda: sorted(progresses(window)) == [1, 2, 3, 4], "what comes in that of the second")
    window.end()

    first.end()
    window = stage.window()
    header(window, f"{second.url}, weir-engine")
    wait(lambda: progresses(window) == [2, 4], "the tap of the second")
    open_menu(window)
    press_in_menu(window.root, re.compile(f"^Show {first.url}: .*not connected"))
    find_outside_lists(window.root, "label", re.compile("Nothing listens on"))
    stage.engine(address)
    find_outside_lists(window.root, "label", "1 tap is not open again: its channel has ended")


@test
def removed(stage):
    """The taps of a removed connection go with it; those of a lost one say so, and its channels can be tapped again"""
    reset()
    first, second = stage.engine(), stage.engine()
    workers = stage.worker(first.url), stage.worker(second.url)
    way = Way(second.url)
    window = stage.window(first.url)
    header(window, f"{first.url}, weir-engine")
    open_tap(stage, window, workers[0], 1)
    connect(window, way.url)
    header(window, f"{way.url}, weir-engine")
    open_tap(stage, window, workers[1], 2)
    remove(window, first.url)
    wait(lambda: progresses(window) == [2], "only the tap of the other connection")

    way.close()
    find_outside_lists(window.root, "label", "Not tapped any more")
    way.open()
    press(find_outside_lists(window.root, "push button", "Retry Now"))
    header(window, f"{way.url}, weir-engine")
    click(30, 78)  # its channels
    wait_row(window, "files::read")
    press(find_outside_lists(window.root, "push button", "Tap"))
    workers[1].do("progress 3")
    wait(lambda: 3 in progresses(window), "what comes in the second tap")
    remove(window, way.url)
    header(window, "none")
    wait(lambda: progresses(window) == [], "no tap any more")


if __name__ == "__main__":
    run()
