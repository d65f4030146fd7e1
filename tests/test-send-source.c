/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "wait-for.h"
#include "weir-generate.h"
#include "weir-hex-text.h"
#include "weir-source.h"

/* What is to be written, as messages. */

typedef struct
{
  GByteArray *bytes; /* of all messages */
  guint n_messages;
  gsize largest;
  GError *error; /* nullable */
} Collected;

static void
ready_cb (WeirSource *source, gboolean *is_ready)
{
  *is_ready = TRUE;
}

/* All of it; each text message must be valid by itself. */
static Collected
collect (const WeirWriting *writing)
{
  Collected all = { .bytes = g_byte_array_new () };
  g_autoptr (WeirSource) source = weir_source_new (writing, &all.error);
  gboolean is_ready = FALSE;

  if (source == NULL)
    return all;
  g_signal_connect (source, "ready", G_CALLBACK (ready_cb), &is_ready);
  for (;;)
    {
      g_autoptr (GBytes) message = NULL;
      WeirSourceResult result = weir_source_next (source, &message, &all.error);
      gsize len;

      if (result == WEIR_SOURCE_END || result == WEIR_SOURCE_FAILED)
        break;
      if (result == WEIR_SOURCE_WAIT)
        {
          WAIT_FOR (is_ready);
          is_ready = FALSE;
          continue;
        }
      len = g_bytes_get_size (message);
      g_assert_cmpuint (len, >, 0);
      if (writing->is_text)
        g_assert_true (g_utf8_validate (g_bytes_get_data (message, NULL), len, NULL));
      g_byte_array_append (all.bytes, g_bytes_get_data (message, NULL), len);
      all.largest = MAX (all.largest, len);
      all.n_messages++;
    }
  g_signal_handlers_disconnect_by_data (source, &is_ready);
  return all;
}

static void
collected_clear (Collected *all)
{
  g_byte_array_unref (all->bytes);
  g_clear_error (&all->error);
}

static char *
write_file (const void *data, gsize len)
{
  char *path = NULL;
  int fd = g_file_open_tmp ("weir-source-XXXXXX", &path, NULL);

  g_assert_cmpint (fd, >=, 0);
  g_close (fd, NULL);
  g_assert_true (g_file_set_contents (path, data, len, NULL));
  return path;
}

/* --- tests --- */

/* Whatever the message size: the same bytes, no message larger, all but the last as large as it may be. */
static void
test_sizes (void)
{
  static const guint sizes[] = { 1, 2, 3, 7, 64, 1000, 65536, 262144, 300000, 1048576 };
  gsize len = 700001;
  g_autofree guint8 *data = g_malloc (len);
  g_autofree char *path = NULL;

  for (gsize i = 0; i < len; i++)
    data[i] = i * 7 + i / 251;
  path = write_file (data, len);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (WeirWriting) writing = weir_writing_new ();
      Collected all;

      writing->kind = WEIR_WRITING_FILE;
      writing->path = g_strdup (path);
      writing->message_size = sizes[i];
      all = collect (writing);
      g_assert_no_error (all.error);
      g_assert_cmpmem (all.bytes->data, all.bytes->len, data, len);
      g_assert_cmpuint (all.largest, ==, MIN (sizes[i], len));
      g_assert_cmpuint (all.n_messages, ==, (len + sizes[i] - 1) / sizes[i]);
      collected_clear (&all);
    }
  g_remove (path);
}

/* Text is cut between characters, typed or from a file, at every message size. */
static void
test_text (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *path = NULL;

  for (guint i = 0; i < 500; i++)
    g_string_append (text, i % 3 == 0 ? "aé" : i % 3 == 1 ? "€" : "😀z");
  path = write_file (text->str, text->len);
  for (guint size = 1; size < 40; size++)
    for (guint kind = 0; kind < 2; kind++)
      {
        g_autoptr (WeirWriting) writing = weir_writing_new ();
        Collected all;

        writing->kind = kind == 0 ? WEIR_WRITING_TEXT : WEIR_WRITING_FILE;
        g_free (writing->text);
        writing->text = g_strdup (text->str);
        writing->path = g_strdup (path);
        writing->is_text = TRUE;
        writing->message_size = size;
        all = collect (writing);
        g_assert_no_error (all.error);
        g_assert_cmpmem (all.bytes->data, all.bytes->len, text->str, text->len);
        g_assert_cmpuint (all.largest, <=, MAX (size, 4));
        collected_clear (&all);
      }
  g_remove (path);
}

