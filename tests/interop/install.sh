#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# install.sh VERSION FOLDER: npm installs that iii-sdk into FOLDER, once. Two that ask at the same time share one installation.
# Says why it could not.
version=$1 folder=$2
source=$(dirname "$0")/sdk-$version

fail () {
  echo "$1"
  exit 1
}

command -v node >/dev/null || fail "node is not installed"
command -v npm >/dev/null || fail "npm is not installed"
mkdir -p "$folder" && cp "$source/package.json" "$source/index.mjs" "$folder" || exit
(
  flock 9
  cmp -s "$source/package-lock.json" "$folder/installed" && exit
  cp "$source/package-lock.json" "$folder" && cd "$folder" &&
    npm ci --ignore-scripts --no-audit --no-fund --cache "$folder/cache" </dev/null >&2 &&
    cp package-lock.json installed
) 9>"$folder/lock" || fail "npm could not install iii-sdk $version"
