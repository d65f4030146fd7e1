/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-channel-info.h"
#include "weir-feed.h"
#include "weir-holders.h"

#include <string.h>

static WeirPassedInfo *
passing_new (const char *function_id)
{
  WeirPassedInfo *passed = weir_passed_info_new ();

  passed->direction = WEIR_DIRECTION_WRITE;
  passed->function_id = g_strdup (function_id);
  passed->path = g_strdup ("input.parts[2].writer");
  passed->by_worker_id = g_strdup ("w1");
  passed->by_worker_name = g_strdup ("vm:6216");
  passed->at_ms = 1700000000012;
  passed->invocation_id = g_strdup ("f64c3a1a-913e-4979-bad1-bcd190bd6124");
  passed->returned_at_ms = 1700000000024;
  passed->error_code = g_strdup ("invocation_failed");
  passed->error_message = g_strdup ("ENOENT \"x\"\n");
  passed->trace_id = g_strdup ("4bf92f3577b34da6a3ce929d0e0e4736");
  return passed;
}

static void
fill_end (WeirEndInfo *end, WeirPresence presence)
{
  end->presence = presence;
  end->connected_at_ms = 1700000000031;
  end->closed_at_ms = 1700000000131;
  end->close_clean = TRUE;
  end->close_code = 1000;
  end->close_reason = g_strdup ("stream_complete");
  end->worker_id = g_strdup ("w2");
  end->worker_name = g_strdup ("vm:6340");
  end->worker_runtime = g_strdup ("python");
  end->function_id = g_strdup ("pipeline::consumer");
  end->how = WEIR_HOW_REF;
  end->probed = TRUE;
  end->is_unanswered = TRUE;
  end->n_refused = 2;
  end->refused_at_ms = 1700000000090;
  end->n_not_found = 3;
  end->not_found_at_ms = 1700000000095;
  end->worker_left_at_ms = 1700000000097;
}

static void
add_interference (WeirChannelInfo *info, guint n_shapes, guint n_acts, const char *worker_name)
{
  info->shapes = g_ptr_array_new_with_free_func ((GDestroyNotify) weir_shape_info_free);
  info->acts = g_ptr_array_new_with_free_func ((GDestroyNotify) weir_act_info_free);
  for (guint i = 0; i < n_shapes; i++)
    {
      WeirShapeInfo *shape = weir_shape_info_new ();

      *shape = (WeirShapeInfo){ g_strdup ("w9"), g_strdup (worker_name), i % 2, i * 1000, 1700000000070, FALSE };
      g_ptr_array_add (info->shapes, shape);
    }
  for (guint i = 0; i < n_acts; i++)
    {
      WeirActInfo *act = weir_act_info_new ();

      *act = (WeirActInfo){ WEIR_ACT_HELD + i % WEIR_ACT_CLOSED_READER, 1700000000080 + i, g_strdup (worker_name), i };
      g_ptr_array_add (info->acts, act);
    }
}

static WeirChannelInfo *
full_new (void)
{
  WeirChannelInfo *info = weir_channel_info_new ("a7701be4-913e-4979-bad1-bcd190bd6124");

  info->n = G_MAXUINT32;
  info->created_at_ms = 1700000000000;
  info->buffer_items = 64;
  info->buffer_bytes_max = 8388608;
  info->expires_at_ms = 1700000300000;
  info->creator_worker_id = g_strdup ("w1");
  info->creator_worker_name = g_strdup ("vm:6216");
  fill_end (&info->writer, WEIR_PRESENCE_ELSEWHERE);
  fill_end (&info->reader, WEIR_PRESENCE_GONE);
  info->reader.how = WEIR_HOW_CREATOR;
  g_ptr_array_add (info->passed, passing_new ("a::b"));
  g_ptr_array_add (info->passed, passing_new ("c::d"));
  add_interference (info, 2, 6, "weir:17");
  info->state = WEIR_STATE_CLOSED;
  info->since_ms = 1700000000200;
  info->paused_since_ms = 1700000000150;
  info->lacks_memory = TRUE;
  info->first_message_at_ms = 1700000000040;
  for (guint i = 0; i < WEIR_TOTALS_N_COLUMNS; i++)
    weir_totals_set (&info->totals, i, i * G_GUINT64_CONSTANT (1000000000000));
  info->ended_by = WEIR_ENDED_WRITER_LOST;
  info->ended_at_ms = 1700000000199;
  info->internal = FALSE;
  return info;
}