static void
test_nothing (void)
{
  g_autoptr (WeirWriting) writing = weir_writing_new ();
  Collected all = collect (writing);

  g_assert_no_error (all.error);
  g_assert_cmpuint (all.n_messages, ==, 0);
  collected_clear (&all);
}

/* The first byte that is wrong is named, wherever it is. */
static void
test_broken_text (void)
{
  static const gsize places[] = { 0, 1, 99, 65535, 65536, 262143, 262144, 299999 };

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autofree char *data = g_malloc (300000), *path = NULL, *place = NULL;
      g_autoptr (WeirWriting) writing = weir_writing_new ();
      Collected all;

      memset (data, 'a', 300000);
      data[places[i]] = i % 2 == 0 ? '\xff' : '\xc3';
      path = write_file (data, 300000);
      writing->kind = WEIR_WRITING_FILE;
      writing->path = g_strdup (path);
      writing->is_text = TRUE;
      writing->message_size = 100;
      all = collect (writing);
      place = g_strdup_printf ("Byte %" G_GSIZE_FORMAT " ", places[i]);
      g_assert_nonnull (all.error);
      g_assert_true (g_str_has_prefix (all.error->message, place));
      collected_clear (&all);
      g_remove (path);
    }
}

/* What is cut while it is sent is not sent as if it were whole. */
static void
test_shrinking_file (void)
{
  const gsize size = 16 * 1024 * 1024;
  g_autofree char *data = g_malloc0 (size);
  g_autofree char *path = write_file (data, size);
  g_autoptr (WeirWriting) writing = weir_writing_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirSource) source = NULL;
  gboolean is_ready = FALSE;
  WeirSourceResult result;

  writing->kind = WEIR_WRITING_FILE;
  writing->path = g_strdup (path);
  source = weir_source_new (writing, &error);
  g_assert_no_error (error);
  g_signal_connect (source, "ready", G_CALLBACK (ready_cb), &is_ready);
  do
    {
      g_autoptr (GBytes) message = NULL;

      result = weir_source_next (source, &message, &error);
      if (result == WEIR_SOURCE_WAIT)
        WAIT_FOR (is_ready);
      is_ready = FALSE;
      if (result == WEIR_SOURCE_MESSAGE)
        g_assert_no_errno (truncate (path, 1000));
    }
  while (result == WEIR_SOURCE_MESSAGE || result == WEIR_SOURCE_WAIT);
  g_assert_cmpint (result, ==, WEIR_SOURCE_FAILED);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT);
  g_unlink (path);
}

