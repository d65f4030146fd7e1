/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/* The command behind a relay: `weir-relay -- npm start`. It has the terminal, and all that is done to the relay is done
 * to it; the relay ends when it ends, as it ended. */

G_BEGIN_DECLS

typedef struct _WeirRelayCommand WeirRelayCommand;

/* Before any thread is started, and before this process changes its limits, which the command gets as they are now. The
 * signals that a relay and its command share are taken from a descriptor from now on, also by who runs no command;
 * those that this process ignores stay ignored. */
void weir_relay_command_prepare (void);

/* @signal: of those; @is_from_terminal: everything in the foreground has got it already. */
typedef void (*WeirRelaySignalFunc) (int signal, gboolean is_from_terminal, gpointer user_data);
GSource *weir_relay_command_signal_source_new (WeirRelaySignalFunc func, gpointer user_data);

/* As a shell has it: what the command returned, or 128 + the signal that ended it. */
typedef void (*WeirRelayCommandFunc) (int status, gpointer user_data);

/* @argv: looked for in PATH. @url: its `III_URL`. A `WEIR_POINT_TOKEN` is not for it. */
WeirRelayCommand *weir_relay_command_new (const char *const *argv, const char *url, WeirRelayCommandFunc ended,
                                          gpointer user_data, GError **error);

/* The command goes on, if it has not ended. */
void weir_relay_command_free (WeirRelayCommand *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirRelayCommand, weir_relay_command_free)

void weir_relay_command_send_signal (WeirRelayCommand *self, int signal);

G_END_DECLS