static char *
to_text (const WeirChannelInfo *info)
{
  GString *out = g_string_new (NULL);

  weir_channel_info_append (out, info);
  return g_string_free (out, FALSE);
}

static WeirChannelInfo *
from_text (const char *text, GError **error)
{
  g_autoptr (JsonNode) node = weir_json_parse (WEIR_SPAN (text), NULL);

  g_assert_nonnull (node);
  return weir_channel_info_from_json (node, error);
}

/* Written, read and written again is the same; and so is a copy. */
static void
assert_round_trip (const WeirChannelInfo *info)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = to_text (info);
  g_autoptr (WeirChannelInfo) again = from_text (text, &error);
  g_autoptr (WeirChannelInfo) copy = weir_channel_info_copy (info);
  g_autofree char *text_again = NULL, *text_of_copy = to_text (copy);

  g_assert_no_error (error);
  text_again = to_text (again);
  g_assert_cmpstr (text_again, ==, text);
  g_assert_cmpstr (text_of_copy, ==, text);
}

static void
test_full (void)
{
  g_autoptr (WeirChannelInfo) info = full_new ();
  g_autofree char *text = to_text (info);
  g_autoptr (WeirChannelInfo) again = from_text (text, NULL);
  WeirPassedInfo *passed = g_ptr_array_index (again->passed, 1);

  assert_round_trip (info);
  g_assert_cmpuint (again->n, ==, G_MAXUINT32);
  g_assert_cmpuint (again->buffer_items, ==, 64);
  g_assert_cmpint (again->expires_at_ms, ==, info->expires_at_ms);
  g_assert_cmpint (again->first_message_at_ms, ==, info->first_message_at_ms);
  g_assert_cmpint (again->writer.presence, ==, WEIR_PRESENCE_ELSEWHERE);
  g_assert_cmpint (again->reader.how, ==, WEIR_HOW_CREATOR);
  g_assert_cmpint (again->reader.close_code, ==, 1000);
  g_assert_cmpstr (again->reader.worker_runtime, ==, "python");
  g_assert_true (again->writer.probed);
  g_assert_cmpuint (again->passed->len, ==, 2);
  g_assert_cmpint (passed->direction, ==, WEIR_DIRECTION_WRITE);
  g_assert_cmpstr (passed->function_id, ==, "c::d");
  g_assert_cmpstr (passed->error_message, ==, "ENOENT \"x\"\n");
  g_assert_cmpint (passed->returned_at_ms, ==, 1700000000024);
  g_assert_cmpuint (again->totals.buffered_bytes, ==, 9 * G_GUINT64_CONSTANT (1000000000000));
  g_assert_cmpint (again->ended_by, ==, WEIR_ENDED_WRITER_LOST);
  g_assert_false (again->internal);
}

/* What a failed call was given, and whatever else its peers say: the keys in it are nobody's to see, whichever point
 * passes it on. */
