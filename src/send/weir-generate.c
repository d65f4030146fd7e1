/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-generate.h"

#include <string.h>

/* 64 of them, so that six bits of a random number choose one. */
static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* splitmix64: <https://prng.di.unimi.it/splitmix64.c>, public domain: the @n-th number of a seed, from 0. */
static guint64
random_number (guint64 seed, guint64 n)
{
  guint64 z = seed + (n + 1) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return z ^ (z >> 31);
}

/* @at: where the message begins in the stream of all of them */
static GBytes *
make_bytes (const WeirWriting *writing, guint64 at)
{
  guint8 *data = g_malloc (writing->message_size);

  for (guint i = 0; i < writing->message_size; i++)
    {
      guint8 byte = writing->seed + at + i;

      data[i] = writing->is_text ? letters[byte % 64] : byte;
    }
  return g_bytes_new_take (data, writing->message_size);
}

static GBytes *
make_random (const WeirWriting *writing, guint64 at)
{
  guint8 *data = g_malloc (writing->message_size);

  for (guint i = 0; i < writing->message_size;)
    {
      guint64 number = random_number (writing->seed, (at + i) / 8);
      guint shift = (at + i) % 8;

      for (; shift < 8 && i < writing->message_size; shift++, i++)
        {
          guint8 byte = number >> (8 * shift);

          data[i] = writing->is_text ? letters[byte % 64] : byte;
        }
    }
  return g_bytes_new_take (data, writing->message_size);
}

static GBytes *
make_counter (const WeirWriting *writing, guint64 number)
{
  char *text = g_strdup_printf ("%0*" G_GUINT64_FORMAT, (int) writing->message_size, writing->seed + number - 1);

  return g_bytes_new_take (text, strlen (text));
}

static GBytes *
make_line (const WeirWriting *writing, guint64 number)
{
  GString *line = g_string_new (NULL);
  static const char end[] = "\"}\n";

  g_string_append_printf (line, "{\"n\":%" G_GUINT64_FORMAT ",\"seed\":%" G_GUINT64_FORMAT ",\"value\":%u,\"text\":\"",
                          number, writing->seed, (guint) (random_number (writing->seed, number) % 1000000));
  for (guint i = 0; line->len + strlen (end) < writing->message_size; i++)
    g_string_append_c (line, letters[i % 26 + 26]);
  g_string_append (line, end);

  return g_string_free_to_bytes (line);
}

GBytes *
weir_generate (const WeirWriting *writing, guint64 number)
{
  guint64 at = (number - 1) * writing->message_size;

  switch (writing->generator)
    {
    case WEIR_GENERATOR_NDJSON:
      return make_line (writing, number);
    case WEIR_GENERATOR_COUNTER:
      return make_counter (writing, number);
    case WEIR_GENERATOR_RANDOM:
      return make_random (writing, at);
    case WEIR_GENERATOR_BYTES:
    default:
      return make_bytes (writing, at);
    }
}
