# SPDX-License-Identifier: GPL-3.0-or-later
"""What the end-to-end tests share: programs that end with the test, waiting with a limit, the accessibility tree, TAP.

run.sh gives the script a display, a session bus and an empty home. Programs come from the build folder named in the
environment: WEIR, WEIR_ENGINE, WEIR_DEMO.
"""
import collections
import contextlib
import ctypes
import functools
import glob
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import traceback

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, Gio, GLib  # noqa: E402

LIMIT = float(os.environ.get("WEIR_TEST_LIMIT", "15"))


def wait(probe, what, limit=LIMIT):
    """The first true answer of probe(); what the tree loses while we look is looked for again."""
    end = time.monotonic() + limit
    while True:
        try:
            answer = probe()
            if answer:
                return answer
        except (GLib.Error, AttributeError, IndexError, StopIteration):  # the object vanished while we looked
            pass
        if time.monotonic() > end:
            raise AssertionError(f"{what}: not within {limit:g} s")
        time.sleep(0.05)


def free_address():
    """An address for an engine that is started twice: no other program is given its port by chance meanwhile, as it is
    below those that the kernel gives (32768 and above, unless it was set otherwise)."""
    for _ in range(1000):
        port = random.randrange(10000, 32768)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return f"127.0.0.1:{port}"
    raise AssertionError("no port is free")


class Program:
    """A process of ours: its lines are kept, and it is ended with the test."""

    def __init__(self, *argv, **env):
        self.name = os.path.basename(argv[0])
        self.lines = []
        self.process = subprocess.Popen(
            argv, env={**os.environ, **env}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, errors="replace")
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))

    @property
    def pid(self):
        return self.process.pid

    def line(self, pattern, limit=LIMIT):
        """The match of the first line of output that has the pattern."""
        def probe():
            if self.process.poll() is not None:
                self.reader.join(1)
            found = next(filter(None, (re.search(pattern, line) for line in self.lines)), None)
            if not found and self.process.poll() is not None:
                raise AssertionError(f"{self.name} ended with {self.process.returncode} before it said {pattern!r}")
            return found
        return wait(probe, f"{self.name} says {pattern!r}", limit)

    def tell(self, line):
        """Writes a line to its standard input."""
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def end(self, kill=False, limit=LIMIT):
        """Asks it to end (or kills it) and returns its status."""
        if self.process.poll() is None:
            self.process.kill() if kill else self.process.terminate()
        status = self.process.wait(limit)
        self.reader.join(limit)
        return status


# What GTK does in the midst of a call of ours, and would do for any: its bridge to the accessibility bus, which with
# these tests looking on says each change of a widget in a message of its own; cairo's drawing of a whole window, which
# outside of tests is the graphics card's; GtkSourceView's reading of a language, once, when the first JSON is shown.
OF_GTK = re.compile("g_dbus_connection_emit_signal|gsk_renderer_render|gtk_source_buffer_set_language")

# Warnings of what the machine of a test has not: a service that shows notifications.
NOT_OURS = re.compile("org.freedesktop.Notifications was not provided")


def stalls(program):
    """What held a window's main loop for longer than it may, by its own watch: our part of it, by the samples that were
    taken meanwhile, has the limit; GTK's own a limit of its own."""
    limit = int(os.environ.get("WEIR_STALL_LIMIT_MS", "50"))
    found = []  # of each its length, and the frames of each sample, the innermost first
    for line in program.lines:
        stall = re.match(r"weir: stall (?:(\d+) ms|(sample)|in (\S*?)\((\S*?)\))", line)
        if stall and stall[1]:
            found.append((int(stall[1]), []))
        elif stall and stall[2] and found:
            found[-1][1].append([])
        elif stall and found and found[-1][1]:
            found[-1][1][-1].append((stall[3], stall[4]))
    problems = []
    for length, samples in found:
        ours = [frames for frames in samples if is_ours(frames)]
        ours_ms = length * len(ours) // max(len(samples), 1)
        if ours_ms > limit or length - ours_ms > 4 * limit:
            problems += [f"stall {length} ms, ours {ours_ms} ms of it, GTK's own {length - ours_ms} ms"]
            problems += [f"  {place(*frame)}" for frame in (ours or samples or [[]])[0]]
            problems += [f"  {n} samples in {where}" for where, n in
                         collections.Counter(innermost(frames) for frames in samples).most_common()]
    return problems


