/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "weir-feed.h"

/* Takes the message over. */
static WeirFeed *
read_again (GString *message)
{
  WeirFeed *feed = weir_feed_parse ((WeirSpan){ message->str, message->len }, NULL);

  g_assert_nonnull (feed);
  g_string_free (message, TRUE);
  return feed;
}

/* Whatever was read can be written, and that can be read. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirFeed) feed = weir_feed_parse ((WeirSpan){ (const char *) data, size }, &error);
  g_autoptr (WeirFeed) snapshot = NULL;
  g_autoptr (WeirFeed) samples = NULL;
  guint next;

  g_assert_true ((feed != NULL) == (error == NULL));
  if (feed == NULL)
    return 0;
  snapshot = read_again (weir_feed_write_snapshot (feed->now_ms, (WeirChannelInfo *const *) feed->channels->pdata,
                                                   feed->channels->len, 0, &next));
  g_assert_cmpuint (snapshot->channels->len, ==, next);
  samples = read_again (weir_feed_write_samples (feed->now_ms, (const WeirSample *) (gpointer) feed->samples->data,
                                                 feed->samples->len, 0, &next));
  g_assert_cmpuint (samples->samples->len, ==, next);
  for (guint i = 0; i < feed->channels->len; i++)
    weir_feed_free (read_again (weir_feed_write_changed (g_ptr_array_index (feed->channels, i))));
  return 0;
}