static void
test_is_masked (void)
{
  static const char said[] = "bad {\"access_key\":\"secretsecret\"} of /ws/channels/c?key=secretsecret";
  g_autoptr (WeirChannelInfo) info = full_new ();
  g_autoptr (WeirChannelInfo) again = NULL;
  g_autofree char *text = NULL, *text_again = NULL;
  WeirPassedInfo *passed = g_ptr_array_index (info->passed, 1);
  char **strings[] = { &passed->error_code, &passed->error_message, &info->writer.close_reason,
                       &info->reader.close_reason };

  for (guint i = 0; i < G_N_ELEMENTS (strings); i++)
    {
      g_free (*strings[i]);
      *strings[i] = g_strdup (said);
    }
  text = to_text (info);
  again = from_text (text, NULL);
  passed = g_ptr_array_index (again->passed, 1);
  g_assert_cmpstr (passed->error_message, ==,
                   "bad {\"access_key\":\"sec*********\"} of /ws/channels/c?key=sec*********");
  text_again = to_text (again);
  g_assert_null (strstr (text_again, "secretsecret"));
}

/* A feed of a point's own: nobody observes it, so its figures are unknown and not zero. */
static void
test_internal (void)
{
  g_autoptr (WeirChannelInfo) info = full_new ();
  g_autofree char *text = NULL;
  g_autoptr (WeirChannelInfo) again = NULL;

  info->internal = TRUE;
  assert_round_trip (info);
  text = to_text (info);
  g_assert_nonnull (strstr (text, "\"totals\":null"));
  again = from_text (text, NULL);
  g_assert_true (again->internal);
  g_assert_cmpuint (again->totals.buffered_bytes, ==, 0);
}

/* An end that is elsewhere: its figures are null. */
static void
test_unknown_figures (void)
{
  g_autoptr (WeirChannelInfo) info = full_new ();
  g_autofree char *text = NULL;
  g_autoptr (WeirChannelInfo) again = NULL;

  weir_totals_set_unknown (&info->totals, WEIR_TOTALS_OF_READER | WEIR_TOTALS_OF_BUFFER);
  assert_round_trip (info);
  text = to_text (info);
  g_assert_nonnull (strstr (text, "\"sent_bytes\":null"));
  again = from_text (text, NULL);
  g_assert_cmpuint (again->totals.unknown, ==, WEIR_TOTALS_OF_READER | WEIR_TOTALS_OF_BUFFER);
  g_assert_cmpuint (again->totals.written_messages, ==, info->totals.written_messages);
}

static void
test_empty (void)
{
  g_autoptr (WeirChannelInfo) info = weir_channel_info_new ("c");
  g_autofree char *text = to_text (info);

  assert_round_trip (info);
  /* what is not known is null, never 0 */
  g_assert_nonnull (strstr (text, "\"buffer_items\":null"));
  g_assert_nonnull (strstr (text, "\"connected_at_ms\":null"));
  g_assert_nonnull (strstr (text, "\"creator\":null"));
  g_assert_nonnull (strstr (text, "\"ended\":null"));
  g_assert_nonnull (strstr (text, "\"written_bytes\":0"));
}

/* Without its channel's strings a passing is still one that can be read. */
static void
test_bare_passing (void)
{
  g_autoptr (WeirChannelInfo) info = weir_channel_info_new ("c");

  g_ptr_array_add (info->passed, weir_passed_info_new ());
  info->writer.worker_name = g_strdup ("a name without an id");
  assert_round_trip (info);
}

/* Points of before some version do not say it. */
static gboolean
is_optional (const char *name)
{
  const char *const names[] = {
    "close_clean",       "first_message_at_ms", "refused",           "shapes",       "acts",       "injected_bytes",
    "injected_messages", "not_found",           "worker_left_at_ms", "lacks_memory", "unanswered", NULL
  };

  return g_strv_contains (names, name);
}

/* Renames each member in turn: the error says which one is missing, and that is the only effect an unknown member has.
 */
