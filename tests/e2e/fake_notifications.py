#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A notification service for tests. Says "ready", then "notify ID TITLE | BODY" and "closed ID"; a line "click ID" on its
standard input is a click on that notification."""
import sys
import threading

import gi
from gi.repository import Gio, GLib

PATH = "/org/freedesktop/Notifications"
NAME = "org.freedesktop.Notifications"
XML = f"""
<node>
  <interface name='{NAME}'>
    <method name='Notify'><arg type='s' direction='in'/><arg type='u' direction='in'/><arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='as' direction='in'/><arg type='a{{sv}}' direction='in'/><arg type='i' direction='in'/><arg type='u' direction='out'/></method>
    <method name='CloseNotification'><arg type='u' direction='in'/></method>
    <method name='GetCapabilities'><arg type='as' direction='out'/></method>
    <method name='GetServerInformation'><arg type='s' direction='out'/><arg type='s' direction='out'/><arg type='s' direction='out'/><arg type='s' direction='out'/></method>
    <signal name='ActionInvoked'><arg type='u'/><arg type='s'/></signal>
    <signal name='NotificationClosed'><arg type='u'/><arg type='u'/></signal>
  </interface>
</node>
"""
given = [0]


def say(*words):
    print(*words, flush=True)


def call(bus, sender, path, interface, method, parameters, invocation):
    arguments = parameters.unpack()
    answer = None
    if method == "Notify":
        given[0] += 1
        number = arguments[1] or given[0]
        title, body = (text.replace("\n", " / ") for text in arguments[3:5])
        say("notify", number, title, "|", body)
        answer = GLib.Variant("(u)", (number,))
    elif method == "CloseNotification":
        say("closed", arguments[0])
    elif method == "GetCapabilities":
        answer = GLib.Variant("(as)", (["actions", "body"],))
    elif method == "GetServerInformation":
        answer = GLib.Variant("(ssss)", ("fake", "weir", "1", "1.2"))
    invocation.return_value(answer)


def main():
    bus = Gio.bus_get_sync(Gio.BusType.SESSION)
    bus.register_object(PATH, Gio.DBusNodeInfo.new_for_xml(XML).interfaces[0], call, None, None)
    Gio.bus_own_name_on_connection(bus, NAME, Gio.BusNameOwnerFlags.NONE, lambda *_: say("ready"), None)

    def read():
        for line in sys.stdin:
            number = int(line.split()[1])
            GLib.idle_add(lambda n=number: bus.emit_signal(None, PATH, NAME, "ActionInvoked",
                                                           GLib.Variant("(us)", (n, "default"))) and False)
    threading.Thread(target=read, daemon=True).start()
    GLib.MainLoop().run()


main()