static void
test_no_file (void)
{
  g_autoptr (WeirWriting) writing = weir_writing_new ();
  Collected all;

  writing->kind = WEIR_WRITING_FILE;
  all = collect (writing);
  g_assert_error (all.error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  collected_clear (&all);
  writing->path = g_strdup ("/nonexistent/file");
  all = collect (writing);
  g_assert_error (all.error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  collected_clear (&all);
  g_free (writing->path);
  writing->path = g_strdup ("/");
  all = collect (writing);
  g_assert_error (all.error, G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY);
  collected_clear (&all);
}

/* The same seed makes the same messages, another makes others; sizes are kept. */
static void
test_generators (void)
{
  for (WeirGenerator generator = WEIR_GENERATOR_BYTES; generator <= WEIR_GENERATOR_RANDOM; generator++)
    for (gboolean is_text = FALSE; is_text <= TRUE; is_text++)
      {
        g_autoptr (WeirWriting) writing = weir_writing_new ();
        Collected once, again, other;

        writing->kind = WEIR_WRITING_GENERATED;
        writing->generator = generator;
        writing->is_text = is_text;
        writing->message_size = 1001;
        writing->count = 37;
        once = collect (writing);
        again = collect (writing);
        writing->seed = 2;
        other = collect (writing);
        g_assert_cmpuint (once.n_messages, ==, 37);
        g_assert_cmpuint (once.bytes->len, ==, 37 * 1001);
        g_assert_cmpmem (once.bytes->data, once.bytes->len, again.bytes->data, again.bytes->len);
        g_assert_cmpint (memcmp (once.bytes->data, other.bytes->data, 37 * 1001), !=, 0);
        collected_clear (&once);
        collected_clear (&again);
        collected_clear (&other);
      }
}

/* What is generated is one stream, however it is cut. */
static void
test_generated_stream (void)
{
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (WeirWriting) writing = weir_writing_new ();
      Collected small, large;

      writing->kind = WEIR_WRITING_GENERATED;
      writing->generator = i == 0 ? WEIR_GENERATOR_BYTES : WEIR_GENERATOR_RANDOM;
      writing->message_size = 13;
      writing->count = 70;
      small = collect (writing);
      writing->message_size = 70;
      writing->count = 13;
      large = collect (writing);
      g_assert_cmpmem (small.bytes->data, small.bytes->len, large.bytes->data, large.bytes->len);
      collected_clear (&small);
      collected_clear (&large);
    }
}

static void
test_generated_values (void)
{
  g_autoptr (WeirWriting) writing = weir_writing_new ();
  g_autoptr (GBytes) random = NULL, counter = NULL, line = NULL;

  writing->message_size = 8;
  writing->seed = 1234567;
  writing->generator = WEIR_GENERATOR_RANDOM;
  random = weir_generate (writing, 1);
  /* The published first number of splitmix64 for this seed, 6457827717110365317, little endian. */
  g_assert_cmpmem (g_bytes_get_data (random, NULL), 8, &(guint64){ GUINT64_TO_LE (6457827717110365317u) }, 8);
  writing->seed = 7;
  writing->generator = WEIR_GENERATOR_COUNTER;
  counter = weir_generate (writing, 3);
  g_assert_cmpmem (g_bytes_get_data (counter, NULL), g_bytes_get_size (counter), "00000009", 8);
  writing->generator = WEIR_GENERATOR_NDJSON;
  writing->message_size = 1;
  line = weir_generate (writing, 3);
  g_assert_true (g_str_has_prefix (g_bytes_get_data (line, NULL), "{\"n\":3,\"seed\":7,\"value\":"));
  g_assert_true (memchr (g_bytes_get_data (line, NULL), '\n', g_bytes_get_size (line)) ==
                 (const char *) g_bytes_get_data (line, NULL) + g_bytes_get_size (line) - 1);
}

static void
test_hex (void)
{
  static const char *const spellings[] = {
    "50417aff",       "50 41 7a FF", "0x50, 0x41, 0x7A, 0xff", "\\x50\\x41\\x7a\\xff", "50:41:7a:ff\n",
    " 5041\n\t7aff ", "50-41;7a|ff"
  };
  static const struct
  {
    const char *text, *says;
  } wrong[] = { { "5", "character 1" },
                { "50 4", "character 4" },
                { "50 4g", "character 4" },
                { "hello", "Character 1" },
                { "50 é", "Character 4" } };
  g_autoptr (GBytes) none = weir_hex_text_parse ("", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (spellings); i++)
    {
      g_autoptr (GBytes) bytes = weir_hex_text_parse (spellings[i], NULL);

      g_assert_nonnull (bytes);
      g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "PAz\xff", 4);
    }
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (weir_hex_text_parse (wrong[i].text, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
      g_assert_nonnull (strstr (error->message, wrong[i].says));
    }
  g_assert_cmpuint (g_bytes_get_size (none), ==, 0);
}

/* Given up while a thread reads. */
static void
test_dropped (void)
{
  g_autofree char *path = write_file ("abc", 3);
  g_autoptr (WeirWriting) writing = weir_writing_new ();
  gpointer source;
  GBytes *message = NULL;

  writing->kind = WEIR_WRITING_FILE;
  writing->path = g_strdup (path);
  source = weir_source_new (writing, NULL);
  g_object_add_weak_pointer (source, &source);
  g_assert_cmpint (weir_source_next (source, &message, NULL), ==, WEIR_SOURCE_WAIT);
  g_object_unref (source);
  WAIT_FOR (source == NULL);
  g_remove (path);
}

static gboolean
tick_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

/* A named pipe that nobody writes into is waited for, which is said, and can be given up; what is written into it then
 * is sent to its end. */
static void
test_pipe (void)
{
  g_autofree char *folder = g_dir_make_tmp ("weir-pipe-XXXXXX", NULL);
  g_autoptr (WeirWriting) writing = weir_writing_new ();
  g_autoptr (GBytes) message = NULL;
  WeirSource *source;
  gboolean is_ready = FALSE;
  guint tick;
  int fd;

  writing->kind = WEIR_WRITING_FILE;
  writing->path = g_build_filename (folder, "pipe", NULL);
  g_assert_cmpint (mkfifo (writing->path, 0600), ==, 0);
  source = weir_source_new (writing, NULL);
  g_assert_cmpint (weir_source_next (source, &message, NULL), ==, WEIR_SOURCE_WAIT);
  tick = g_timeout_add (50, tick_cb, NULL); /* it is only time that goes by */
  WAIT_FOR (weir_source_is_waiting (source));
  g_source_remove (tick);
  g_object_add_weak_pointer (G_OBJECT (source), (gpointer *) &source);
  weir_source_cancel (source);
  g_object_unref (source);
  WAIT_FOR (source == NULL); /* no thread waits any more */

  source = weir_source_new (writing, NULL);
  g_signal_connect (source, "ready", G_CALLBACK (ready_cb), &is_ready);
  g_assert_cmpint (weir_source_next (source, &message, NULL), ==, WEIR_SOURCE_WAIT);
  fd = g_open (writing->path, O_WRONLY | O_CLOEXEC, 0);
  g_assert_cmpint (write (fd, "piped", 5), ==, 5);
  close (fd);
  WAIT_FOR (is_ready);
  g_assert_cmpint (weir_source_next (source, &message, NULL), ==, WEIR_SOURCE_MESSAGE);
  g_assert_cmpmem (g_bytes_get_data (message, NULL), g_bytes_get_size (message), "piped", 5);
  g_object_unref (source);
  g_unlink (writing->path);
  g_rmdir (folder);
}

/* What no engine takes is refused before anything is sent, and the limit is named. */
static void
test_too_large (void)
{
  g_autoptr (WeirWriting) writing = weir_writing_new ();
  g_autoptr (GError) error = NULL;

  writing->message_size = 100 * 1000 * 1000;
  g_assert_false (weir_source_check (writing, &error));
  g_assert_nonnull (strstr (error->message, "16\u00a0MiB"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/send/source/sizes", test_sizes);
  g_test_add_func ("/send/source/text", test_text);
  g_test_add_func ("/send/source/nothing", test_nothing);
  g_test_add_func ("/send/source/broken-text", test_broken_text);
  g_test_add_func ("/send/source/no-file", test_no_file);
  g_test_add_func ("/send/source/shrinking-file", test_shrinking_file);
  g_test_add_func ("/send/source/generators", test_generators);
  g_test_add_func ("/send/source/generated-stream", test_generated_stream);
  g_test_add_func ("/send/source/generated-values", test_generated_values);
  g_test_add_func ("/send/source/hex", test_hex);
  g_test_add_func ("/send/source/dropped", test_dropped);
  g_test_add_func ("/send/source/pipe", test_pipe);
  g_test_add_func ("/send/source/too-large", test_too_large);
  return g_test_run ();
}