static void
test_missing_members (void)
{
  g_autoptr (WeirChannelInfo) info = full_new ();
  g_autofree char *text = to_text (info);
  guint n_members = 0;

  for (const char *at = strstr (text, "\":"); at != NULL; at = strstr (at + 1, "\":"))
    {
      g_autoptr (GString) without = g_string_new (text);
      g_autoptr (WeirChannelInfo) read = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *name = NULL;
      const char *start = at;

      while (start[-1] != '"')
        start--;
      name = g_strndup (start, at - start);
      g_string_insert_c (without, start - text, 'x');
      read = from_text (without->str, &error);
      if (is_optional (name))
        {
          g_assert_no_error (error);
          continue;
        }
      g_assert_null (read);
      g_assert_error (error, WEIR_JSON_ERROR, WEIR_JSON_ERROR_MISSING);
      g_assert_nonnull (strstr (error->message, name));
      n_members++;
    }
  g_assert_cmpuint (n_members, >, 50);
}

static void
test_wrong_types (void)
{
  static const struct
  {
    const char *from;
    const char *to;
    const char *names;
  } rows[] = {
    { "\"channel_id\":\"a7701be4-913e-4979-bad1-bcd190bd6124\"", "\"channel_id\":null", "channel_id" },
    { "\"channel_id\":\"a7701be4-913e-4979-bad1-bcd190bd6124\"", "\"channel_id\":7", "channel_id" },
    { "\"n\":4294967295", "\"n\":4294967296", "n" },
    { "\"n\":4294967295", "\"n\":-1", "n" },
    { "\"n\":4294967295", "\"n\":0.5", "n" },
    { "\"n\":4294967295", "\"n\":\"1\"", "n" },
    { "\"since_ms\":1700000000200", "\"since_ms\":1e400", "since_ms" },
    { "\"first_message_at_ms\":1700000000040", "\"first_message_at_ms\":\"soon\"", "first_message_at_ms" },
    { "\"close_code\":1000", "\"close_code\":65536", "writer.close_code" },
    { "\"probed\":true", "\"probed\":null", "writer.probed" },
    { "\"close_clean\":true", "\"close_clean\":1", "writer.close_clean" },
    { "\"presence\":\"elsewhere\"", "\"presence\":3", "writer.presence" },
    { "\"runtime\":\"python\"", "\"runtime\":{}", "writer.worker.runtime" },
    { "\"direction\":\"write\"", "\"direction\":\"both\"", "passed.direction" },
    { "\"code\":\"invocation_failed\"", "\"code\":null", "passed.error.code" },
    { "\"by\":\"writer-lost\"", "\"by\":\"somebody\"", "ended.by" },
    { "\"written_text\":2000000000000", "\"written_text\":-2", "totals.written_text" },
    { "\"internal\":false", "\"internal\":1", "internal" },
    { "\"creator\":{", "\"creator\":[],\"x\":{", "creator" },
    { "\"writer\":{", "\"writer\":null,\"x\":{", "writer" },
    { "\"totals\":{", "\"totals\":null,\"x\":{", "totals" },
    { "\"passed\":[", "\"passed\":{},\"x\":[", "passed" },
    { "\"passed\":[", "\"passed\":null,\"x\":[", "passed" },
    { "\"passed\":[", "\"passed\":[null,", "passed" },
  };
  g_autoptr (WeirChannelInfo) info = full_new ();
  g_autofree char *text = to_text (info);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_auto (GStrv) parts = g_strsplit (text, rows[i].from, 2);
      g_autofree char *wrong = NULL;
      g_autoptr (GError) error = NULL;

      g_assert_cmpuint (g_strv_length (parts), ==, 2);
      wrong = g_strjoinv (rows[i].to, parts);
      g_assert_null (from_text (wrong, &error));
      g_assert_error (error, WEIR_JSON_ERROR, WEIR_JSON_ERROR_TYPE);
      g_assert_nonnull (strstr (error->message, rows[i].names));
    }
  g_assert_null (from_text ("[]", NULL));
}

/* A newer point: words and members that we do not know. */
static void
test_future (void)
{
  g_autoptr (WeirChannelInfo) info = full_new ();
  g_autofree char *text = to_text (info);
  g_auto (GStrv) parts = g_strsplit (text, "\"state\":\"closed\"", 2);
  g_autofree char *newer = g_strjoinv ("\"state\":\"levitating\",\"colour\":[1,{}]", parts);
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirChannelInfo) again = from_text (newer, &error);

  g_assert_no_error (error);
  g_assert_cmpint (again->state, ==, WEIR_STATE_UNKNOWN);
}

