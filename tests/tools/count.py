#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts what really ran: count.py TESTLOG.JSON STATUS-OF-MESON

A program that speaks TAP counts by its cases, any other as one. A program that failed without a failed case (it crashed,
hung, or a sanitizer spoke after the last case) counts as one more failure, and the lines that say why are shown once more
at the end. Where CI=true, a program that could not run has failed.
"""
import json
import os
import re
import sys

CASE = re.compile(r"^(not )?ok\b(.*)$", re.MULTILINE)
DIRECTIVE = re.compile(r"#\s*(skip|todo)\S*\s*(.*)", re.IGNORECASE)
WHY = re.compile(
    r"^(?:not ok\b|SUMMARY: |.*\bERROR\b|# AssertionError|# weir: stall|#   \w+ weir-\S+\.c:|# .*waited in vain).*|^/\S+\(.*\)\[0x[0-9a-f]+\]$",
    re.MULTILINE)
MAX_WHYS = 32
GOOD = {"OK", "EXPECTEDFAIL"}


def count(run):
    """One program's (passed, failed, skipped)."""
    passed = failed = skipped = 0
    out = run.get("stdout") or ""
    if re.search(r"^1\.\.\d+", out, re.MULTILINE):
        for negated, rest in CASE.findall(out):
            directive = DIRECTIVE.search(rest)
            if directive and directive[1].lower() == "skip":
                skipped += 1
            elif negated and not directive:
                failed += 1
            else:
                passed += 1
    if run["result"] == "SKIP" and passed + skipped == 0:
        skipped = 1
    elif run["result"] in GOOD and passed + failed + skipped == 0:
        passed = 1
    elif run["result"] not in GOOD | {"SKIP"} and failed == 0:
        failed = 1
    if run["result"] == "SKIP" and os.environ.get("CI") == "true":
        failed, skipped = failed + skipped, 0
    return passed, failed, skipped


def main(path, status):
    try:
        with open(path, encoding="utf-8") as log:
            runs = [json.loads(line) for line in log if line.strip()]
    except FileNotFoundError:
        runs = []
    totals = [0, 0, 0]
    for run in runs:
        counts = count(run)
        totals = [a + b for a, b in zip(totals, counts)]
        if counts[1]:
            print(f"FAILED: {run['name']} ({run['result'].lower()})")
            whys = WHY.findall((run.get("stdout") or "") + "\n" + (run.get("stderr") or ""))
            for why in list(dict.fromkeys(whys))[:MAX_WHYS]:
                print(f"  {why[:200]}")
        if counts[2]:
            reasons = DIRECTIVE.findall(run.get("stdout") or "")
            print(f"SKIPPED: {run['name']}: " + ("; ".join(sorted({r for _, r in reasons if r})) or "it did not say why"))
    passed, failed, skipped = totals
    if status != 0 and failed == 0:
        failed = 1
        print(f"FAILED: meson test ended with {status}")
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
