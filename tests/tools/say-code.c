/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "weir-code.h"
#include "weir-generate.h"

/* say-code LANGUAGE URL FUNCTION PAYLOAD [SETTING=VALUE…]: the program that the window's “Copy as Code” gives. LANGUAGE
 * `made`: what the window's own generator makes.
 * Settings: void=, text=TEXT, bytes=TEXT or hex=DIGITS (what is written), file=PATH, lines=FILE (a file as text),
 * make=GENERATOR, as-text= (the generator's), size=BYTES (of a message), count=, seed=, per-second= or
 * bytes-per-second=, buffer=CHANNEL:MESSAGES, ref=CHANNEL:ID:KEY:DIRECTION (pasted). */

static const char *const generators[] = { "bytes", "ndjson", "counter", "random" };

static gboolean
set_data (WeirWriting *writing, const char *name, const char *value)
{
  if (g_str_equal (name, "text") || g_str_equal (name, "bytes"))
    {
      g_free (writing->text);
      writing->text = g_strdup (value);
      writing->is_text = g_str_equal (name, "text");
    }
  else if (g_str_equal (name, "hex"))
    {
      writing->kind = WEIR_WRITING_HEX;
      g_free (writing->hex);
      writing->hex = g_strdup (value);
    }
  else if (g_str_equal (name, "file") || g_str_equal (name, "lines"))
    {
      writing->kind = WEIR_WRITING_FILE;
      writing->path = g_strdup (value);
      writing->is_text = g_str_equal (name, "lines");
    }
  else if (g_str_equal (name, "make"))
    {
      writing->kind = WEIR_WRITING_GENERATED;
      for (guint i = 0; i < G_N_ELEMENTS (generators); i++)
        if (g_str_equal (value, generators[i]))
          writing->generator = i;
    }
  else
    {
      return FALSE;
    }
  return TRUE;
}

static gboolean
set_how (WeirWriting *writing, const char *name, const char *value)
{
  guint64 number = g_ascii_strtoull (value, NULL, 10);

  if (g_str_equal (name, "as-text"))
    writing->is_text = TRUE;
  else if (g_str_equal (name, "size"))
    writing->message_size = number;
  else if (g_str_equal (name, "count"))
    writing->count = number;
  else if (g_str_equal (name, "seed"))
    writing->seed = number;
  else if (g_str_has_suffix (name, "per-second"))
    {
      writing->pace = g_str_equal (name, "per-second") ? WEIR_PACE_MESSAGES : WEIR_PACE_BYTES;
      writing->rate = number;
    }
  else
    return FALSE;
  return TRUE;
}

static void
set_channel (WeirSendSetup *setup, const char *name, const char *value)
{
  g_auto (GStrv) parts = g_strsplit (value, ":", -1);
  int i = weir_send_setup_find (setup, parts[0]);
  WeirChannelSetup *channel = weir_channel_setup_copy (weir_send_setup_get_channel (setup, (guint) i));

  if (g_str_equal (name, "buffer"))
    channel->buffer_size = (guint) g_ascii_strtoull (parts[1], NULL, 10);
  else
    channel->ref =
        weir_ref_new (parts[1], parts[2], g_str_equal (parts[3], "read") ? WEIR_DIRECTION_READ : WEIR_DIRECTION_WRITE);
  weir_send_setup_set_channel (setup, (guint) i, channel);
  weir_channel_setup_free (channel);
}

static void
read_settings (WeirCodeRequest *request, char **settings)
{
  g_autoptr (WeirWriting) writing = weir_writing_new ();
  g_autoptr (GPtrArray) wanted = weir_payload_list_channels (WEIR_SPAN (request->payload));

  weir_send_setup_set_wanted (request->setup, wanted);
  for (guint i = 0; settings[i] != NULL; i++)
    {
      g_auto (GStrv) pair = g_strsplit (settings[i], "=", 2);

      if (g_str_equal (pair[0], "void"))
        request->is_void = TRUE;
      else if (!set_data (writing, pair[0], pair[1]) && !set_how (writing, pair[0], pair[1]))
        set_channel (request->setup, pair[0], pair[1]);
    }
  weir_send_setup_set_writing (request->setup, writing);
}

static void
say_made (const WeirWriting *writing)
{
  for (guint64 i = 1; i <= writing->count; i++)
    {
      g_autoptr (GBytes) bytes = weir_generate (writing, i);

      fwrite (g_bytes_get_data (bytes, NULL), 1, g_bytes_get_size (bytes), stdout);
    }
}

int
main (int argc, char *argv[])
{
  static const char *const languages[] = {
    [WEIR_CODE_NODE] = "node",
    [WEIR_CODE_PYTHON] = "python",
    [WEIR_CODE_RUST] = "rust",
  };
  g_autoptr (WeirSendSetup) setup = weir_send_setup_new ();
  WeirCodeRequest request = { .timeout_ms = 20000, .setup = setup };
  g_autoptr (GError) error = NULL;

  if (argc < 5)
    return 2;
  request.url = argv[2];
  request.function_id = argv[3];
  request.payload = argv[4];
  read_settings (&request, argv + 5);
  if (!weir_code_check (&request, &error))
    {
      fprintf (stderr, "%s\n", error->message);
      return 1;
    }
  if (g_str_equal (argv[1], "made"))
    say_made (weir_send_setup_get_writing (setup));
  for (guint i = 0; i < G_N_ELEMENTS (languages); i++)
    if (g_str_equal (argv[1], languages[i]))
      {
        g_autofree char *code = weir_code_write (i, &request);

        fputs (code, stdout);
      }
  return 0;
}
