# SPDX-License-Identifier: GPL-3.0-or-later
"""What the window costs: processor time, frames and memory, against the budgets of the architecture.

A point of bench-feed's makes the channels up, so that nobody else's work is in the figures; the last scene is a real
engine with the sample workers. Everything is measured of the window's process alone, under Xvfb, drawn by cairo.
`--short`: a few seconds for each scene, to see that all of it works. Names of scenes: only those.
"""
import os
import re
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))
from stage import Stage, find, look, name_of, outside_lists, press, select, table_rows, wait  # noqa: E402

SHORT = "--short" in sys.argv
ONLY = [name for name in sys.argv[1:] if not name.startswith("-")]
TICK = os.sysconf("SC_CLK_TCK")
KIB = 1024
MIB = 1024 * KIB


def seconds(long):
    return min(long, 5) if SHORT else long


# --- measuring

def cpu_of(pid):
    """Seconds of processor time that a process has taken."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def memory_of(pid):
    """Its memory, without what it shares with files: a list of messages on disk is mapped, not kept."""
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return int(re.search(r"RssAnon:\s+(\d+)", status.read())[1]) * KIB


def descriptors_of(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def slope(points):
    """Bytes a minute of [(second, bytes)…] by least squares."""
    n = len(points)
    if n < 3:
        return 0
    mean_x = sum(x for x, _ in points) / n
    mean_y = sum(y for _, y in points) / n
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return 60 * sum((x - mean_x) * (y - mean_y) for x, y in points) / spread


def frames_of(lines):
    """[(µs, µs of processor time)…] of the lines that WEIR_DEBUG=frames writes."""
    pairs = (pair.split("/") for line in lines if line.startswith("weir: frames ") for pair in line.split()[2:])
    return [(int(wall), int(cpu)) for wall, cpu in pairs]


class Span:
    """What a window did in some seconds."""

    def __init__(self, window, duration):
        first_line = len(window.lines)
        begin, cpu = time.monotonic(), cpu_of(window.pid)
        self.memory = [(0, memory_of(window.pid))]
        while (left := begin + duration - time.monotonic()) > 0:
            time.sleep(min(left, 10 if duration > 60 else 1))
            self.memory.append((time.monotonic() - begin, memory_of(window.pid)))
        self.duration = time.monotonic() - begin
        self.share = (cpu_of(window.pid) - cpu) / self.duration
        self.frames = frames_of(window.lines[first_line:])

    def quantiles(self, of):
        values = sorted(frame[of] / 1000 for frame in self.frames) or [0]
        return [values[min(len(values) - 1, int(len(values) * q))] for q in (0.5, 0.95, 0.99, 1)]

    def in_time(self, of):
        return sum(frame[of] < 16000 for frame in self.frames) / max(1, len(self.frames))


# --- telling

def say(what, figure, budget=None, is_met=None):
    verdict = "" if budget is None else f"budget {budget}: {'met' if is_met else 'MISSED'}"
    print(f"  {what:<42}{figure:>24}  {verdict}".rstrip(), flush=True)


def say_span(span, share=None, frames=None):
    say("processor time, of one core", f"{100 * span.share:.1f} %", share and f"≤ {100 * share:.0f} %",
        share and span.share <= share)
    say("frames", f"{len(span.frames)} ({len(span.frames) / span.duration:.0f}/s)")
    for of, name in ((1, "of processor time"), (0, "by the clock")):
        say(f"  {name}: p50, p95, p99, max, ms", " ".join(f"{value:.1f}" for value in span.quantiles(of)))
    say("  under 16 ms of processor time", f"{100 * span.in_time(1):.1f} %", frames and f"≥ {100 * frames:.0f} %",
        frames and span.in_time(1) >= frames)
    say("  under 16 ms by the clock", f"{100 * span.in_time(0):.1f} %")
    first, last = span.memory[0][1], span.memory[-1][1]
    say("memory at first, at last, MiB", f"{first / MIB:.1f} {last / MIB:.1f}")
    late = [point for point in span.memory if point[0] > span.duration / 2]
    say("  its slope in the second half, KiB/min", f"{slope(late) / KIB:.0f}")


# --- what happens in the window

def open_window(stage, *feed_options):
    """A window that watches channels that are made up, once it has drawn them."""
    engine = stage.engine("127.0.0.1:0", "--name", "x" * 200)  # its own point's name is too long to be believed
    feed = stage.start(os.environ["BENCH_FEED"], "--url", engine.url, *feed_options)
    feed.line("^ready$")
    window = stage.window("--url", engine.url, WEIR_DEBUG="frames")
    window.feed = feed
    wait(lambda: channel_row(window), "a channel in the list", 60)
    return window


def channel_row(window):
    rows = table_rows(look(window.root, "tree table", "Channels"))
    return rows[0] if rows else None


def open_details(window):
    select(channel_row(window))
    find(window.root, "push button", "Tap")


def open_tap(window):
    open_details(window)
    press(find(window.root, "push button", "Tap"))


def wait_rows(window, n):
    """Until that many messages are in the list. What one node says is asked for anew: it may be another's place soon."""
    def count():
        label = next((node for node in outside_lists(window.root) if re.search(r"^\d[^a-z]* rows?\b", name_of(node))), None)
        return int(re.sub(r"\D", "", name_of(label).partition("row")[0])) if label else 0
    wait(lambda: count() >= n, f"{n} messages in the list", 300)


