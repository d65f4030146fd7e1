#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# install-python.sh VERSION FOLDER: a virtual environment in FOLDER with that iii-sdk of PyPI, once. Says why it could not.
version=$1 folder=$2

fail () {
  echo "$1"
  exit 1
}

python=$(command -v python3) || fail "python3 is not installed"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))' || fail "python3 is older than 3.10, which iii-sdk wants"
"$python" -c 'import ensurepip, venv' 2>/dev/null || fail "python3-venv is not installed"
mkdir -p "$folder" || exit

(
  flock 9
  [ "$(cat "$folder/installed" 2>/dev/null)" = "$version" ] && exit
  rm -rf "$folder/venv" &&
    "$python" -m venv "$folder/venv" &&
    "$folder/venv/bin/pip" install --quiet --disable-pip-version-check --cache-dir "$folder/cache" "iii-sdk==$version" >&2 &&
    echo "$version" >"$folder/installed"
) 9>"$folder/lock" || fail "pip could not install iii-sdk $version"
