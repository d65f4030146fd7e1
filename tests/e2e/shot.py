#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""shot.py BUILD [PAGE…]: pictures of every page, light and dark, wide and narrow, into BUILD/shots.

Each picture is taken of a real window with the sample workers, on a display of exactly its size.
"""
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
SIZES = {"wide": (1400, 900), "narrow": (360, 720)}
SCHEMES = {"light": "prefer-light", "dark": "prefer-dark"}


def everything(build, pages):
    """Starts this script once for each size and scheme, under a display of that size."""
    shots = os.path.join(build, "shots")
    os.makedirs(shots, exist_ok=True)
    failed = 0
    for size, (width, height) in SIZES.items():
        for scheme, value in SCHEMES.items():
            env = {
                **os.environ,
                "WEIR_SCREEN": f"{width}x{height}", "WEIR_SHOTS": shots, "WEIR_SHOT_NAME": f"{size}-{scheme}",
                "ADW_DEBUG_COLOR_SCHEME": value, "WEIR_SHOT_PAGES": " ".join(pages),
                "WEIR": f"{build}/src/app/weir", "WEIR_ENGINE": f"{build}/src/engine/weir-engine",
                "WEIR_DEMO": f"{build}/src/demo/weir-demo",
            }
            failed += subprocess.run([f"{HERE}/run.sh", os.path.abspath(__file__)], env=env, check=False).returncode != 0
    print(f"Pictures are in {shots}" + (f"; {failed} runs failed" if failed else ""))
    return 1 if failed else 0
