#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What is easily forgotten in a file: its licence line, its strings' translation, a spinner that never stops.
cd "$(dirname "$0")/../.." || exit 1
echo "1..3"
failed=0

report () { # NAME OFFENDERS
  n=$((n + 1))
  if [ -z "$2" ]; then
    echo "ok $n - $1"
  else
    echo "not ok $n - $1"
    echo "$2" | sed 's/^/#   /'
    failed=1
  fi
}

sources=$(find src tests data po ui flatpak -name build -prune -o -type f \( -name '*.[ch]' -o -name '*.py' -o -name '*.mjs' -o -name '*.sh' \
  -o -name '*.svg' -o -name '*.ui' -o -name '*.css' -o -name 'meson.build' -o -name '*.xml*' \) -print 2>/dev/null)
# shellcheck disable=SC2086 -- a list of names without spaces
report "every source file names its licence" "$(grep -L 'SPDX-License-Identifier: ' $sources meson.build dev .ci/run)"

translatable=$(grep -rlE '\b(_|N_|C_|ngettext|dgettext) *\(' src --include='*.c'
  grep -rl 'translatable="yes"' ui src --include='*.ui' 2>/dev/null)
report "po/POTFILES lists every file with translatable strings" \
  "$(echo "$translatable" | sort -u | grep . | grep -vxFf po/POTFILES)"

report "no spinner spins out of sight, which has the whole window painted 60 times a second" \
  "$(grep -rl 'name="spinning"' ui)"
exit $failed
