#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""shot.py BUILD [PAGE…] [LOOK…]: pictures of every page, light and dark, wide and narrow, into BUILD/shots.

Each picture is taken of a real window with the sample workers, on a display of exactly its size. Pages: start, connect,
channels, details, tap, hex, functions, send (and with it send-running, send-stopped, send-ref), trigger (trigger-answer,
trigger-error), preferences, lost, held (and with it channel-menu, inject, close-ask), empty, nothing-found. Looks: light, dark; and, when asked for: contrast, contrast-dark, large (text of 200 %), rtl (right to left).
"""
import concurrent.futures
import os
import re
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SIZES = {"wide": (1400, 900), "narrow": (360, 720)}
LIGHT = {"ADW_DEBUG_COLOR_SCHEME": "prefer-light"}
DARK = {"ADW_DEBUG_COLOR_SCHEME": "prefer-dark"}
LOOKS = {
    "light": LIGHT,
    "dark": DARK,
    "contrast": {**LIGHT, "ADW_DEBUG_HIGH_CONTRAST": "1"},
    "contrast-dark": {**DARK, "ADW_DEBUG_HIGH_CONTRAST": "1"},
    "large": {**LIGHT, "WEIR_DEBUG": "large"},
    "rtl": {**LIGHT, "WEIR_DEBUG": "rtl"},
}


def everything(build, words):
    """Starts this script once for each size and look, each under a display of its size, as many at once as there are
    cores."""
    looks = [word for word in words if word in LOOKS] or ["light", "dark"]
    pages = [word for word in words if word not in LOOKS]
    shots = os.path.join(build, "shots")
    os.makedirs(shots, exist_ok=True)
    runs = []
    for size, (width, height) in SIZES.items():
        for look in looks:
            runs.append({
                **os.environ, **LOOKS[look],
                "WEIR_SCREEN": f"{width}x{height}", "WEIR_SHOTS": shots, "WEIR_SHOT_NAME": f"{size}-{look}",
                "WEIR_SHOT_PAGES": " ".join(pages),
                "WEIR": f"{build}/src/app/weir", "WEIR_ENGINE": f"{build}/src/engine/weir-engine",
                "WEIR_DEMO": f"{build}/src/demo/weir-demo",
                "INTEROP_SDK": f"{build}/tests/interop/0.22.1/index.mjs",
            })
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        statuses = pool.map(lambda env: subprocess.call([f"{HERE}/run.sh", os.path.abspath(__file__)], env=env), runs)
    failed = sum(status != 0 for status in statuses)
    print(f"Pictures are in {shots}" + (f"; {failed} runs failed" if failed else ""))
    return 1 if failed else 0


# --- in there: one size, one look

NARROW = os.environ.get("WEIR_SCREEN", "").startswith("360")
SEND = {"send", "send-running", "send-stopped", "send-ref"}
TRIGGER = {"trigger", "trigger-answer", "trigger-error"}
SETTLE = 1.2  # s: animations have ended, and graphs have moved on


def park_pointer():
    """Into the header, where it hovers over nothing: at first it is in the middle of the display."""
    from stage import point_at
    point_at(300, 2)


def shoot(page):
    from stage import screenshot
    time.sleep(SETTLE)
    screenshot(os.path.join(os.environ["WEIR_SHOTS"], f"{page}-{os.environ['WEIR_SHOT_NAME']}.png"))


def channel_rows(window):
    """What it says and the row, of each channel, in the table or, where that has no room, the list. The other of the two is
    there, but has no rows."""
    from stage import cells, children, look, name_of, table_rows
    table = look(window.root, "tree table", "Channels")
    rows = [(" ".join(cells(row)), row) for row in table_rows(table)] if table else []
    return rows or [(name_of(row), row) for row in children(look(window.root, "list", "Channels"))]


def wait_row(window, *words):
    from stage import wait
    return wait(lambda: next((row for name, row in channel_rows(window) if all(word in name for word in words)), None),
                f"a channel with {' and '.join(words)}", 90)


def shoot_start(stage):
    from stage import children, fill, find, gone, press
    window = stage.window("--url", "ws://127.0.0.1:1")
    find(window.root, "push button", "Try It")
    shoot("start")

    press(find(window.root, "push button", "Connect…"))
    dialog = find(window.root, "frame", "Connect to an Engine")
    fill(find(dialog, "text", "Address"), "ftp://engine.example")
    shoot("connect")
    press(find(dialog, "push button", "Cancel"))
    gone(window.root, "frame", "Connect to an Engine")

    press(children(find(window.root, "push button", "Main menu"))[0])  # a menu button holds a button of the same name
    press(find(window.root, "menu item", "Preferences"))
    dialog = find(window.root, "frame", "Preferences")
    shoot("preferences")
    press(find(dialog, "push button", "Close"))
    gone(window.root, "frame", "Preferences")

    press(children(find(window.root, "push button", "Main menu"))[0])
    press(find(window.root, "menu item", "Keyboard Shortcuts"))
    find(window.root, "label", "Pages and Tabs")
    shoot("shortcuts")


def shoot_connections(stage):
    """The header's menu with three connections: one is live, one has alarms, one does not answer."""
    from stage import children, find, press
    quiet, busy = stage.engine(), stage.engine()
    stage.start(os.environ["WEIR_DEMO"], "--url", busy.url)
    subprocess.run(["gsettings", "set", "io.github.weir.Weir", "connections",
                    f"[('{quiet.url}', '', false), ('{busy.url}', 'Staging', false), "
                    "('ws://127.0.0.1:1', 'Laptop', false)]"], check=True)
    window = stage.window("--url", quiet.url)
    find(window.root, "push button", re.compile(f"^Connection: {quiet.url}, weir-engine"))
    find(window.root, "label", re.compile("alarms? in"), 60)
    press(children(find(window.root, "push button", re.compile("^Connection: ")))[0])
    shoot("connections")
    window.end()
    subprocess.run(["gsettings", "reset", "io.github.weir.Weir", "connections"], check=True)


