#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# install.sh VERSION FOLDER: npm installs that iii-sdk into FOLDER, once. Two that ask at the same time share one installation.
# Says why it could not.
version=$1 folder=$2
source=$(cd "$(dirname "$0")" && pwd)/sdk-$version

fail () {
  echo "$1"
  exit 1
}

command -v node >/dev/null || fail "node is not installed"
command -v npm >/dev/null || fail "npm is not installed"
mkdir -p "$folder" || exit

put () { # FILE: whole or not at all, as others may be reading it
  cmp -s "$source/$1" "$folder/$1" || { cp "$source/$1" "$folder/$1.new" && mv "$folder/$1.new" "$folder/$1"; }
}

(
  flock 9
  put package.json && put index.mjs || exit
  cmp -s "$source/package-lock.json" "$folder/installed" && exit
  put package-lock.json && cd "$folder" &&
    npm ci --ignore-scripts --no-audit --no-fund --cache "$folder/cache" </dev/null >&2 &&
    cp "$source/package-lock.json" installed
) 9>"$folder/lock" || fail "npm could not install iii-sdk $version"