def warnings(program):
    """What GTK or GLib warn of in a window: a mistake of ours."""
    return [line for line in program.lines if program.name == "weir"
            and re.search(r"(WARNING|CRITICAL|ERROR) \*\*", line) and not NOT_OURS.search(line)]


def is_of_weir(path, symbol):
    return path.endswith("/weir") and not re.match(r"(main|_start)\+", symbol)


def is_ours(frames):
    """Whether a function of ours was at work: GTK's own turns, in which none is on the stack, are not ours."""
    return any(is_of_weir(*frame) for frame in frames) and not any(OF_GTK.match(symbol) for _, symbol in frames)


def innermost(frames):
    """Where a sample was: in GTK's part, or in which function of ours."""
    if not is_ours(frames):
        return next((symbol for _, symbol in frames if OF_GTK.match(symbol)), "GTK")
    return place(*next(frame for frame in frames if is_of_weir(*frame)))


@functools.cache
def place(path, offset):
    """The function and line at an offset in a program of ours; of a library what is known."""
    if not path.endswith("/weir") or not offset.startswith("+"):
        return f"{path}({offset})"
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        said = subprocess.run(["addr2line", "-fse", path, offset[1:]], capture_output=True, text=True, timeout=LIMIT)
        return " ".join(said.stdout.split())
    return f"{path}({offset})"


class Stage:
    """What one test has started."""

    def __init__(self):
        self.programs = []

    def start(self, *argv, **env):
        program = Program(*argv, **env)
        self.programs.append(program)
        return program

    def engine(self, listen="127.0.0.1:0", *options):
        """A weir-engine that listens; its address is .url."""
        engine = self.start(os.environ["WEIR_ENGINE"], "--listen", listen, *options)
        engine.url = engine.line(r"^weir-engine: listening on (ws://\S+)")[1]
        return engine

    def worker(self, url):
        """The Node worker of worker.mjs; .do(command) has it do something and waits until it has."""
        worker = self.start("node", os.path.join(os.path.dirname(__file__), "worker.mjs"), III_URL=url)
        worker.line("^ready$")

        def do(command):
            seen = worker.lines.count(f"did {command}")
            worker.tell(command)
            wait(lambda: worker.lines.count(f"did {command}") > seen, f"the worker does {command!r}")
        worker.do = do
        return worker

    def window(self, *options, **env):
        """A weir; its accessible root is .root."""
        debug = ",".join(filter(None, ("stalls", os.environ.get("WEIR_DEBUG"))))
        weir = self.start(os.environ["WEIR"], *options, **{"WEIR_DEBUG": debug, **env})
        weir.root = application(weir.pid)
        return weir

    def end(self):
        problems = []
        for program in reversed(self.programs):
            running = program.process.poll() is None
            try:
                status = program.end()
            except subprocess.TimeoutExpired:
                program.end(kill=True)
                status = "nothing: it had to be killed"
            if running and status not in (0, -15):
                problems.append(f"{program.name} ended with {status}")
        self._end_survivors()
        return problems + [f"{program.name}: {line}" for program in self.programs for line in warnings(program)]

    def stalls(self):
        """After the end: what held a window for too long."""
        return [line for program in self.programs for line in stalls(program)]

    @staticmethod
    def _end_survivors():
        """Engines and relays that a window has left running, as it wrote down."""
        for record in glob.glob(os.path.join(os.environ["XDG_RUNTIME_DIR"], "weir", "[er]*-*")):
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(record.rpartition("-")[2]), signal.SIGTERM)
            os.unlink(record)

    def log(self):
        return [f"{program.name}: {line}" for program in self.programs for line in program.lines[-200:]
                if not line.startswith(("weir: stall in ", "weir: stall sample"))]


