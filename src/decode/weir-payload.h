/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "weir-image-head.h"
#include "weir-key-mask.h"

/* A message's bytes made ready to be looked at: what costs time in large ones is done once, in any thread. Counted. */

G_BEGIN_DECLS

/* Text and JSON are shown up to here. */
#define WEIR_PAYLOAD_MAX_TEXT (256 * 1024)

/* A longer line is broken for the eye, as one alone takes seconds to lay out. */
#define WEIR_PAYLOAD_MAX_LINE 4096

typedef struct
{
  GBytes *original;
  GBytes *masked; /* the same without access keys */
  guint n_keys;
  gboolean is_json;
  WeirImageFind image_find;
  WeirImageHead image;
} WeirPayload;

/* @lead: (nullable): what came before it. */
WeirPayload *weir_payload_new (GBytes *original, const WeirKeyLead *lead);
WeirPayload *weir_payload_ref (WeirPayload *self);
void weir_payload_unref (WeirPayload *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirPayload, weir_payload_unref)

/**
 * weir_payload_dup_text:
 * @reveals: access keys are shown
 * @as_json: laid out
 * @n_broken: (out): how many lines were broken
 *
 * Returns: (transfer full): the first %WEIR_PAYLOAD_MAX_TEXT bytes as lines, valid UTF-8
 */
char *weir_payload_dup_text (WeirPayload *self, gboolean reveals, gboolean as_json, guint *n_broken);

/* @lines, those longer than %WEIR_PAYLOAD_MAX_LINE bytes broken between two characters. (transfer full) */
char *weir_payload_break_lines (const char *lines, guint *n_broken);

/* What is to be said of broken lines. (transfer full) (nullable): nothing, of none */
char *weir_payload_describe_broken (guint n_broken);

G_END_DECLS
