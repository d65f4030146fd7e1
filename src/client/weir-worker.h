/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include "weir-channel-reader.h"
#include "weir-channel-writer.h"
#include "weir-invocation.h"
#include "weir-json.h"

/* A worker's session with an engine. It connects, announces itself, and reconnects with the documented backoff (1 s ×
 * 2ⁿ, at most 30 s, ± 30 %) for ever, from its beginning again once the engine has taken the worker; on a new
 * connection it sends `reattach` first, then its announce, then all of its registrations, then what was waiting. Pings
 * every 20 s, 60 s of silence count as lost (§1.5, §2 of the protocol notes). An engine that has no place for the
 * worker (its name is taken) stops it: STOPPED, with "last-error". wss:// trusts the default GTlsDatabase. */

G_BEGIN_DECLS

#define WEIR_WORKER_ERROR (weir_worker_error_quark ())
GQuark weir_worker_error_quark (void);

typedef enum
{
  WEIR_WORKER_ERROR_NOT_CONNECTED, /* also: lost before the answer came; or too much is waiting already */
  WEIR_WORKER_ERROR_TIMED_OUT,     /* ours: engines have none (§3.5). The call goes on over there */
  WEIR_WORKER_ERROR_REMOTE,  /* the engine or the function answered with an error: see weir_worker_error_get_code () */
  WEIR_WORKER_ERROR_STOPPED, /* weir_worker_stop () */
  WEIR_WORKER_ERROR_TOO_LARGE,         /* a message of more than 16 MiB would cost the connection */
  WEIR_WORKER_ERROR_BAD_ANSWER,        /* the peer's answer is not what the protocol says */
  WEIR_WORKER_ERROR_NOBODY_LISTENS,    /* the address is good, and nothing listens there */
  WEIR_WORKER_ERROR_WANTS_TOKEN,       /* the engine answered 401, and was given no token */
  WEIR_WORKER_ERROR_WRONG_TOKEN,       /* the engine answered 401, and was given one */
  WEIR_WORKER_ERROR_NO_GREETING,       /* the WebSocket is open, and no `workerregistered` came */
  WEIR_WORKER_ERROR_NO_WEBSOCKET,      /* an HTTP server answered, and opens no WebSocket there */
  WEIR_WORKER_ERROR_NAME_TAKEN,        /* another live worker of the engine has this one's name */
  WEIR_WORKER_ERROR_FULL,              /* the engine has as many workers as it may have */
  WEIR_WORKER_ERROR_UNKNOWN_AUTHORITY, /* TLS: nobody who is trusted has signed its certificate */
  WEIR_WORKER_ERROR_BAD_CERTIFICATE,   /* TLS: it is refused for another reason, which the message says */
} WeirWorkerError;

typedef enum
{
  WEIR_WORKER_STOPPED,
  WEIR_WORKER_CONNECTING,
  WEIR_WORKER_CONNECTED, /* `workerregistered` has come */
  WEIR_WORKER_WAITING,   /* for the next try, see weir_worker_get_retry_at_us () */
} WeirWorkerState;

#define WEIR_WORKER_DEFAULT_URL        "ws://127.0.0.1:49134"
#define WEIR_WORKER_DEFAULT_TIMEOUT_MS 30000

#define WEIR_TYPE_WORKER (weir_worker_get_type ())
G_DECLARE_FINAL_TYPE (WeirWorker, weir_worker, WEIR, WORKER, GObject)

/* @url: (nullable): else `III_URL` of the environment, else the default. @name: (nullable): else `III_WORKER_NAME`,
 * else `HOST:PID`. */
WeirWorker *weir_worker_new (const char *url, const char *name);

const char *weir_worker_get_url (WeirWorker *self);
void weir_worker_set_description (WeirWorker *self, const char *description);
const char *weir_worker_get_name (WeirWorker *self);
/* While STOPPED: what it is called from its next start on. */
void weir_worker_set_name (WeirWorker *self, const char *name);
/* Sent as `Authorization: Bearer` with the handshake. Never logged. */
void weir_worker_set_token (WeirWorker *self, const char *token);
/* @headers: (nullable) (array zero-terminated): names and values in turn, which every handshake of this worker says
 * besides, its channels' too: for a proxy on the way. Never logged. */
void weir_worker_set_headers (WeirWorker *self, const char *const *headers);

void weir_worker_start (WeirWorker *self);
/* Closes the session; pending calls fail with STOPPED. Idempotent. */
void weir_worker_stop (WeirWorker *self);
/* While WAITING: try now. */
void weir_worker_retry_now (WeirWorker *self);

/* Properties, read-only, notified: "state" (uint: a WeirWorkerState), "worker-id", "retry-at-us", "last-error". */
/* As the engine calls it on this connection, or did on the last; NULL before the first. */
const char *weir_worker_get_id (WeirWorker *self);
WeirWorkerState weir_worker_get_state (WeirWorker *self);
const char *weir_worker_get_worker_id (WeirWorker *self);    /* NULL before the first connection */
gint64 weir_worker_get_retry_at_us (WeirWorker *self);       /* monotonic; 0 unless WAITING */
const GError *weir_worker_get_last_error (WeirWorker *self); /* why the last connection failed or ended */
/* Time between the last protocol-level ping and its pong; 0 before the first. */
gint64 weir_worker_get_latency_us (WeirWorker *self);

