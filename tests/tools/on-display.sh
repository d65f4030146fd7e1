#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# on-display.sh COMMAND ARGS…: runs a command on a virtual display of its own, of WEIR_SCREEN (1400x900). The server finds a
# free number by itself: of two `xvfb-run -a` at once one may find taken what it has just seen free.
folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf "$folder"' EXIT
trap 'exit 143' INT TERM

mkfifo "$folder/number"
Xvfb -displayfd 3 -screen 0 "${WEIR_SCREEN:-1400x900}x24" -nolisten tcp 3>"$folder/number" >/dev/null 2>&1 &
server=$!
read -r number <"$folder/number" || {
  echo "Xvfb did not start" >&2
  exit 1
}
DISPLAY=:$number "$@"
