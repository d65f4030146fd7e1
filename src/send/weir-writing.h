/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

/* What is to be written into a channel, and how: where the bytes come from, in which messages, how fast, and what comes
 * after the last. A plain value; WeirSource makes the messages of it. Any thread. */

G_BEGIN_DECLS

typedef enum
{
  WEIR_WRITING_TEXT,
  WEIR_WRITING_HEX,
  WEIR_WRITING_FILE,
  WEIR_WRITING_GENERATED,
} WeirWritingKind;

/* All of them the same for the same seed, message size and count. */
typedef enum
{
  WEIR_GENERATOR_BYTES,   /* 00 01 02 … ff 00 …, on and on through all messages, from the seed's lowest byte */
  WEIR_GENERATOR_NDJSON,  /* a message is a line: its number, the seed, a value and padding */
  WEIR_GENERATOR_COUNTER, /* a message is its number from the seed on, in decimal digits, with zeros in front */
  WEIR_GENERATOR_RANDOM,  /* splitmix64 of the seed, little endian; of printable ASCII in text messages */
} WeirGenerator;

typedef enum
{
  WEIR_PACE_FREE,     /* as fast as the reader takes it */
  WEIR_PACE_MESSAGES, /* messages a second */
  WEIR_PACE_BYTES,    /* bytes a second */
} WeirWritingPace;

/* One message is one frame, and engines take no larger one (16 MiB). */
#define WEIR_WRITING_MAX_MESSAGE_SIZE (16u * 1024 * 1024)
/* What is typed is kept in memory, and its start in the history. */
#define WEIR_WRITING_MAX_TYPED_SIZE (1024u * 1024)
#define WEIR_WRITING_MAX_KEPT_SIZE  (64u * 1024)

typedef struct
{
  WeirWritingKind kind;
  char *text; /* never NULL: what was typed is kept while another kind is chosen */
  char *hex;  /* as it was typed: pairs of digits, anything of ` ,:\n`, `0x` and `\x` between them */
  char *path; /* nullable: of a local file */
  WeirGenerator generator;
  guint64 seed;
  guint64 count;      /* messages of the generator; 0: on and on */
  gboolean is_text;   /* text messages; else binary */
  guint message_size; /* bytes: no message is larger; text is cut between characters */
  WeirWritingPace pace;
  guint64 rate;    /* a second, for the paces that want one */
  gboolean closes; /* at the end, close the writer */
} WeirWriting;

WeirWriting *weir_writing_new (void); /* no text, binary, 64 KiB, as fast as it goes, closes */
WeirWriting *weir_writing_copy (const WeirWriting *self);
void weir_writing_free (WeirWriting *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirWriting, weir_writing_free)

gboolean weir_writing_equal (const WeirWriting *a, const WeirWriting *b);

/* (transfer full) (nullable): what was typed, as bytes; NULL for a file and what is generated, and for hex that is
 * none. */
GBytes *weir_writing_dup_data (const WeirWriting *self);

/* For the history, with the first WEIR_WRITING_MAX_KEPT_SIZE bytes of what was typed. What is missing or out of its range is as in a new one: the file may be anybody's. */
JsonNode *weir_writing_to_json (const WeirWriting *self);
WeirWriting *weir_writing_from_json (JsonNode *node);
/* Whether what is chosen there is only the start of what was typed. */
gboolean weir_writing_is_cut (JsonNode *node);

G_END_DECLS