# --- the accessibility tree

class Seen:
    """A node as the program told of it with all of its tree, in one answer: node by node it would be thousands. What it
    does not know itself (states, actions, …) the node is asked for when it is wanted."""

    def __init__(self, item, nodes):
        self.key, _, (_, self.parent), self.index, self.n_children, _, self.name, self.role, _, _ = item
        self.nodes = nodes  # all that were told of, by their paths
        self.children = []

    @classmethod
    def ask(cls, node, parent):
        """One that was not told of."""
        key = parent.key[0], node.path
        return cls((key, None, parent.key, 0, node.get_child_count(), None, node.get_name(), node.get_role(), None, None),
                   parent.nodes)

    def get_name(self):
        return self.name

    def get_role_name(self):
        return Atspi.role_get_name(Atspi.Role(self.role))

    def __getattr__(self, name):
        return getattr(real(self), name)


NODES = {}  # those that were asked for, by program and path: a path is never given twice


def real(node):
    """The node itself, which Atspi's functions take."""
    if not isinstance(node, Seen):
        return node
    if node.key not in NODES:
        children_of(real(node.parent), node.key[0])
    if node.key not in NODES:
        raise IndexError("the node has gone")
    return NODES[node.key]


def children_of(node, program):
    """What is in a node, asked for one by one."""
    found = [child for child in map(node.get_child_at_index, range(node.get_child_count())) if child]
    NODES.update({(program, child.path): child for child in found})
    return found


@functools.cache
def accessibility_bus():
    address = Gio.bus_get_sync(Gio.BusType.SESSION).call_sync(
        "org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress", None, None, Gio.DBusCallFlags.NONE, -1).unpack()[0]
    return Gio.DBusConnection.new_for_address_sync(
        address, Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION)


def see(top):
    """A node with what is in it now, as Seen; the node itself where the program does not tell of it."""
    if isinstance(top, Seen):
        return top
    try:
        items = accessibility_bus().call_sync(
            top.app.bus_name, "/org/a11y/atspi/cache", "org.a11y.atspi.Cache", "GetItems", None, None,
            Gio.DBusCallFlags.NONE, int(LIMIT * 1000)).unpack()[0]
    except GLib.Error:
        return top
    nodes = {}
    nodes.update((item[0][1], Seen(item, nodes)) for item in items)
    for node in nodes.values():
        node.parent = nodes.get(node.parent)
        if node.parent:
            node.parent.children.append(node)
    for node in nodes.values():
        node.children.sort(key=lambda child: child.index)
    NODES[top.app.bus_name, top.path] = top
    return nodes.get(top.path, top)


def children(node):
    """What is in a node. GTK does not tell of all in one answer: where something is missing the node is asked."""
    if not isinstance(node, Seen):
        return children_of(node, node.app.bus_name)
    if [child.index for child in node.children] != list(range(node.n_children)):
        node.children = [node.nodes.get(child.path) or Seen.ask(child, node)
                         for child in children_of(real(node), node.key[0])]
        node.n_children = len(node.children)
        for i, child in enumerate(node.children):
            child.index = i
    return node.children


def walk(node):
    """The node and all that is in it, as it was at one time."""
    waiting = [see(node)]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(children(node)))


def outside_lists(node):
    """The same without what is in tables, where hundreds of rows are slow to ask, and what lies flat first: a toast is
    gone after five seconds."""
    level = [see(node)]
    while level:
        yield from level
        level = [child for node in level if node.get_role_name() != "tree table" for child in children(node)]


def application(pid, limit=LIMIT):
    return wait(lambda: next((a for a in children(Atspi.get_desktop(0)) if a.get_process_id() == pid), None),
                f"process {pid} is on the accessibility bus", limit)


