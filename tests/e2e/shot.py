#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""shot.py BUILD [PAGE…] [LOOK…]: pictures of the window's pages, each by its name, into BUILD/shots.

Each is taken of a real window with real workers, on a display of exactly its size. Pages: those of shot_pages.py, which
`shot.py BUILD list` prints; without one, all. Looks: light and dark; and, when asked for, contrast, contrast-dark, large
(text of 200 %) and rtl (right to left); all-looks is all of them. Sizes: wide and narrow; without one, both.
"""
import concurrent.futures
import os
import subprocess
import sys

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
    looks = list(LOOKS) if "all-looks" in words else [word for word in words if word in LOOKS] or ["light", "dark"]
    sizes = [word for word in words if word in SIZES] or list(SIZES)
    pages = [word for word in words if word not in LOOKS and word not in SIZES and word != "all-looks"]
    shots = os.path.join(build, "shots")
    os.makedirs(shots, exist_ok=True)
    runs = []
    for look in looks:
        for size in sizes:
            width, height = SIZES[size]
            runs.append({
                **os.environ, **LOOKS[look],
                "WEIR_SCREEN": f"{width}x{height}", "WEIR_SHOTS": shots, "WEIR_SHOT_NAME": f"{size}-{look}",
                "WEIR_SHOT_PAGES": " ".join(pages),
                "WEIR": f"{build}/src/app/weir", "WEIR_ENGINE": f"{build}/src/engine/weir-engine",
                "WEIR_DEMO": f"{build}/src/demo/weir-demo", "FAKE_STOCK": f"{build}/tests/fake-stock",
                "BENCH_FEED": os.environ.get("BENCH_FEED", f"{build}/tests/bench/bench-feed"),
                "INTEROP_SDK": f"{build}/tests/interop/0.22.1/index.mjs",
            })
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        statuses = list(pool.map(lambda env: subprocess.call([f"{HERE}/run.sh", os.path.abspath(__file__)], env=env), runs))
    failed = sum(status != 0 for status in statuses)
    print(f"Pictures are in {shots}" + (f"; {failed} runs failed" if failed else ""))
    return 1 if failed else 0


def one(pages):
    """In there: one size, one look."""
    import shot_pages  # pylint: disable=import-outside-toplevel -- it needs the accessibility bus
    return shot_pages.take(pages)


def list_pages():
    """Without a display, as it is only text: what stands in the lines that declare scenes."""
    with open(os.path.join(HERE, "shot_pages.py"), encoding="utf-8") as source:
        text = source.read()
    for declared in text.split("\n@scene(")[1:]:
        print(" ".join(declared.split(")\ndef ")[0].replace('"', "").replace(",", "").split()))
    return 0


if __name__ == "__main__":
    if "WEIR_SHOT_NAME" in os.environ:
        sys.exit(one(os.environ.get("WEIR_SHOT_PAGES", "").split()))
    if sys.argv[2:] == ["list"]:
        sys.exit(list_pages())
    sys.exit(everything(os.path.abspath(sys.argv[1]), sys.argv[2:]))
