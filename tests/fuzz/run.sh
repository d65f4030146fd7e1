#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# run.sh PROGRAM CORPUS: lets a libFuzzer program look for inputs that break it, for WEIR_FUZZ_SECONDS (10), beginning with
# those of the corpus. What it has found worth keeping goes with the test; an input that breaks it is kept beside the program.
found=$(mktemp -d)
trap 'rm -rf "$found"' EXIT
"$1" -max_total_time="${WEIR_FUZZ_SECONDS:-10}" -max_len=8192 -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 \
  -artifact_prefix="$1-" "$found" "$2" >"$found.log" 2>&1
status=$?
if [ $status != 0 ]; then
  tail -n 60 "$found.log"
else
  echo "$(basename "$1"): $(sed -n 's/^stat::number_of_executed_units: *//p' "$found.log") executions"
fi
rm -f "$found.log"
exit $status