def name_of(node):
    """What it is called, without the marks that keep the names in a route apart."""
    return (node.get_name() or "").translate({0x2068: None, 0x2069: None})


def matches(node, role, name):
    if role is not None and node.get_role_name() != role:
        return False
    text = name_of(node)
    return name is None or (name.search(text) is not None if isinstance(name, re.Pattern) else name == text)


def look(top, role=None, name=None):
    """The first node of that role and name (a string, or a pattern), or None."""
    return real(next((node for node in walk(top) if matches(node, role, name)), None))


def find(top, role=None, name=None, limit=LIMIT):
    """The same, waited for."""
    return wait(lambda: look(top, role, name), f"{role or 'something'} named {name!r}", limit)


def look_outside_lists(top, role=None, name=None):
    """The first where hundreds of rows need not be asked, or None."""
    return real(next((node for node in outside_lists(top) if matches(node, role, name)), None))


def find_outside_lists(top, role=None, name=None, limit=LIMIT):
    """The same, waited for."""
    return wait(lambda: look_outside_lists(top, role, name), f"{role or 'something'} named {name!r}", limit)


def gone(top, role, name, limit=LIMIT):
    wait(lambda: look(top, role, name) is None, f"no {role} named {name!r} any more", limit)


def press(node):
    """Presses a button, toggle, switch or menu item. GTK acts 250 ms later: wait for what it does."""
    assert Atspi.Action.do_action(real(node), 0), f"{node.get_role_name()} {node.get_name()!r} cannot be pressed"


def press_in_menu(top, name):
    """Presses a button of a list that may put another in its place meanwhile, for instance because it says more now."""
    wait(lambda: (button := look_outside_lists(top, "push button", name)) and Atspi.Action.do_action(button, 0),
         f"a button {name!r} can be pressed")


def answer(window, response):
    """Presses a button of the dialog that asks; the button of the menu that asked for it has gone."""
    dialog = wait(lambda: next((node for node in walk(window.root) if node.get_role_name() in ("dialog", "frame", "alert")
                                and look(node, "push button", re.compile("Cancel"))), None), "a dialog")
    press(find(dialog, "push button", re.compile(f"{response}$")))


def fill(node, text):
    assert Atspi.EditableText.set_text_contents(real(node), text), f"{node.get_name()!r} cannot be written to"


def text_of(node):
    node = real(node)
    return Atspi.Text.get_text(node, 0, Atspi.Text.get_character_count(node))


def showing(node):
    return node.get_state_set().contains(Atspi.StateType.SHOWING)


def texts(node):
    """All that a node and what is in it say, in order."""
    return [name for name in map(name_of, walk(node)) if name]


def table_rows(table):
    """The rows of a GtkColumnView that hold something."""
    body = next(node for node in walk(table) if node.get_role_name() == "list")
    return [row for row in children(body) if row.get_child_count() > 0]


def cells(row):
    """What each cell says; its own accessible name is only that of its class."""
    return [" ".join(text for child in children(cell) for text in texts(child)) for cell in children(see(row))]


def channel_row(window, *words):
    """The row of the list of channels in which all these words stand, or None."""
    table = look(window.root, "tree table", "Channels")
    for row in table_rows(table) if table else []:
        if all(word in " ".join(cells(row)) for word in words):
            return row
    return None


def wait_row(window, *words, limit=LIMIT):
    return wait(lambda: channel_row(window, *words), f"a channel with {' and '.join(words)}", limit)


def select(row):
    row = real(row)
    body = row.get_parent()
    assert Atspi.Selection.select_child(body, row.get_index_in_parent()), "the row cannot be selected"


def show_page(window, name):
    """Goes to another page of the window, by the switcher in its header."""
    press(find(window.root, "page tab", name))


def screenshot(path):
    subprocess.run(["import", "-window", "root", path], check=True, timeout=LIMIT)


