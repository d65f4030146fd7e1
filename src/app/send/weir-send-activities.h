/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-connection.h"
#include "weir-send-session.h"

/* What the Send page has begun last at each connection: a session, and the call that goes with it. Main thread. */

G_BEGIN_DECLS

typedef struct
{
  WeirSendSession *session;
  WeirCall *call; /* nullable */
} WeirSendActivity;

typedef struct _WeirSendActivities WeirSendActivities;

/* @changed: when a session or a call of any of them has changed. */
WeirSendActivities *weir_send_activities_new (GCallback changed, gpointer user_data);
void weir_send_activities_free (WeirSendActivities *self); /* ends all of them */

/* Instead of what was begun there before, which ends. @call: (nullable) (transfer full) */
WeirSendActivity *weir_send_activities_begin (WeirSendActivities *self, WeirConnection *connection, WeirCall *call);

/* (nullable). @connection: (nullable) */
WeirSendActivity *weir_send_activities_get (WeirSendActivities *self, WeirConnection *connection);

/* Of that activity, another call than before, whose answer nobody waits for any more. @call: (nullable) (transfer full)
 */
void weir_send_activities_set_call (WeirSendActivity *activity, WeirCall *call);

/* Another connection than @connection at which ends are held; NULL: there is none. */
WeirConnection *weir_send_activities_find_other (WeirSendActivities *self, WeirConnection *connection);

/* Of one that was got from here. */
WeirConnection *weir_send_activities_get_connection (WeirSendActivities *self, WeirSendActivity *activity);

/* That which the session is of, at whatever connection; NULL: it was ended. */
WeirSendActivity *weir_send_activities_find (WeirSendActivities *self, WeirSendSession *session);

void weir_send_activities_end (WeirSendActivities *self, WeirConnection *connection);
void weir_send_activities_end_all (WeirSendActivities *self);

/* Whether an end of a channel is held anywhere. */
gboolean weir_send_activities_hold_ends (WeirSendActivities *self);

G_END_DECLS