def shoot_empty(stage):
    """An engine without a channel, and a search that finds none."""
    from stage import fill, find
    engine = stage.engine()
    window = stage.window("--url", engine.url)
    find(window.root, "push button", "Copy III_URL")
    shoot("empty")
    stage.start(os.environ["WEIR_DEMO"], "--url", engine.url)
    wait_row(window, "reports::export")
    fill(find(window.root, "entry", "Search channels"), "nothing has this")
    find(window.root, "push button", "Show All")
    shoot("nothing-found")
    window.end()


def shoot_channels(stage, window):
    from stage import select
    time.sleep(30)  # the graphs show a minute: half of one is worth looking at
    shoot("channels")
    select(wait_row(window, "reports::export", "Stalled"))
    shoot("details")


def shoot_tap(stage, window):
    from stage import fill, find, press, select, table_rows, texts, wait
    select(wait_row(window, "transform::worker → transform::coordinator", "Flowing"))
    time.sleep(0.5)
    press(find(window.root, "push button", "Tap"))
    messages = find(window.root, "tree table", "Messages")

    def message(pattern):
        rows = [row for row in table_rows(messages) if any(re.match(pattern, text) for text in texts(row))]
        return rows[len(rows) // 2] if rows else None
    select(wait(lambda: message('.*{"type":"progress"'), "a text message", 60))
    shoot("tap")
    press(find(window.root, "push button", "Find"))
    fill(find(window.root, None, "Find in messages"), "progress")
    wait(lambda: any(re.match(r"\d+ (of \d+|found)", text) for text in texts(window.root)), "what is found")
    shoot("tap-find")
    press(find(window.root, "push button", "Find"))
    select(wait(lambda: message("([0-9a-f]{2} ){4}"), "a binary message", 60))
    press(find(window.root, "push button", "Hex"))
    shoot("hex")
    press(find(window.root, "push button", "Follow"))
    shoot("tap-follow")


def shoot_functions(stage, window):
    from stage import Atspi, children, find, look, name_of, press, show_page, wait

    def row():
        listing = look(window.root, "list", "Functions")
        return next((item for item in children(listing) if name_of(item).startswith("transform::worker")), None)
    show_page(window, "Functions")
    listed = wait(row, "the function transform::worker")
    shoot("functions-list")
    Atspi.Selection.select_child(listed.get_parent(), listed.get_index_in_parent())
    find(window.root, "push button", "Trigger…")
    shoot("functions")
    press(find(window.root, "push button", "Close the details"))


def choose(window, item):
    """An item of the menu in the details."""
    from stage import children, find, press
    button = find(window.root, "push button", "More to do with this channel")
    press(children(button)[0] if button.get_child_count() else button)
    press(find(window.root, "push button", item))


def shoot_interfering(stage):
    """The menu, a channel that is held, a message to inject, and the question before an end is closed."""
    from stage import children, find, press, select
    engine = stage.engine("127.0.0.1:0", "--permit", "see,read,reveal,interfere")
    stage.start(os.environ["WEIR_DEMO"], "--url", engine.url)
    window = stage.window("--url", engine.url)
    select(wait_row(window, "metrics::", "Flowing"))
    choose(window, "Hold")
    find(window.root, "label", re.compile("You hold this channel"))
    time.sleep(3)
    shoot("held")
    button = find(window.root, "push button", "More to do with this channel")
    press(children(button)[0] if button.get_child_count() else button)
    find(window.root, "push button", "Inject…")
    shoot("channel-menu")
    press(find(window.root, "push button", "Inject…"))
    find(window.root, "frame", "Inject a Message")
    shoot("inject")
    press(find(find(window.root, "frame", "Inject a Message"), "push button", "Cancel"))
    choose(window, "Close Writer…")
    shoot("close-ask")
    window.end()


def shoot_send(stage, window):
    """What one can send, a writer that is held, the question before its end is closed, and a ref."""
    from stage import Atspi, fill, find, press, show_page
    show_page(window, "Send")
    find(window.root, "push button", "Send")
    shoot("send")
    press(find(window.root, None, "Generated"))
    Atspi.Value.set_current_value(find(window.root, "spin button", "How many"), 0)
    press(find(window.root, "push button", "Send"))
    find(window.root, "label", "the writer is held")
    time.sleep(1)
    shoot("send-running")
    press(find(window.root, "push button", "Stop"))
    find(window.root, "push button", "End")
    shoot("send-stopped")
    press(find(window.root, "push button", re.compile("Open a Ref")))
    press(find(find(window.root, "dialog", "Close the Ends of Channels?"), "push button", re.compile("Close Them$")))
    dialog = find(window.root, "frame", "Open a Ref")
    fill(find(dialog, "text", "Paste a ref here"),
         "StreamChannelRef { channel_id: \"5d2e90b4-77aa\", access_key: \"0f1e2d3c4b5a69788796\", direction: Read }")
    shoot("send-ref")
    press(find(dialog, "push button", "Cancel"))


def shoot_trigger(stage):
    """An answer, and an error."""
    from stage import Atspi, children, fill, find, look, name_of, press, show_page, wait
    engine = stage.engine()
    stage.worker(engine.url)
    window = stage.window("--url", engine.url)

    def row():
        return next((item for item in children(look(window.root, "list", "Functions"))
                     if name_of(item).startswith("files::read, ")), None)
    show_page(window, "Functions")
    listed = wait(row, "the function files::read")
    Atspi.Selection.select_child(listed.get_parent(), listed.get_index_in_parent())
    press(find(window.root, "push button", "Trigger…"))
    payload = find(window.root, "text", "JSON payload")
    fill(payload, '{\n  "filename": "report.csv",\n  "reader": "$reader"\n}')
    fill(find(window.root, "text", "Text to write"), "id,region,cpu\n1,eu,0.25\n")
    press(find(window.root, "push button", "Trigger and Send"))
    find(window.root, "label", "files::read returned")
    find(window.root, "push button", "Trigger and Send")
    shoot("trigger-answer")
    fill(payload, "{}")
    press(find(window.root, "push button", "Trigger"))
    find(window.root, "label", "files::read failed")
    shoot("trigger-error")
    window.end()


def shoot_lost(stage, window, engine):
    from stage import find
    window.end()  # without the tab of the tap
    window = stage.window("--url", engine.url)
    wait_row(window, "reports::export")
    time.sleep(5)
    engine.end(kill=True)
    find(window.root, "push button", "Retry Now")
    shoot("lost")


def one(pages):
    from stage import Stage
    wanted = {page.strip() for page in pages} or {
        "start", "connections", "channels", "tap", "functions", "send", "trigger", "preferences", "lost", "empty", "held"}
    park_pointer()
    stage = Stage()
    try:
        if wanted & {"start", "connect", "preferences", "shortcuts"}:
            shoot_start(stage)
            stage.programs[-1].end()
        if "connections" in wanted:
            shoot_connections(stage)
        if wanted & {"empty", "nothing-found"}:
            shoot_empty(stage)
            wanted -= {"empty", "nothing-found"}
        if wanted & {"held", "inject", "close-ask"}:
            shoot_interfering(stage)
            wanted -= {"held", "inject", "close-ask"}
        if wanted & TRIGGER:
            shoot_trigger(stage)
            wanted -= TRIGGER
        if wanted - {"start", "connect", "preferences", "shortcuts", "connections"}:
            engine = stage.engine()
            stage.start(os.environ["WEIR_DEMO"], "--url", engine.url)
            window = stage.window("--url", engine.url)
            if wanted & {"channels", "details"}:
                shoot_channels(stage, window)
            if wanted & {"tap", "hex"}:
                shoot_tap(stage, window)
            if "functions" in wanted:
                shoot_functions(stage, window)
            if wanted & SEND:
                shoot_send(stage, window)
            if "lost" in wanted:
                shoot_lost(stage, window, engine)
    except Exception:
        shoot("failed")
        print("\n".join(stage.log()[-20:]), file=sys.stderr)
        raise
    finally:
        stage.end()


if __name__ == "__main__":
    if "WEIR_SHOT_NAME" in os.environ:
        one(os.environ.get("WEIR_SHOT_PAGES", "").split())
    else:
        sys.exit(everything(os.path.abspath(sys.argv[1]), sys.argv[2:]))