@contextlib.contextmanager
def display():
    """Xlib, the display and its root window."""
    x11 = ctypes.CDLL("libX11.so.6")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XDefaultRootWindow.restype = ctypes.c_ulong
    opened = ctypes.c_void_p(x11.XOpenDisplay(None))
    try:
        yield x11, opened, ctypes.c_ulong(x11.XDefaultRootWindow(opened))
        x11.XSync(opened, 0)
    finally:
        x11.XCloseDisplay(opened)


def point_at(x, y):
    """Moves the pointer."""
    with display() as (x11, opened, root):
        x11.XWarpPointer(opened, 0, root, 0, 0, 0, 0, x, y)


def click(x, y, button=1):
    """Presses and lets go a button of the pointer, there."""
    point_at(x, y)
    xtst = ctypes.CDLL("libXtst.so.6")
    with display() as (_x11, opened, _root):
        for is_pressed in (1, 0):
            xtst.XTestFakeButtonEvent(opened, button, is_pressed, ctypes.c_ulong(0))


def look_away():
    """Takes the keyboard's focus from whatever window has it, as when another program comes to the front."""
    with display() as (x11, opened, _root):
        x11.XSetInputFocus(opened, 0, 0, 0)


# --- the keyboard

MODIFIERS = {"Ctrl": "Control_L", "Alt": "Alt_L", "Shift": "Shift_L"}


class XAttributes(ctypes.Structure):
    """XWindowAttributes, of which we want some."""
    _fields_ = ([(name, ctypes.c_int) for name in ("x", "y", "width", "height", "border", "depth")]
                + [("visual", ctypes.c_void_p), ("root", ctypes.c_ulong)]
                + [(name, ctypes.c_int) for name in ("kind", "bit_gravity", "win_gravity", "backing_store")]
                + [("planes", ctypes.c_ulong), ("pixel", ctypes.c_ulong), ("save_under", ctypes.c_int),
                   ("colormap", ctypes.c_ulong), ("map_installed", ctypes.c_int), ("map_state", ctypes.c_int),
                   ("all_events", ctypes.c_long), ("your_events", ctypes.c_long), ("no_propagate", ctypes.c_long),
                   ("override_redirect", ctypes.c_int), ("screen", ctypes.c_void_p)])


# A window may go while it is being given the keyboard: Xlib would end this program for it.
IGNORES_ERRORS = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)(lambda *_: 0)


def look_here():
    """Gives the keyboard to the window on top, as the desktop does: there is none here. Returns which that is."""
    with display() as (x11, opened, root):
        windows, n, other = ctypes.POINTER(ctypes.c_ulong)(), ctypes.c_uint(), ctypes.c_ulong()
        x11.XQueryTree(opened, root, ctypes.byref(other), ctypes.byref(other), ctypes.byref(windows), ctypes.byref(n))
        for window in reversed(windows[:n.value]):
            found = XAttributes()
            x11.XGetWindowAttributes(opened, ctypes.c_ulong(window), ctypes.byref(found))
            if found.map_state == 2 and found.kind == 1 and not found.override_redirect and found.width > 10:
                x11.XSetErrorHandler(IGNORES_ERRORS)
                x11.XSetInputFocus(opened, ctypes.c_ulong(window), 1, 0)
                return window
    return None


def key(*chords):
    """Presses and lets go keys, as "Ctrl+f" or "Down", one chord after the other."""
    look_here()
    with display() as (x11, opened, _root):
        x11.XStringToKeysym.restype = ctypes.c_ulong
        for chord in chords:
            names = chord.split("+")
            chord_of(x11, opened, [x11.XStringToKeysym(MODIFIERS.get(name, name).encode()) for name in names])


def type_text(text):
    """Types ASCII, on the keyboard that Xvfb has."""
    look_here()
    with display() as (x11, opened, _root):
        x11.XKeycodeToKeysym.restype = ctypes.c_ulong
        shift = x11.XStringToKeysym(MODIFIERS["Shift"].encode())
        for sign in map(ord, text):
            code = x11.XKeysymToKeycode(opened, ctypes.c_ulong(sign))
            is_plain = x11.XKeycodeToKeysym(opened, ctypes.c_ubyte(code), 0) == sign
            chord_of(x11, opened, [sign] if is_plain else [shift, sign])