def xdotool(*arguments):
    subprocess.run(["xdotool", *arguments], check=True, stdout=subprocess.DEVNULL)


def on_window(window, *arguments):
    """What xdotool is to do with a window. False: it is not installed."""
    if shutil.which("xdotool") is None:
        say("xdotool is not installed", "not measured")
        return False
    xdotool("search", "--pid", str(window.pid), "--onlyvisible", "--name", ".", *arguments)
    return True


def settle():
    time.sleep(1 if SHORT else 5)


# --- scenes

def thousand(stage):
    """1 000 channels, each with 4 samples a second, the details of one open"""
    window = open_window(stage, "--channels", "1000")
    open_details(window)
    settle()
    before = descriptors_of(window.pid)
    say_span(Span(window, seconds(300)), share=0.15, frames=0.95)
    say("descriptors more than at first", str(descriptors_of(window.pid) - before))


def ten_thousand(stage):
    """10 000 channels, a thousand of which move, the details of one open; then all are forgotten"""
    window = open_window(stage, "--channels", "10000", "--every", "10")
    open_details(window)
    settle()
    say_span(Span(window, seconds(300)))
    window.feed.process.send_signal(signal.SIGUSR1)
    wait(lambda: channel_row(window) is None, "no channel in the list", 60)
    settle()
    say("memory after all were forgotten, MiB", f"{memory_of(window.pid) / MIB:.1f}")


def hidden(stage):
    """1 000 channels, and the window is minimised"""
    window = open_window(stage, "--channels", "1000")
    if not on_window(window, "windowunmap"):
        return
    settle()
    span = Span(window, seconds(20))
    say("processor time, of one core", f"{100 * span.share:.1f} %", "< 1 %", span.share < 0.01)
    say("frames", str(len(span.frames)))


def quiet(stage):
    """20 channels in which nothing moves: what is drawn then is drawn for nobody"""
    window = open_window(stage, "--channels", "20", "--every", "100")
    settle()
    span = Span(window, seconds(20))
    say("processor time, of one core", f"{100 * span.share:.1f} %")
    say("frames", f"{len(span.frames) / span.duration:.0f}/s")


def tap(stage):
    """A tap of 20 000 messages of 200 bytes a second, followed"""
    window = open_window(stage, "--channels", "20", "--tap-rate", "20000")
    open_tap(window)
    wait_rows(window, 1)
    settle()
    say_span(Span(window, seconds(60)), frames=0.95)
    window.feed.end()
    say("sent, dropped on the way to the window", window.feed.line(r"^sent (.*)$")[1].replace(", dropped", ""))


def million(stage):
    """A tap with 1 000 000 messages of 200 bytes"""
    n = 100000 if SHORT else 1000000
    window = open_window(stage, "--channels", "20", "--tap-messages", str(n))
    before, begin = memory_of(window.pid), time.monotonic()
    open_tap(window)
    wait_rows(window, n)
    passed = time.monotonic() - begin
    say("received and shown", f"{passed:.1f} s, {n / passed:,.0f}/s")
    say("memory more than before, bytes a message", f"{(memory_of(window.pid) - before) / n:.0f}")
    if not on_window(window, "windowfocus"):
        return
    xdotool("mousemove", "500", "400", "click", "1")
    first_line = len(window.lines)
    xdotool("key", "--delay", "30", "Home", *["Page_Down"] * 30, "End", *["Page_Up"] * 30, "Home")
    settle()
    span = Span(window, 1)
    span.frames = frames_of(window.lines[first_line:])
    say("scrolled by pages, frames: p50 p95 p99 max", " ".join(f"{value:.1f}" for value in span.quantiles(1)))
    say("  under 16 ms of processor time", f"{100 * span.in_time(1):.1f} %", "≥ 95 %", span.in_time(1) >= 0.95)


def demo(stage):
    """A real engine with the sample workers, the details of one channel open"""
    engine = stage.engine()
    stage.start(os.environ["WEIR_DEMO"], "--url", engine.url)
    window = stage.window("--url", engine.url, WEIR_DEBUG="frames")
    wait(lambda: channel_row(window), "a channel in the list", 60)
    open_details(window)
    settle()
    say_span(Span(window, seconds(60)), share=0.15, frames=0.95)


def main():
    print("The window under Xvfb, drawn by cairo" + (", a few seconds each: figures of no worth" if SHORT else ""))
    failed = 0
    for scene in (thousand, ten_thousand, hidden, quiet, tap, million, demo):
        if ONLY and scene.__name__ not in ONLY:
            continue
        print(scene.__doc__, flush=True)
        stage = Stage()
        try:
            scene(stage)
        except Exception as error:  # pylint: disable=broad-except -- the other scenes still tell something
            failed += 1
            print(f"  failed: {error}", *stage.log()[-5:], sep="\n    ")
        finally:
            stage.end()
    sys.exit(1 if failed else 0)


main()
