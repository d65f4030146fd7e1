#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# run.sh ENGINE VERSION FOLDER SCRIPT: runs a scenario with an iii-sdk installed in FOLDER. What is missing skips the test (77),
# or fails it where CI=true.
engine=$1 version=$2 folder=$3 script=$4

if ! why=$("$(dirname "$0")/install.sh" "$version" "$folder"); then
  echo "1..0 # SKIP $why"
  [ "$CI" = true ] && exit 1
  exit 77
fi
export WEIR_ENGINE="$engine" INTEROP_SDK="$folder/index.mjs"
exec node "$script"
