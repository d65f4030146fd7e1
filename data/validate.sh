#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# validate.sh TOOL ARGS…: without the tool the test is skipped (77), or has failed where CI=true.
if ! command -v "$1" >/dev/null; then
  echo "1..0 # SKIP $1 is not installed"
  [ "$CI" = true ] && exit 1
  exit 77
fi
exec "$@"
