# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages that shot.py takes pictures of. A scene goes to some of them, in order, with engines and workers of its own."""
import contextlib
import os
import re
import subprocess
import sys
import time

import stock
from sending import peer
from stage import (Atspi, Stage, answer, cells, children, fill, find, gone, look, matches, name_of, outside_lists,
                   point_at, press, real, screenshot, select, show_page, table_rows, texts, wait, walk)

SETTLE = 1.2  # s: animations have ended, and graphs have moved on
LIMIT = 60  # s: a page takes longer to come where several are taken at once
SCHEMA = "io.github.weir.Weir"
SCENES = []
WANTED = set()


def scene(*pages):
    """Declares a scene: a function of a Stage that shoots these pages."""
    def declare(function):
        SCENES.append((pages, function))
        return function
    return declare


def wants(*pages):
    return not WANTED or bool(WANTED.intersection(pages))


def shoot(page):
    if not wants(page) and page != "failed":
        return
    time.sleep(SETTLE)
    screenshot(os.path.join(os.environ["WEIR_SHOTS"], f"{page}-{os.environ['WEIR_SHOT_NAME']}.png"))


def take(pages):
    """All scenes that have one of these pages, or all. A scene that fails leaves the others theirs."""
    WANTED.update(pages)
    unknown = WANTED.difference(*(names for names, _ in SCENES))
    if unknown:
        print(f"No such pages: {' '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    failed = 0
    for names, function in SCENES:
        if wants(*names):
            failed += play(function)
    return 1 if failed else 0


def play(function):
    subprocess.run(["gsettings", "reset-recursively", SCHEMA], check=True)
    park_pointer()
    stage = Stage()
    try:
        function(stage)
        return 0
    except Exception as error:  # pylint: disable=broad-except -- whatever it was, it is reported
        shoot(f"failed-{function.__name__}" if not WANTED else "failed")
        print(f"{function.__name__}, {os.environ['WEIR_SHOT_NAME']}: {error!r}", *stage.log()[-20:], sep="\n", file=sys.stderr)
        return 1
    finally:
        for line in stage.log():
            if "WARNING" in line or "CRITICAL" in line:
                print(f"{function.__name__}, {os.environ['WEIR_SHOT_NAME']}: {line}", file=sys.stderr)
        stage.end()


# --- what scenes share

def park_pointer():
    """Into the header, where it hovers over nothing: at first it is in the middle of the display."""
    point_at(300, 2)


def menu(window, name):
    """Opens a menu: a menu button holds a button of the same name."""
    button = find(window.root, "push button", name, LIMIT)
    press(wait(lambda: next((node for node in walk(button) if Atspi.Action.get_n_actions(real(node)) > 0), None), f"menu {name}"))


def choose(window, item):
    """An item of the menu in a channel's details."""
    menu(window, "More to do with this channel")
    button = find(window.root, "push button", item)
    wait(lambda: button.get_state_set().contains(Atspi.StateType.SENSITIVE), f"{item} can be used")
    press(button)


def key(keys):
    """Where xdotool is there: assistive tools cannot press keys."""
    with contextlib.suppress(FileNotFoundError):
        subprocess.run(["xdotool", "search", "--onlyvisible", "--name", "^Weir$", "windowfocus", "--sync"], check=False, timeout=LIMIT)
        subprocess.run(["xdotool", "key", keys], check=False)


def main_menu(window, item):
    menu(window, "Main menu")
    press(find(window.root, "menu item", item))


def toggle(top, name):
    """Turns a switch or the like."""
    press(wait(lambda: next((node for node in walk(top) if name_of(node).startswith(name)
                             and node.get_role_name() in ("check box", "switch", "toggle button")), None), name))


def cancel(window, name, role="frame"):
    dialog = find(window.root, role, name)
    press(find(dialog, "push button", re.compile("^_?Cancel$")))
    gone(window.root, role, name)


def channel_rows(window):
    """What it says and the row, of each channel, in the table or, where that has no room, the list. The other of the two is
    there, but has no rows."""
    table = look(window.root, "tree table", "Channels")
    rows = [(" ".join(cells(row)), row) for row in table_rows(table)] if table else []
    return rows or [(name_of(row), row) for row in children(look(window.root, "list", "Channels"))]


def wait_row(window, *words):
    return wait(lambda: next((row for name, row in channel_rows(window) if all(word in name for word in words)), None),
                f"a channel with {' and '.join(words)}", 90)


def message(window, pattern, last=False, limit=LIMIT):
    """The row of a message that says this."""
    def probe():
        table = look(window.root, "tree table", "Messages")
        rows = [row for row in table_rows(table) if re.search(pattern, " ".join(cells(row)))]
        return rows[-1 if last else len(rows) // 2] if rows else None
    return wait(probe, f"a message with {pattern!r}", limit)


def says(window, pattern):
    wait(lambda: any(re.search(pattern, name_of(node)) for node in outside_lists(window.root)),
         f"the window says {pattern!r}", LIMIT)


def script(stage, name, url):
    """A Node worker of one of the scripts beside this one."""
    worker = stage.start("node", os.path.join(os.path.dirname(os.path.abspath(__file__)), name), III_URL=url)
    worker.line("^ready$", LIMIT)

    def do(command):
        worker.tell(command)
        worker.line(f"^did {command}$", LIMIT)
    worker.do = do
    return worker


def set_number(window, name, number):
    assert Atspi.Value.set_current_value(find(window.root, "spin button", name), number)


def back_to_sending(window):
    """In a narrow window what came of it lies over what is sent."""
    if os.environ.get("WEIR_SCREEN", "").startswith("360"):
        press(find(window.root, "push button", "Back to what is sent"))
        time.sleep(SETTLE)


def select_function(window, function_id):
    show_page(window, "Functions")

    def row():
        return next((item for item in children(look(window.root, "list", "Functions"))
                     if name_of(item).startswith(f"{function_id}, ")), None)
    listed = wait(row, f"the function {function_id}", LIMIT)
    select(listed)


# --- a first start

@scene("start", "connect", "connect-wrong", "main-menu", "preferences", "unmask", "shortcuts", "about")
def first_start(stage):
    window = stage.window("--url", "ws://127.0.0.1:1")
    find(window.root, "push button", "Try It")
    shoot("start")
    press(find(window.root, "push button", "Connect…"))
    dialog = find(window.root, "frame", "Connect to an Engine")
    shoot("connect")
    fill(find(dialog, "text", "Address"), "ftp://engine.example")
    shoot("connect-wrong")
    cancel(window, "Connect to an Engine")
    menu(window, "Main menu")
    find(window.root, "menu item", "Preferences")
    shoot("main-menu")
    press(find(window.root, "menu item", "Preferences"))
    dialog = find(window.root, "frame", "Preferences")
    shoot("preferences")
    if wants("unmask"):
        toggle(dialog, "Mask access keys in messages")
        find(window.root, "dialog", "Show Access Keys?", LIMIT)
        shoot("unmask")
        press(find(find(window.root, "dialog", "Show Access Keys?"), "push button", re.compile("Cancel")))
        gone(window.root, "dialog", "Show Access Keys?")
    press(find(dialog, "push button", "Close"))
    gone(window.root, "frame", "Preferences")
    if wants("about"):
        main_menu(window, "About Weir")
        find(window.root, "label", "Weir")
        shoot("about")
        press(wait(lambda: [node for node in walk(window.root) if matches(node, "push button", "Close")][-1], "Close"))
    if wants("shortcuts"):
        main_menu(window, "Keyboard Shortcuts")
        find(window.root, "label", "Pages and Tabs")
        shoot("shortcuts")


@scene("stock", "stock-details", "stock-look", "stock-looking", "relay", "stock-relay")
def beside(stage):
    """Beside a stock engine: what its log tells, and what more can be had."""
    engine = stock.fake_stock(stage)
    stock.play(engine)
    window = stage.window("--url", engine.url)
    row = wait_row(window, "Closed")
    shoot("stock")
    if wants("stock-look", "stock-looking"):
        press(find(window.root, "push button", "Look Closer…", LIMIT))
        question = find(window.root, "dialog", "Look Closer?", LIMIT)
        shoot("stock-look")
        press(find(question, "push button", re.compile("Look Closer$")))
        find(window.root, "push button", "Stop Looking Closer", LIMIT)
        shoot("stock-looking")
        press(find(window.root, "push button", "Stop Looking Closer"))
        find(window.root, "push button", "Look Closer…", LIMIT)
    if wants("relay", "stock-relay"):
        press(find(window.root, "push button", "Start a Relay…"))
        dialog = find(window.root, "frame", "Relay", LIMIT)
        find(dialog, "label", "No worker uses it yet", LIMIT)
        shoot("relay")
        press(find(dialog, "push button", "Close"))
        gone(window.root, "frame", "Relay")
        shoot("stock-relay")
    select(row)
    shoot("stock-details")


@scene("error-token", "error-wrong-token")
def token(stage):
    engine = stage.engine("127.0.0.1:0", "--token", "s3cret")
    window = stage.window("--url", engine.url)
    find(window.root, "push button", "Give a Token…", LIMIT)
    shoot("error-token")
    press(find(window.root, "push button", "Give a Token…"))
    dialog = find(window.root, "frame", "Connect to an Engine")
    fill(find(dialog, None, "Token, if it wants one"), "wrong")
    press(find(dialog, "push button", "Connect"))
    find(window.root, "label", re.compile("does not accept the token"), LIMIT)
    shoot("error-wrong-token")


@scene("connecting", "error-web", "error-no-engine", "error-name", "error-unreachable")
def troubles(stage):
    import servers  # pylint: disable=import-outside-toplevel
    if wants("connecting"):
        window = stage.window("--url", servers.mute_server())
        find(window.root, "push button", "Connect Elsewhere…", LIMIT)
        shoot("connecting")
        window.end()
    for page, url, words in (("error-web", servers.web_server(), "A web server answers on ws://.*no iii engine"),
                             ("error-no-engine", servers.mute_server(), "does not speak iii's protocol"),
                             ("error-name", servers.name_is_taken(), "has this name"),
                             ("error-unreachable", "ws://engine.invalid:49134", "does not answer")):
        if wants(page):
            window = stage.window("--url", url)
            find(window.root, "label", re.compile(words), LIMIT)
            shoot(page)
            window.end()


@scene("connections", "connection", "connection-remove", "leaving")
def connections(stage):
    """The header's menu with three connections: one is live, one has alarms, one does not answer."""
    quiet, busy = stage.engine(), stage.engine()
    stage.start(os.environ["WEIR_DEMO"], "--url", busy.url)
    subprocess.run(["gsettings", "set", SCHEMA, "connections",
                    f"[('{quiet.url}', '', false), ('{busy.url}', 'Staging', false), "
                    "('ws://127.0.0.1:1', 'Laptop', false)]"], check=True)
    window = stage.window("--url", quiet.url)
    find(window.root, "push button", re.compile(f"^Connection: {quiet.url}, weir-engine"), LIMIT)
    find(window.root, "label", re.compile("alarms? in"), 60)
    menu(window, re.compile("^Connection: "))
    shoot("connections")
    if wants("connection", "connection-remove"):
        press(find(window.root, "push button", re.compile("^Edit Staging")))
        dialog = find(window.root, "frame", "Connection")
        shoot("connection")
        press(find(dialog, "push button", "Remove…"))
        find(window.root, "dialog", re.compile("^Remove “"))
        shoot("connection-remove")
    window.end()
    if wants("leaving"):
        subprocess.run(["gsettings", "reset-recursively", SCHEMA], check=True)
        window = stage.window("--demo")
        button = find(window.root, "push button", re.compile(r"^Connection: ws://\S+:[1-9]\d*, weir-engine"), LIMIT)
        stage.start(os.environ["WEIR_DEMO"], "--url", re.search(r"ws://[^,]+", button.get_name())[0])
        select_function(window, "transform::worker")
        press(find(window.root, "push button", "Close"))
        find(window.root, "dialog", re.compile(r"^\d+ Workers? Uses? This Engine$"), LIMIT)
        shoot("leaving")


# --- channels

@scene("channels-empty", "channels-few", "nothing-found")
def few(stage):
    """An engine without a channel, with one, and a search that finds none."""
    engine = stage.engine()
    window = stage.window("--url", engine.url)
    find(window.root, "push button", "Copy III_URL", LIMIT)
    shoot("channels-empty")
    worker = stage.worker(engine.url)
    worker.do("open")
    worker.do("flow")
    wait_row(window, "files::read", "Flowing")
    shoot("channels-few")
    fill(find(window.root, "entry", "Search channels"), "nothing has this")
    find(window.root, "push button", "Show All")
    shoot("nothing-found")


@scene("held", "slowed", "channel-menu", "inject", "inject-hex", "slow-ask", "close-ask", "copy-ref", "injected-row", "closed-by-weir",
       "hidden")
def interfering(stage):
    engine = stage.engine("127.0.0.1:0", "--permit", "see,read,reveal,interfere")
    worker = stage.worker(engine.url)
    window = stage.window("--url", engine.url)
    worker.do("open")
    worker.do("flow")
    select(wait_row(window, "files::read", "Flowing"))
    choose(window, "Hold…")
    answer(window, "Hold")
    says(window, "You hold this channel")
    time.sleep(3)
    shoot("held")
    menu(window, "More to do with this channel")
    find(window.root, "push button", "Inject…")
    shoot("channel-menu")
    press(find(window.root, "push button", "Let Go"))
    gone(window.root, "label", re.compile("You hold this channel"))
    choose(window, "Slow Down…")
    says(window, "Slow Down")
    shoot("slow-ask")
    press(find(asking(window), "push button", re.compile("Slow Down$")))
    says(window, "You slow this channel to")
    time.sleep(3)
    shoot("slowed")
    choose(window, "Let Go")
    gone(window.root, "label", re.compile("You slow this channel"))
    choose(window, "Copy Ref…")
    says(window, "••••••••")
    shoot("copy-ref")
    press(find(asking(window), "push button", re.compile("Cancel$")))
    worker.do("quiet")
    choose(window, "Inject…")
    dialog = find(window.root, "frame", "Inject a Message")
    shoot("inject")
    press(find(dialog, "push button", "Hex Bytes"))
    fill(find(dialog, "text", "Message"), "01 02 5x")
    shoot("inject-hex")
    fill(find(dialog, "text", "Message"), "01 02 03")
    press(find(dialog, "push button", "Inject"))
    gone(window.root, "frame", "Inject a Message")
    if wants("injected-row"):
        press(find(window.root, "push button", "Tap"))
        select(message(window, "01 02 03", last=True))
        shoot("injected-row")
        show_channels(window)
    choose(window, "Close Writer…")
    says(window, "1001 closed_by_observer")
    shoot("close-ask")
    press(find(asking(window), "push button", re.compile("C_?lose$")))
    wait_row(window, "files::read", "Closed early")
    shoot("closed-by-weir")
    choose(window, "Hide")
    find(window.root, "push button", "1 hidden")
    shoot("hidden")


def asking(window):
    """The dialog that asks; the button of the menu that asked for it has gone."""
    return wait(lambda: next((node for node in children(window.root) if node.get_role_name() == "dialog"), None), "a dialog")


def show_channels(window):
    """The tab of the list, which is pinned."""
    press(wait(lambda: next((node for node in walk(window.root) if node.get_role_name() == "page tab"
                             and name_of(node) == "Channels" and Atspi.Action.get_n_actions(real(node)) > 0), None), "the list's tab"))
    key("ctrl+Page_Up")


@scene("channels", "details-flowing", "details-stalled", "details-waiting", "details-closed", "details-early", "details-idle",
       "details-dismissed", "tap-json", "tap-find", "tap-filtered", "tap-times", "tap-save", "tap-hex", "tap-follow", "functions-list", "functions",
       "send", "send-generated", "send-running", "send-stopped", "send-ref", "send-ended",
       "lost", "functions-lost", "tap-lost")
def sample_workers(stage):
    """Most of what there is to see, with the sample workers."""
    engine = stage.engine()
    stage.start(os.environ["WEIR_DEMO"], "--url", engine.url)
    window = stage.window("--url", engine.url)
    if wants("channels", "details-flowing", "details-stalled", "details-waiting", "details-closed", "details-early", "details-idle",
             "details-dismissed"):
        shoot_channels(window)
    if wants("tap-json", "tap-find", "tap-filtered", "tap-times", "tap-save", "tap-hex", "tap-follow", "tap-lost"):
        shoot_tap(window)
    if wants("functions-list", "functions"):
        shoot_functions(window)
    if wants("send", "send-generated", "send-running", "send-stopped", "send-ref", "send-ended"):
        shoot_send(window)
    if wants("lost", "functions-lost", "tap-lost"):
        shoot_lost(window, engine)


def shoot_channels(window):
    wait_row(window, "reports::export", "Stalled")
    time.sleep(20 if not WANTED else 5)  # the graphs show a minute: half of one is worth looking at
    shoot("channels")
    for page, words in (("stalled", ("reports::export", "Stalled")), ("flowing", ("pipeline::producer", "Flowing")),
                        ("waiting", ("Waiting",)), ("idle", ("Idle",)), ("early", ("Closed early",)), ("closed", ("Closed",))):
        if wants(f"details-{page}"):
            select(wait_row(window, *words))
            shoot(f"details-{page}")
    if wants("details-dismissed"):
        select(wait_row(window, "alarms::raise", "Waiting"))
        press(find(window.root, "push button", "Dismiss"))
        find(window.root, "push button", re.compile("^1 dismissed alarm"))
        shoot("details-dismissed")


def shoot_tap(window):
    for number in range(3):  # a channel may end while one goes there
        if number > 0:
            show_channels(window)
        select(wait_row(window, "transform::worker → transform::coordinator", "Flowing"))
        time.sleep(0.5)
        press(find(window.root, "push button", "Tap"))
        with contextlib.suppress(AssertionError):
            select(message(window, '{"type":"progress"|progress  ', limit=15))
            break
    shoot("tap-json")
    press(find(window.root, "push button", "Find"))
    fill(find(window.root, None, "Find in messages"), "progress")
    wait(lambda: any(re.match(r"\d+ (of \d+|found)", text) for text in texts(window.root)), "what is found")
    shoot("tap-find")
    press(find(window.root, "push button", "Find"))
    search = find(window.root, None, "Show messages that hold")
    fill(search, "89 50")
    says(window, "Take It for Bytes")
    shoot("tap-filtered")
    fill(search, "")
    menu(window, "Times and marks")
    shoot("tap-times")
    menu(window, "Times and marks")
    menu(window, "Save…")
    shoot("tap-save")
    menu(window, "Save…")
    select(message(window, "([0-9a-f]{2} ){4}"))
    press(find(window.root, "push button", "Hex"))
    shoot("tap-hex")
    press(find(window.root, "push button", "Follow"))
    shoot("tap-follow")


def shoot_functions(window):
    show_page(window, "Functions")
    wait(lambda: any(name_of(item).startswith("transform::worker") for item in
                     children(look(window.root, "list", "Functions"))), "transform::worker", LIMIT)
    shoot("functions-list")
    select_function(window, "transform::worker")
    find(window.root, "push button", "Trigger…")
    shoot("functions")
    press(find(window.root, "push button", "Close the details"))


def shoot_send(window):
    """What one can send, a writer that is held, the question before its end is closed, and a ref."""
    show_page(window, "Send")
    find(window.root, "push button", "Send")
    shoot("send")
    press(find(window.root, None, "Generated"))
    shoot("send-generated")
    set_number(window, "How many", 0)
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
    cancel(window, "Open a Ref")
    shoot("send-ended")


def shoot_lost(window, engine):
    engine.end(kill=True)
    find(window.root, "push button", "Retry Now")
    if wants("tap-lost"):
        show_page(window, "Channels")
        shoot("tap-lost")
    if wants("functions-lost"):
        show_page(window, "Functions")
        shoot("functions-lost")
    if wants("lost"):
        show_channels(window)
        shoot("lost")


@scene("channels-many", "tap-dropped")
def made_up(stage):
    """10 000 channels, and a tap that gets more than its window takes: of the feed of the benchmarks."""
    feed = os.environ["BENCH_FEED"]
    if not os.path.exists(feed):
        print(f"No picture of what is made up: {feed} is built with -Dbench=true", file=sys.stderr)
        return
    for page, options in (("channels-many", ("--channels", "10000", "--every", "10")),
                          ("tap-dropped", ("--channels", "20", "--tap-rate", "500000"))):
        if wants(page):
            subprocess.run(["gsettings", "set", SCHEMA, "tap-disk-limit", "64"], check=True)
            engine = stage.engine("127.0.0.1:0", "--name", "x" * 200)  # too long to be believed: the feed is the point
            worker = stage.start(feed, "--url", engine.url, *options)
            worker.line("^ready$", LIMIT)
            window = stage.window("--url", engine.url)
            row = wait(lambda window=window: next((row for _, row in channel_rows(window)), None), "a channel", LIMIT)
            if page == "tap-dropped":
                select(row)
                press(find(window.root, "push button", "Tap"))
                says(window, "dropped by this tap")
            shoot(page)
            window.end()
            worker.end()


# --- what a message holds

@scene("stream-sse", "stream-ndjson", "stream-garbled", "stream-csv", "stream-image", "message-progress", "message-answer", "message-text",
       "tap-copy")
def streams(stage):
    binary = "Binary|[0-9a-f]{2} [0-9a-f]{2}"  # a narrow window has no column of kinds
    for command, pattern in (("sse", binary), ("ndjson", binary), ("garbled", binary), ("csv", binary), ("image", binary),
                             ("progress", "80"), ("answer", "text_delta")):
        page = f"message-{command}" if command in ("progress", "answer") else f"stream-{command}"
        if wants(page, *(("tap-copy", "message-text") if command == "answer" else ())):
            window = tapped(stage, command)
            select(message(window, pattern, last=True))
            if command == "image":
                button = find(window.root, "push button", "Image")
                wait(lambda: button.get_state_set().contains(Atspi.StateType.SENSITIVE), "Image fits")
                press(button)
            elif page.startswith("stream"):
                first = wait(lambda: next((row for row in children(look(window.root, "list", "Stream")) if name_of(row)), None),
                             "the stream", LIMIT)
                select(first)
                if command == "garbled":
                    press(find(window.root, "push button", "Next Garbled"))
            shoot(page)
            if command == "answer":
                press(find(window.root, "push button", "Text"))
                shoot("message-text")
                menu(window, "Copy as, fold")
                shoot("tap-copy")
            window.end()


def tapped(stage, command):
    """A window with a tab on a channel, into which a worker has then sent something."""
    engine = stage.engine()
    worker = script(stage, "stream.mjs", engine.url)
    window = stage.window("--url", engine.url)
    find(window.root, "push button", "Copy III_URL", LIMIT)
    worker.do("open")
    select(wait_row(window, "sink::read"))
    press(find(window.root, "push button", "Tap", LIMIT))
    find(window.root, "tree table", "Messages", LIMIT)
    worker.do(command)
    return window


@scene("tap-empty", "tap-cut", "tap-ended")
def taps(stage):
    """A tap in which nothing has come yet, what is longer than is kept of a message, and a tap that has ended."""
    subprocess.run(["gsettings", "set", SCHEMA, "snaplen", "1kib"], check=True)
    engine = stage.engine()
    worker = stage.worker(engine.url)
    window = stage.window("--url", engine.url)
    worker.do("open")
    select(wait_row(window, "files::read"))
    press(find(window.root, "push button", "Tap"))
    find(window.root, "tree table", "Messages", LIMIT)
    shoot("tap-empty")
    worker.do("flow")
    message(window, "Binary|77 65")
    worker.do("hold")
    time.sleep(2)
    worker.do("quiet")
    select(message(window, "Binary|77 65"))
    shoot("tap-cut")
    worker.do("go")
    worker.do("close")
    says(window, "^Closed|^Not tapped any more")
    shoot("tap-ended")


@scene("tap-cut-off")
def cut_off_tap(stage):
    """A tap whose engine was killed."""
    engine = stage.engine()
    worker = stage.worker(engine.url)
    window = stage.window("--url", engine.url)
    worker.do("open")
    worker.do("flow")
    select(wait_row(window, "files::read"))
    press(find(window.root, "push button", "Tap"))
    select(message(window, "Binary|77 65"))
    engine.end(kill=True)
    says(window, "^This tap ended when")
    shoot("tap-cut-off")


@scene("tap-injected", "tap-wrong")
def late_tap(stage):
    """A tap that came late, with a message of ours among the others, and a filter that is none."""
    engine = stage.engine("127.0.0.1:0", "--permit", "see,read,interfere")
    worker = stage.worker(engine.url)
    window = stage.window("--url", engine.url)
    worker.do("open")
    worker.do("flow")
    select(wait_row(window, "files::read", "Flowing"))
    worker.do("quiet")
    choose(window, "Inject…")
    dialog = find(window.root, "frame", "Inject a Message", LIMIT)
    fill(find(dialog, "text", "Message"), '{"type":"progress","chunks":42}')
    press(find(dialog, "push button", "Inject"))
    gone(window.root, "frame", "Inject a Message")
    for number in range(3):
        worker.do(f"progress {number}")
    press(find(window.root, "push button", "Tap", LIMIT))
    find(window.root, "tree table", "Messages", LIMIT)
    select(message(window, '"chunks":42'))
    shoot("tap-injected")
    search = find(window.root, None, "Show messages that hold")
    fill(search, "69 72 03")
    press(find(window.root, "push button", "Take It for Bytes"))
    fill(search, "6")
    find(window.root, "label", re.compile("^Bytes are pairs"))
    shoot("tap-wrong")


# --- functions, and triggering them

@scene("send-both")
def both_ends(stage):
    """A channel of which both ends are held here: what is written is read again."""
    window = stage.window("--url", stage.engine().url)
    show_page(window, "Send")
    choice = find(window.root, None, "What to do with the channel", LIMIT)
    press(wait(lambda: next((node for node in walk(choice) if Atspi.Action.get_n_actions(real(node)) > 0), None), "the choice"))
    time.sleep(SETTLE)
    for pressed in ("Down", "Down", "Return"):
        key(pressed)
    fill(find(window.root, "text", "Text to write"), "id,region,cpu\n1,eu,0.25\n")
    press(find(window.root, "push button", "Send"))
    find(window.root, "label", re.compile("^All that was written was read"), LIMIT)
    shoot("send-both")


@scene("send-two", "send-void", "send-too-large")
def several_channels(stage):
    """A call with two channels; one that nobody waits for; what cannot be sent, and what is waited for."""
    engine = stage.engine()
    peer(stage, engine.url)
    window = stage.window("--url", engine.url)
    select_function(window, "node::upper")
    press(find(window.root, "push button", "Trigger…"))
    fill(find(window.root, "text", "JSON payload", LIMIT), '{"in": "$reader", "out": "$writer"}')
    press(find(window.root, None, "Generated"))
    set_number(window, "How many", 30)
    set_number(window, "Message size", 40)
    press(find(window.root, "push button", "Trigger and Send"))
    find(window.root, "label", re.compile("^The stream was read to its end"), LIMIT)
    shoot("send-two")
    back_to_sending(window)
    press(wait(lambda: next((node for node in walk(window.root) if name_of(node) == "Wait for the answer" and
                             node.get_role_name() in ("check box", "switch", "toggle button")), None), "the switch"))
    press(find(window.root, "push button", "Trigger and Send"))
    find(window.root, "label", "node::upper was called", LIMIT)
    find(window.root, "label", re.compile("^The stream was read to its end"), LIMIT)
    shoot("send-void")
    back_to_sending(window)
    set_number(window, "Message size", 100e6)
    shoot("send-too-large")


@scene("send-targets", "send-covered", "send-beside", "send-elsewhere", "channels-own")
def own_ends(stage):
    """A ref that is open, with a function beside it; what goes into two channels; and what goes on at another engine."""
    engine, other = stage.engine(), stage.engine()
    subprocess.run(["gsettings", "set", SCHEMA, "connections", f"[('{engine.url}', '', false), ('{other.url}', 'Staging', false)]"],
                   check=True)
    stage.worker(engine.url)
    node = peer(stage, engine.url)
    node.tell("make-held-reader")
    ref = node.line(r"^ref (.*)$")[1]
    window = stage.window("--url", engine.url)
    select_function(window, "files::read")
    press(find(window.root, "push button", "Trigger…"))
    payload = find(window.root, "text", "JSON payload", LIMIT)
    fill(payload, '{\n  "reader": "$reader",\n  "other": "$reader:other"\n}')
    find(window.root, "label", re.compile("^It goes into both channels"), LIMIT)
    shoot("send-targets")
    fill(payload, f'{{\n  "filename": "report.csv",\n  "reader": {ref}\n}}')
    find(window.root, None, "Show access keys", LIMIT)
    shoot("send-covered")
    fill(payload, '{\n  "filename": "report.csv",\n  "reader": "$reader"\n}')
    press(find(window.root, "push button", re.compile("^Open a Ref")))
    dialog = find(window.root, "frame", "Open a Ref", LIMIT)
    fill(find(dialog, "text", "Paste a ref here"), ref)
    press(find(dialog, "push button", "Connect"))
    find(window.root, "label", "open", LIMIT)
    fill(find(window.root, "text", "Text to write"), "id,region,cpu\n1,eu,0.25\n")
    back_to_sending(window)
    find(window.root, "label", re.compile("^“Send” writes into channel"), LIMIT)
    shoot("send-beside")
    menu(window, re.compile("^Connection: "))
    press(find(window.root, "push button", re.compile("^Show Staging: ")))
    find(window.root, "label", re.compile("^Ends of channels are held at"), LIMIT)
    shoot("send-elsewhere")
    press(find(find(window.root, "label", re.compile("^Ends of channels are held at")).get_parent(), "push button", "Show"))
    node.tell("go")
    show_channels(window)
    select(wait_row(window, "Weir → node-peer"))
    shoot("channels-own")


@scene("functions-empty", "functions-gone")
def functions(stage):
    engine = stage.engine()
    window = stage.window("--url", engine.url)
    show_page(window, "Functions")
    find(window.root, "label", "No Functions Yet", LIMIT)
    shoot("functions-empty")
    worker = stage.worker(engine.url)
    select_function(window, "files::read")
    find(window.root, "push button", "Trigger…")
    worker.end()
    find(window.root, "label", "Its worker has gone. What you see is what was known of it.")
    shoot("functions-gone")


@scene("trigger", "trigger-picker", "trigger-insert", "trigger-answer", "trigger-wrong",
       "trigger-error", "trigger-timeout", "trigger-history", "trigger-code")
def trigger(stage):
    engine = stage.engine()
    stage.worker(engine.url)
    window = stage.window("--url", engine.url)
    select_function(window, "files::read")
    press(find(window.root, "push button", "Trigger…"))
    payload = find(window.root, "text", "JSON payload", LIMIT)
    shoot("trigger")
    menu(window, re.compile("^Function: |^files::read|Choose"))
    shoot("trigger-picker")
    menu(window, re.compile("^Function: |^files::read|Choose"))
    menu(window, "Insert a template or a channel")
    shoot("trigger-insert")
    menu(window, "Insert a template or a channel")
    fill(payload, '{\n  "filename": "report.csv",\n  "reader": "$reader"\n}')
    fill(find(window.root, "text", "Text to write"), "id,region,cpu\n1,eu,0.25\n")
    press(find(window.root, "push button", "Trigger and Send"))
    find(window.root, "label", "files::read returned", LIMIT)
    find(window.root, "push button", "Trigger and Send")
    shoot("trigger-answer")
    back_to_sending(window)
    fill(payload, '{"reader": }')
    shoot("trigger-wrong")
    fill(payload, "{}")
    press(find(window.root, "push button", "Trigger"))
    find(window.root, "label", "files::read failed", LIMIT)
    shoot("trigger-error")
    back_to_sending(window)
    if wants("trigger-timeout"):
        fill(payload, '{ "reader": "$reader" }')
        set_number(window, "Seconds to wait for the answer", 1)
        press(find(window.root, None, "Generated"))
        set_number(window, "How many", 0)
        press(find(window.root, "push button", "Trigger and Send"))
        find(window.root, "label", re.compile("files::read (failed|did not|has not)"), LIMIT)
        shoot("trigger-timeout")
        press(find(window.root, "push button", "Stop"))
        back_to_sending(window)
    menu(window, "History")
    shoot("trigger-history")
    menu(window, "History")
    menu(window, "Copy as Code")
    find(window.root, "menu item", "For Node")
    shoot("trigger-code")
