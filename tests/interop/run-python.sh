#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# run-python.sh ENGINE NODE-VERSION NODE-FOLDER SCRIPT PYTHON-VERSION PYTHON-FOLDER: as run.sh does, with the Python client
# too, whose interpreter is CODE_RUN.
here=$(dirname "$0")

if ! why=$("$here/install-python.sh" "$5" "$6"); then
  echo "1..0 # SKIP $why"
  [ "$CI" = true ] && exit 1
  exit 77
fi
export CODE_RUN="$6/venv/bin/python"
exec "$here/run.sh" "$1" "$2" "$3" "$4"
