/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-ref.h"

/* Strings in a payload that stand for refs of channels: `"$reader"` and `"$writer"` for an input and an output of the
 * function, `"$reader:parts"` for one of a channel with a name. All that name the same channel get refs of the same:
 * `"$reader:x"` and `"$writer:x"` are its two ends. Unnamed, a reader's channel is “in” and a writer's is “out”; a
 * digit behind is the short way to more of them (`"$reader2"` is of “in2”). Only whole string values count, as they are
 * spelt: `"\u0024reader"` is a string like any other. Any thread. */

G_BEGIN_DECLS

typedef struct
{
  gsize start; /* where its literal stands in the text, quotes included */
  gsize len;
  WeirDirection direction;
  char *channel; /* the name */
} WeirPlaceholder;

/* A channel that a payload asks for. With one of the two ends given to the function, the other is ours to hold. */
typedef struct
{
  char *name;
  gboolean gives_reader;
  gboolean gives_writer;
} WeirPayloadChannel;

#define WEIR_PLACEHOLDER_MAX_NAME 32

/* More channels than this for one call are a mistake. */
#define WEIR_PAYLOAD_MAX_CHANNELS 16

/**
 * weir_placeholder_find:
 * @text: a payload, or what is to become one: it need not be JSON yet
 *
 * Returns: (transfer full) (element-type WeirPlaceholder): in their order
 */
GPtrArray *weir_placeholder_find (WeirSpan text);

/* Whether a string literal with its quotes is one. @channel: (out) (optional): free it. */
gboolean weir_placeholder_parse (WeirSpan literal, WeirDirection *direction, char **channel);

/* (transfer full) (element-type WeirPayloadChannel): in the order in which they first appear, each once. */
GPtrArray *weir_payload_list_channels (WeirSpan text);

/* (nullable): a ref lent for the call; NULL: the placeholder stays as it stands */
typedef const WeirRef *(*WeirPayloadRefFunc) (const WeirPlaceholder *placeholder, gpointer user_data);

/* The text as it stands, but for the placeholders: refs are in their place. */
GString *weir_payload_splice (WeirSpan text, WeirPayloadRefFunc func, gpointer user_data);

/**
 * weir_payload_check:
 * @offset: (out) (optional): the byte at which it is wrong
 * @wrong: (out) (optional) (nullable) (transfer none): what is wrong there, in the user's language; NULL: it is too large
 *
 * Whether it can go to an engine: one JSON value, not too deep, not too large, valid UTF-8. Fails with WEIR_JSON_ERROR.
 */
gboolean weir_payload_check (WeirSpan text, gsize *offset, const char **wrong, GError **error);

/* A message's limit, of which the envelope takes a little; above the second it should be a channel's stream. */
#define WEIR_PAYLOAD_MAX_SIZE   (16 * 1024 * 1024 - 4096)
#define WEIR_PAYLOAD_LARGE_SIZE (1024 * 1024)

G_END_DECLS
