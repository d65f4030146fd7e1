#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""manual.py PROGRAM PAGE.1: the page has the options that PROGRAM --help lists, in that order, each with the same
argument, and begins with the same words about it."""
import os
import re
import subprocess
import sys


def of_help(program):
    """(option with its argument, what it does) of each but those of every program."""
    text = subprocess.run([program, "--help"], capture_output=True, check=True, text=True, timeout=60,
                          env={**os.environ, "LC_ALL": "C.UTF-8", "COLUMNS": "1000"}).stdout
    options = []
    for line in text.partition("Application Options:\n")[2].splitlines():
        match = re.fullmatch(r"  (-\w, )?(--\S+)\s{2,}(\S.*)", line)
        if not match:
            break
        options.append(((match[1] or "") + match[2], match[3].rstrip(".")))
    return options


def of_page(path):
    """The same of the manual's section OPTIONS."""
    with open(path, encoding="utf-8") as file:
        section = re.search(r"^\.SH OPTIONS\n(.*?)^\.(?:SH|PP)", file.read(), re.MULTILINE | re.DOTALL)[1]
    options = []
    for entry in section.split(".TP\n")[1:]:
        head, _, text = entry.partition("\n")
        option = re.sub(r'^\.BR? |[" ]', "", head).replace("\\-", "-").replace(",", ", ")
        first = re.match(r"(.*?)\.(?:\n|$)", text.replace("\\-", "-"), re.DOTALL)
        options.append((option, first[1].replace("\n", " ") if first else text))
    return options


said, written = of_help(sys.argv[1]), of_page(sys.argv[2])
assert said, "--help lists no options"
for one, other in zip(said, written):
    assert one == other, f"--help says {one}, and the manual {other}"
assert len(said) == len(written), f"--help lists {len(said)} options, and the manual {len(written)}"