def chord_of(x11, opened, symbols):
    """Presses the keys of these symbols, and lets them go."""
    xtst = ctypes.CDLL("libXtst.so.6")
    codes = [x11.XKeysymToKeycode(opened, ctypes.c_ulong(symbol)) for symbol in symbols]
    for code in codes:
        xtst.XTestFakeKeyEvent(opened, code, 1, ctypes.c_ulong(0))
    for code in reversed(codes):
        xtst.XTestFakeKeyEvent(opened, code, 0, ctypes.c_ulong(0))


class Focus:
    """What has the keyboard's focus, as a screen reader is told of it."""

    def __init__(self):
        self.node, self.n_moves = None, 0
        self.listener = Atspi.EventListener.new(self._moved)
        self.listener.register("object:state-changed:focused")

    def _moved(self, event):
        if event.detail1:
            self.node, self.n_moves = event.source, self.n_moves + 1

    def _listen(self):
        while GLib.MainContext.default().iteration(False):
            pass

    def name(self):
        """Its role and name, without what comes after a comma or a colon, which may change."""
        self._listen()
        return f"{self.node.get_role_name()} {re.split('[,:]', name_of(self.node))[0]}" if self.node else None

    def wait(self, pattern):
        try:
            wait(lambda: re.search(pattern, self.name() or ""), f"the focus comes to {pattern!r}")
        except AssertionError as error:
            raise AssertionError(f"{error}: it is at {self.name()}") from None

    def move(self, keys):
        """Presses keys that move it, and returns where it is then."""
        self._listen()
        before = self.n_moves
        key(keys)
        wait(lambda: self._listen() or self.n_moves > before, f"{keys} moves the focus on from {self.name()}")
        return self.name()

    def go(self, pattern, keys="Tab"):
        """Presses the keys until it is there."""
        places = [self.move(keys)]
        while not re.search(pattern, places[-1]):
            assert len(places) < 60, f"{keys} does not lead to {pattern!r}: {places[-30:]}"
            places.append(self.move(keys))

    def tour(self, keys="Tab"):
        """All the places that it comes to until it is back at the first, each once."""
        places = [self.move(keys)]
        while (place := self.move(keys)) != places[0]:
            assert len(places) < 60, f"{keys} leads in no circle: {places[-10:]}"
            places.append(place)
        return places


# --- TAP

TESTS = []


def test(function):
    """Declares a test: a function of a Stage. Its doc string is its name."""
    TESTS.append(function)
    return function


def attempt(function):
    """What is wrong, and what the programs have said."""
    with contextlib.suppress(FileNotFoundError):  # each begins with the settings of a first start
        os.unlink(os.path.join(os.environ["XDG_CONFIG_HOME"], "glib-2.0", "settings", "keyfile"))
    stage, problems = Stage(), []
    try:
        function(stage)
    except Exception:  # pylint: disable=broad-except -- whatever it was, it is reported
        problems += traceback.format_exc().splitlines()
        picture = os.path.join(os.environ.get("WEIR_SHOTS", "/tmp"), f"failed-{function.__name__}.png")
        try:
            screenshot(picture)
            problems.append(f"see {picture}")
        except (OSError, subprocess.SubprocessError):
            pass
    problems += stage.end()
    return problems + stage.stalls(), stage.log()


def run():
    failed = 0
    print(f"1..{len(TESTS)}", flush=True)
    for number, function in enumerate(TESTS, 1):
        problems, log = attempt(function)
        print(f"{'not ok' if problems else 'ok'} {number} - {function.__doc__.strip().splitlines()[0]}", flush=True)
        if problems:
            failed += 1
            print("\n".join(f"# {line}" for line in problems + log), flush=True)
    sys.exit(1 if failed else 0)