/* Where it is not said whether an end closed, a code says it. */
static void
test_close_unsaid (void)
{
  g_autoptr (WeirChannelInfo) info = full_new ();
  g_autoptr (GString) text = NULL;
  g_autoptr (WeirChannelInfo) again = NULL;

  info->reader.close_code = 0;
  text = g_string_new (NULL);
  weir_channel_info_append (text, info);
  g_string_replace (text, "\"close_clean\"", "\"x\"", 0);
  again = from_text (text->str, NULL);
  g_assert_true (again->writer.close_clean);
  g_assert_false (again->reader.close_clean);
}

/* Workers choose the strings: the largest channel still fits a message of the feed, and what is cut is valid and says
 * so. */
static void
test_long_strings (void)
{
  g_autofree char *control = g_strnfill (100000, '\x01');
  g_autoptr (GString) wide = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  const char *worst[2];

  for (guint i = 0; i < 50000; i++)
    g_string_append (wide, "é");
  worst[0] = control;
  worst[1] = wide->str;
  for (guint w = 0; w < G_N_ELEMENTS (worst); w++)
    {
      g_autoptr (WeirChannelInfo) info = weir_channel_info_new ("c");
      g_autoptr (WeirChannelInfo) again = NULL;
      g_autofree char *text = NULL;

      info->creator_worker_id = g_strdup (worst[w]);
      info->creator_worker_name = g_strdup (worst[w]);
      for (guint e = 0; e < 2; e++)
        {
          WeirEndInfo *end = e == 0 ? &info->writer : &info->reader;

          end->close_reason = g_strdup (worst[w]);
          end->worker_id = g_strdup (worst[w]);
          end->worker_name = g_strdup (worst[w]);
          end->worker_runtime = g_strdup (worst[w]);
          end->function_id = g_strdup (worst[w]);
        }
      for (guint i = 0; i < 100; i++)
        {
          WeirPassedInfo *passed = passing_new (worst[w]);
          char **strings[] = { &passed->path,          &passed->by_worker_id,  &passed->by_worker_name,
                               &passed->invocation_id, &passed->error_message, &passed->error_code,
                               &passed->trace_id };

          for (guint s = 0; s < G_N_ELEMENTS (strings); s++)
            {
              g_free (*strings[s]);
              *strings[s] = g_strdup (worst[w]);
            }
          passed->at_ms = i + 1;
          g_ptr_array_add (info->passed, passed);
        }
      add_interference (info, 100, 100, info->writer.worker_name);
      text = to_text (info);
      g_assert_cmpuint (strlen (text), <, WEIR_FEED_MAX_SIZE - 1024);
      again = from_text (text, &error);
      g_assert_no_error (error);
      g_assert_true (g_str_has_suffix (again->writer.worker_name, "…"));
      g_assert_true (g_utf8_validate (again->writer.worker_name, -1, NULL));

      /* the first passing, and the latest */
      g_assert_cmpuint (again->passed->len, ==, WEIR_CHANNEL_INFO_MAX_PASSED);
      g_assert_cmpint (((WeirPassedInfo *) g_ptr_array_index (again->passed, 0))->at_ms, ==, 1);
      g_assert_cmpint (((WeirPassedInfo *) g_ptr_array_index (again->passed, 1))->at_ms, ==, 86);
      g_assert_cmpint (((WeirPassedInfo *) g_ptr_array_index (again->passed, 15))->at_ms, ==, 100);

      /* the first shapes, and the latest acts */
      g_assert_cmpuint (again->shapes->len, ==, WEIR_CHANNEL_INFO_MAX_SHAPES);
      g_assert_cmpuint (((WeirShapeInfo *) again->shapes->pdata[1])->rate_bytes_per_s, ==, 1000);
      g_assert_cmpuint (again->acts->len, ==, WEIR_CHANNEL_INFO_MAX_ACTS);
      g_assert_cmpuint (((WeirActInfo *) again->acts->pdata[15])->value, ==, 99);
    }
}

