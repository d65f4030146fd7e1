#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""fake_keyring.py [mute | locked]: a secret service for tests, as far as libsecret asks: one collection, unlocked, sessions in plain.

Says "ready" when it is on the bus; then a line for each item that it has been given ("stored ADDRESS") or that was taken
from it ("deleted ADDRESS"), never with the secret. "mute": it takes every call and answers none, as a keyring whose user
is asked for a password and has gone for lunch. "locked": it answers, but to unlock what it has it prompts, and nobody
answers the prompt.
"""
import sys

import gi
from gi.repository import Gio, GLib

ROOT = "/org/freedesktop/secrets"
COLLECTION = ROOT + "/collection/login"
INTERFACES = """
<node>
  <interface name='org.freedesktop.Secret.Service'>
    <method name='OpenSession'><arg type='s' direction='in'/><arg type='v' direction='in'/><arg type='v' direction='out'/><arg type='o' direction='out'/></method>
    <method name='SearchItems'><arg type='a{ss}' direction='in'/><arg type='ao' direction='out'/><arg type='ao' direction='out'/></method>
    <method name='Unlock'><arg type='ao' direction='in'/><arg type='ao' direction='out'/><arg type='o' direction='out'/></method>
    <method name='GetSecrets'><arg type='ao' direction='in'/><arg type='o' direction='in'/><arg type='a{o(oayays)}' direction='out'/></method>
    <method name='ReadAlias'><arg type='s' direction='in'/><arg type='o' direction='out'/></method>
    <property name='Collections' type='ao' access='read'/>
  </interface>
  <interface name='org.freedesktop.Secret.Collection'>
    <method name='CreateItem'><arg type='a{sv}' direction='in'/><arg type='(oayays)' direction='in'/><arg type='b' direction='in'/><arg type='o' direction='out'/><arg type='o' direction='out'/></method>
    <method name='SearchItems'><arg type='a{ss}' direction='in'/><arg type='ao' direction='out'/></method>
    <property name='Items' type='ao' access='read'/>
    <property name='Label' type='s' access='read'/>
    <property name='Locked' type='b' access='read'/>
    <property name='Created' type='t' access='read'/>
    <property name='Modified' type='t' access='read'/>
  </interface>
  <interface name='org.freedesktop.Secret.Prompt'>
    <method name='Prompt'><arg type='s' direction='in'/></method>
    <method name='Dismiss'/>
    <signal name='Completed'><arg type='b'/><arg type='v'/></signal>
  </interface>
  <interface name='org.freedesktop.Secret.Item'>
    <method name='Delete'><arg type='o' direction='out'/></method>
    <property name='Locked' type='b' access='read'/>
    <property name='Attributes' type='a{ss}' access='read'/>
    <property name='Label' type='s' access='read'/>
    <property name='Created' type='t' access='read'/>
    <property name='Modified' type='t' access='read'/>
  </interface>
</node>
"""
MUTE = "mute" in sys.argv
LOCKED = "locked" in sys.argv
PROMPT = ROOT + "/prompt/1"
BY_NAME = {node.name: node for node in Gio.DBusNodeInfo.new_for_xml(INTERFACES).interfaces}
items = {}  # path: (attributes, secret, content type, registration)


def say(*words):
    print(*words, flush=True)


def found(attributes):
    return [path for path, item in items.items() if all(item[0].get(k) == v for k, v in attributes.items())]


def create(bus, properties, secret):
    attributes = properties["org.freedesktop.Secret.Item.Attributes"]
    for path in found(attributes):
        bus.unregister_object(items.pop(path)[3])
    create.count += 1
    path = f"{COLLECTION}/{create.count}"
    registration = bus.register_object(path, BY_NAME["org.freedesktop.Secret.Item"], call, get, None)
    items[path] = (attributes, bytes(secret[2]), secret[3], registration)
    say("stored", attributes.get("url"))
    return path


create.count = 0


def call(bus, sender, path, interface, method, parameters, invocation):
    if MUTE:
        say("asked", method)
        call.unanswered.append(invocation)
        return
    arguments = parameters.unpack()
    answer = None
    if method == "OpenSession":
        if arguments[0] != "plain":
            invocation.return_dbus_error("org.freedesktop.DBus.Error.NotSupported", "only plain")
            return
        answer = GLib.Variant("(vo)", (GLib.Variant("s", ""), ROOT + "/session/1"))
    elif method == "SearchItems":
        paths = found(arguments[0])
        if LOCKED and interface.endswith("Service"):
            say("searched")
            invocation.return_value(GLib.Variant("(aoao)", ([], [COLLECTION + "/locked"])))
            return
        answer = GLib.Variant("(aoao)", (paths, [])) if interface.endswith("Service") else GLib.Variant("(ao)", (paths,))
    elif method == "Unlock":
        answer = GLib.Variant("(aoo)", ([], PROMPT) if LOCKED else (arguments[0], "/"))
    elif method == "Prompt":
        say("prompted")
        answer = GLib.Variant("()", ())
    elif method == "GetSecrets":
        secrets = {p: (arguments[1], b"", items[p][1], items[p][2]) for p in arguments[0] if p in items}
        answer = GLib.Variant("(a{o(oayays)})", (secrets,))
    elif method == "ReadAlias":
        answer = GLib.Variant("(o)", (COLLECTION,))
    elif method == "CreateItem":
        answer = GLib.Variant("(oo)", (create(bus, *arguments[:2]), "/"))
    elif method == "Delete":
        attributes, _, _, registration = items.pop(path)
        bus.unregister_object(registration)
        say("deleted", attributes.get("url"))
        answer = GLib.Variant("(o)", ("/",))
    invocation.return_value(answer)


call.unanswered = []


def get(bus, sender, path, interface, name):
    values = {
        "Collections": GLib.Variant("ao", [COLLECTION]), "Items": GLib.Variant("ao", list(items)),
        "Label": GLib.Variant("s", "Login"), "Locked": GLib.Variant("b", LOCKED),
        "Created": GLib.Variant("t", 1), "Modified": GLib.Variant("t", 1),
    }
    if name == "Attributes":
        return GLib.Variant("a{ss}", items[path][0] if path in items else {})
    return values[name]


def main():
    bus = Gio.bus_get_sync(Gio.BusType.SESSION)
    bus.register_object(ROOT, BY_NAME["org.freedesktop.Secret.Service"], call, get, None)
    for path in (COLLECTION, ROOT + "/aliases/default"):
        bus.register_object(path, BY_NAME["org.freedesktop.Secret.Collection"], call, get, None)
    if LOCKED:
        bus.register_object(PROMPT, BY_NAME["org.freedesktop.Secret.Prompt"], call, get, None)
        bus.register_object(COLLECTION + "/locked", BY_NAME["org.freedesktop.Secret.Item"], call, get, None)
    Gio.bus_own_name_on_connection(bus, "org.freedesktop.secrets", Gio.BusNameOwnerFlags.NONE,
                                   lambda *_: say("ready"), None)
    GLib.MainLoop().run()


main()
