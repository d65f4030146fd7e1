/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-json.h"

/* A channel's ref: `{"channel_id", "access_key", "direction"}`, the small object by which functions hand each other the
 * end of a channel. The access key is the right to the channel: it is shown masked wherever people look. */

G_BEGIN_DECLS

typedef enum
{
  WEIR_DIRECTION_READ,
  WEIR_DIRECTION_WRITE,
} WeirDirection;

typedef struct
{
  char *channel_id;
  char *access_key;
  WeirDirection direction;
} WeirRef;

WeirRef *weir_ref_new (const char *channel_id, const char *access_key, WeirDirection direction);
WeirRef *weir_ref_copy (const WeirRef *self);
void weir_ref_free (WeirRef *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirRef, weir_ref_free)

const char *weir_direction_to_string (WeirDirection direction); /* "read" or "write" */
gboolean weir_direction_from_string (const char *string, WeirDirection *direction);

/* From an object with the three members; others do not matter (as in the SDKs). Fails with WEIR_JSON_ERROR, whose
 * message names the member that is missing or wrong. @object has been checked. */
WeirRef *weir_ref_from_span (WeirSpan object, GError **error);
WeirRef *weir_ref_from_json (JsonNode *node, GError **error);
JsonNode *weir_ref_to_json (const WeirRef *self);
void weir_ref_append (GString *out, const WeirRef *self);

/* The path and query of its data socket: `/ws/channels/ID?key=KEY&dir=read`, percent-encoded. Holds the key. */
char *weir_ref_dup_path (const WeirRef *self);

/* @path: where the ref stands, as `reader` or `input.parts[2].reader`, cut after some 1000 bytes; valid during the
 * call. Return FALSE to stop. */
typedef gboolean (*WeirRefFunc) (WeirSpan ref, const char *path, gpointer user_data);

/* Every ref in a payload, however deep; refs inside of refs are not looked for. */
void weir_ref_foreach (WeirSpan payload, WeirRefFunc func, gpointer user_data);

/* The end of a channel that is there as a client's own object, where its ref should be: the Node client's writers,
 * readers and channels are written to JSON without complaint, their URL with the access key in it. The key is not given
 * on. */
typedef void (*WeirRefLiveFunc) (const char *channel_id, WeirDirection direction, const char *path, gpointer user_data);

/**
 * weir_ref_foreach_live:
 *
 * Every such object in a payload, as often as it is there. Where there is none it costs no more than a search for two
 * strings of bytes.
 *
 * Returns: whether there is one at all, also one without a URL (a stream of Node's alone, as `writer.stream`), which
 * tells of no channel
 */
gboolean weir_ref_foreach_live (WeirSpan payload, WeirRefLiveFunc func, gpointer user_data);

G_END_DECLS