/* A peer that does not keep to what our writer keeps to is not believed: work and memory grow with these. */
static void
test_bounds (void)
{
  g_autofree char *longest = g_strnfill (WEIR_CHANNEL_INFO_MAX_STRING + 1, 'x');
  g_autoptr (GError) error = NULL;

  for (guint n = WEIR_CHANNEL_INFO_MAX_PASSED; n <= WEIR_CHANNEL_INFO_MAX_PASSED + 1; n++)
    {
      g_autoptr (WeirChannelInfo) info = full_new ();
      g_autoptr (WeirChannelInfo) again = NULL;
      g_autoptr (GString) text = NULL;
      char *passed;

      while (info->passed->len < WEIR_CHANNEL_INFO_MAX_PASSED)
        g_ptr_array_add (info->passed, passing_new ("e::f"));
      weir_channel_info_append (text = g_string_new (NULL), info);
      passed = strstr (text->str, "\"passed\":[") + strlen ("\"passed\":[");
      if (n > WEIR_CHANNEL_INFO_MAX_PASSED)
        g_string_insert (text, passed - text->str, "{},");
      again = from_text (text->str, n > WEIR_CHANNEL_INFO_MAX_PASSED ? &error : NULL);
      g_assert_true ((again != NULL) == (n <= WEIR_CHANNEL_INFO_MAX_PASSED));
    }
  g_assert_nonnull (strstr (error->message, "“passed” of a channel has too many elements"));
  g_clear_error (&error);

  for (guint cut = 0; cut < 2; cut++)
    {
      g_autoptr (WeirChannelInfo) info = full_new ();
      g_autoptr (WeirChannelInfo) again = NULL;
      g_autofree char *text = to_text (info);
      g_auto (GStrv) parts = g_strsplit (text, "stream_complete", 2);
      g_autofree char *with = g_strjoinv (longest + (cut == 0), parts);

      again = from_text (with, cut == 0 ? NULL : &error);
      g_assert_true ((again != NULL) == (cut == 0));
    }
  g_assert_nonnull (strstr (error->message, "“writer.close_reason” of a channel is too long"));
}

/* A call that carried the reader's ref. Times in ms; 0: not yet. */
typedef struct
{
  const char *function_id; /* NULL: there was none */
  const char *by;
  gint64 at, returned;
  const char *error;
  gboolean live;
} Handed;