/**
 * weir_worker_check_silence_us:
 * @now_us: monotonic
 *
 * Asks the engine for a sign of life if it has given none for a second, ahead of the ping that is due every 20 s: to be
 * called some times a second while somebody wants to know.
 *
 * Returns: µs: for how long nothing has come from it, on this connection or, while there is none, on the last. 0: it
 * answers, or has still a second to.
 */
gint64 weir_worker_check_silence_us (WeirWorker *self, gint64 now_us);

/* --- functions --- */

/* @invocation is lent: take a reference to answer later. */
typedef void (*WeirFunctionFunc) (WeirInvocation *invocation, gpointer user_data);

/* @metadata: (nullable) (transfer none). Known again after each reconnect. A second registration of an id replaces the
 * first. */
void weir_worker_register_function (WeirWorker *self, const char *id, const char *description, JsonNode *metadata,
                                    WeirFunctionFunc func, gpointer user_data, GDestroyNotify destroy);

/* The same with JSON Schemas of what it takes and returns, for those who call it. @request_schema, @response_schema:
 * (nullable) (transfer none) */
void weir_worker_register_function_with_schemas (WeirWorker *self, const char *id, const char *description,
                                                 JsonNode *metadata, JsonNode *request_schema,
                                                 JsonNode *response_schema, WeirFunctionFunc func, gpointer user_data,
                                                 GDestroyNotify destroy);
void weir_worker_unregister_function (WeirWorker *self, const char *id);

/* Returns: (transfer full): the trigger's id. */
char *weir_worker_register_trigger (WeirWorker *self, const char *trigger_type, const char *function_id,
                                    JsonNode *config);
void weir_worker_unregister_trigger (WeirWorker *self, const char *id);

/* --- calls --- */

/**
 * weir_worker_trigger_async:
 * @payload: (nullable) (transfer none)
 * @timeout_ms: 0: WEIR_WORKER_DEFAULT_TIMEOUT_MS
 *
 * While the worker is not connected the call waits for the connection, at most @timeout_ms in all. Once it was sent, it
 * fails with the connection: an engine drops the answer to a caller that has gone, though the function may have run. At
 * most 1000 calls may be pending; one more fails at once.
 *
 * The result is a #GTask of @cancellable: a caller that has begun anew tells a stale answer by
 * g_task_get_cancellable ().
 */
void weir_worker_trigger_async (WeirWorker *self, const char *function_id, JsonNode *payload, guint timeout_ms,
                                GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* Returns: (transfer full): JSON null where the function returned nothing. */
JsonNode *weir_worker_trigger_finish (WeirWorker *self, GAsyncResult *result, GError **error);

/* Sends and forgets. FALSE if not connected or too large. */
gboolean weir_worker_trigger_void (WeirWorker *self, const char *function_id, JsonNode *payload, GError **error);

/**
 * weir_worker_trigger_text_async:
 * @payload: JSON that weir_json_check () has passed; copied
 *
 * The same for those who care for the text: it goes to the engine as it stands, and the answer comes as it was sent.
 */
void weir_worker_trigger_text_async (WeirWorker *self, const char *function_id, WeirSpan payload, guint timeout_ms,
                                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* Returns: (transfer full): JSON, checked; `null` where the function returned nothing. */
GBytes *weir_worker_trigger_text_finish (WeirWorker *self, GAsyncResult *result, GError **error);

/**
 * weir_worker_trigger_late_async:
 * @timed_out: of weir_worker_trigger_text_async (), which has just failed with TIMED_OUT
 *
 * Waits on for its answer, which may well come: an hour at most, and as long as the connection lasts. Finished as that
 * was.
 *
 * Returns: FALSE: it was never sent, or too many are waited for: there will be no callback
 */
gboolean weir_worker_trigger_late_async (WeirWorker *self, GAsyncResult *timed_out, GCancellable *cancellable,
                                         GAsyncReadyCallback callback, gpointer user_data);
gboolean weir_worker_trigger_text_void (WeirWorker *self, const char *function_id, WeirSpan payload, GError **error);

/* The `code` of an error of domain WEIR_WORKER_ERROR_REMOTE, as `function_not_found`; else NULL. */
const char *weir_worker_error_get_code (const GError *error);

/* --- channels --- */

typedef struct
{
  WeirChannelWriter *writer;
  WeirChannelReader *reader;
  WeirRef *writer_ref;
  WeirRef *reader_ref;
} WeirChannelPair;

void weir_channel_pair_free (WeirChannelPair *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirChannelPair, weir_channel_pair_free)

/* @buffer_size: messages; 0: the engine's default (64). */
void weir_worker_create_channel_async (WeirWorker *self, guint buffer_size, GCancellable *cancellable,
                                       GAsyncReadyCallback callback, gpointer user_data);
WeirChannelPair *weir_worker_create_channel_finish (WeirWorker *self, GAsyncResult *result, GError **error);

/* Ends of a ref that came some other way. (transfer full) */
WeirChannelWriter *weir_worker_open_writer (WeirWorker *self, const WeirRef *ref);
WeirChannelReader *weir_worker_open_reader (WeirWorker *self, const WeirRef *ref);

G_END_DECLS
