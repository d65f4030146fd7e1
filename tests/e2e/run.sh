#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# run.sh SCRIPT ARGS…: runs a script with a session bus, a display and a home of its own. What is missing skips the test (77),
# or fails it where CI=true.

cannot_run () {
  echo "1..0 # SKIP $1"
  [ "$CI" = true ] && exit 1
  exit 77
}

for tool in Xvfb dbus-run-session import; do
  command -v $tool >/dev/null || cannot_run "$tool is not installed"
done
/usr/bin/python3 -c 'import gi; gi.require_version("Atspi", "2.0"); from gi.repository import Atspi' 2>/dev/null ||
  cannot_run "python3-gi or gir1.2-atspi-2.0 is not installed"
if [ -n "${INTEROP_SDK:-}" ]; then # the workers of the scenarios: the newest client
  why=$("$(dirname "$0")/../interop/install.sh" 0.22.1 "$(dirname "$INTEROP_SDK")") || cannot_run "$why"
fi

home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
mkdir -p "$home/config/gtk-4.0"
mkdir -m 700 "$home/run"
# As GNOME has it; without its settings daemon GTK would take what it finds.
printf '[Settings]\ngtk-font-name=Cantarell 11\ngtk-decoration-layout=:close\n' >"$home/config/gtk-4.0/settings.ini"
export HOME="$home" XDG_RUNTIME_DIR="$home/run" XDG_CONFIG_HOME="$home/config" XDG_DATA_HOME="$home/data" \
  XDG_CACHE_HOME="$home/cache" XDG_STATE_HOME="$home/state"
export GDK_BACKEND=x11 GSK_RENDERER=cairo GDK_DEBUG=gl-disable GSETTINGS_BACKEND=keyfile LC_ALL=C.UTF-8 TZ=UTC
unset WAYLAND_DISPLAY DISPLAY GTK_A11Y GTK_THEME III_URL WEIR_TOKEN

# Not exec: the trap still has to clean up. Only the script writes to the standard output: the services of the bus would, too.
dbus-run-session -- "$(dirname "$0")/../tools/on-display.sh" \
  sh -c 'exec /usr/bin/python3 -B "$@" >&9 9>&-' sh "$@" 9>&1 >&2