/* Who may be at the reader's end, by what is known of the calls. */
static void
test_holders (void)
{
  static const struct
  {
    const char *name;
    gint64 connected, closed;
    Handed calls[4];
    const char *holders;
  } cases[] = {
    { "nobody was handed it", 100, 0, { { 0 } }, "" },
    { "one, which runs", 100, 0, { { "a", "w", 50 } }, "a" },
    { "one, which has returned", 100, 0, { { "a", "w", 50, 200 } }, "a" },
    { "one, which failed", 100, 0, { { "a", "w", 50, 200, "invocation_failed" } }, "a" },
    { "two, and the last was turned away and returned", 100, 0, { { "a", "w", 50 }, { "b", "w", 51, 200 } }, "a" },
    { "two, and both run", 100, 0, { { "a", "w", 50 }, { "b", "w", 51 } }, "a b" },
    { "two, and both have returned", 100, 0, { { "a", "w", 50, 200 }, { "b", "w", 51, 201 } }, "a b" },
    { "the second was handed it when it was taken", 100, 0, { { "a", "w", 50 }, { "b", "w", 101 } }, "a" },
    { "all were handed it when it was taken", 100, 0, { { "a", "w", 150 }, { "b", "w", 151 } }, "" },
    { "it was given on", 100, 0, { { "a", "w", 50 }, { "b", "v", 51 } }, "b" },
    { "it was given on to two", 100, 0, { { "a", "w", 50 }, { "b", "v", 51 }, { "c", "v", 52 } }, "b c" },
    { "one was called again as it had failed", 100, 0, { { "a", "w", 50, 60, "x" }, { "a", "w", 70 } }, "a" },
    { "one was called twice", 100, 0, { { "a", "w", 50 }, { "a", "w", 51 } }, "a" },
    { "one does not exist", 100, 0, { { "a", "w", 50 }, { "b", "w", 51, 51, "function_not_found" } }, "a" },
    { "none exists", 0, 0, { { "b", "w", 51, 51, "function_not_found" } }, "" },
    { "one got the object itself", 100, 0, { { "a", "w", 50 }, { "b", "w", 51, .live = TRUE } }, "a" },
    { "the connection of its worker broke",
      100,
      0,
      { { "a", "w", 50, 150, "invocation_stopped" }, { "b", "w", 51, 160 } },
      "a" },
    { "it was closed as one returned", 100, 5000, { { "a", "w", 50, 4990 }, { "b", "w", 51, 200 } }, "a" },
    { "it was closed just before one returned", 100, 5000, { { "a", "w", 50, 200 }, { "b", "w", 51, 5500 } }, "b" },
    { "not taken yet, and one has returned", 0, 0, { { "a", "w", 50 }, { "b", "w", 51, 200 } }, "a" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (WeirChannelInfo) info = weir_channel_info_new ("c");
      g_autoptr (GString) found = g_string_new (NULL);
      WeirHolders holders;

      info->reader.connected_at_ms = cases[i].connected;
      info->reader.closed_at_ms = cases[i].closed;
      for (guint j = 0; j < G_N_ELEMENTS (cases[i].calls) && cases[i].calls[j].function_id != NULL; j++)
        {
          const Handed *call = &cases[i].calls[j];
          WeirPassedInfo *passed = weir_passed_info_new ();

          passed->function_id = g_strdup (call->function_id);
          passed->by_worker_id = g_strdup (call->by);
          passed->direction = WEIR_DIRECTION_READ;
          passed->at_ms = call->at;
          passed->returned_at_ms = call->returned;
          passed->error_code = g_strdup (call->error);
          passed->live = call->live;
          g_ptr_array_add (info->passed, passed);
        }
      weir_holders_find (&holders, info, WEIR_DIRECTION_READ);
      for (guint j = 0; j < holders.n; j++)
        g_string_append_printf (found, "%s%s", j > 0 ? " " : "", holders.calls[j]->function_id);
      g_test_message ("%s", cases[i].name);
      g_assert_cmpstr (found->str, ==, cases[i].holders);
      weir_holders_find (&holders, info, WEIR_DIRECTION_WRITE);
      g_assert_cmpuint (holders.n, ==, 0);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/channel-info/full", test_full);
  g_test_add_func ("/protocol/channel-info/is-masked", test_is_masked);
  g_test_add_func ("/protocol/channel-info/internal", test_internal);
  g_test_add_func ("/protocol/channel-info/unknown-figures", test_unknown_figures);
  g_test_add_func ("/protocol/channel-info/empty", test_empty);
  g_test_add_func ("/protocol/channel-info/bare-passing", test_bare_passing);
  g_test_add_func ("/protocol/channel-info/missing-members", test_missing_members);
  g_test_add_func ("/protocol/channel-info/wrong-types", test_wrong_types);
  g_test_add_func ("/protocol/channel-info/future", test_future);
  g_test_add_func ("/protocol/channel-info/holders", test_holders);
  g_test_add_func ("/protocol/channel-info/close-unsaid", test_close_unsaid);
  g_test_add_func ("/protocol/channel-info/long-strings", test_long_strings);
  g_test_add_func ("/protocol/channel-info/bounds", test_bounds);
  return g_test_run ();
}
