/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-address.h"
#include "weir-channel-private.h"
#include "weir-merge.h"
#include "weir-rows.h"

#define S      ((gint64) G_USEC_PER_SEC)
#define NOW_US (5000 * S)
#define NOW_MS G_GINT64_CONSTANT (1700000000000)

#define UNKNOWN   WEIR_PRESENCE_UNKNOWN
#define NONE      WEIR_PRESENCE_NONE
#define HERE      WEIR_PRESENCE_HERE
#define ENGINE    WEIR_PRESENCE_ENGINE
#define ELSEWHERE WEIR_PRESENCE_ELSEWHERE
#define GONE      WEIR_PRESENCE_GONE

#define WRITER_UNKNOWN WEIR_TOTALS_OF_WRITER | WEIR_TOTALS_OF_BUFFER
#define READER_UNKNOWN WEIR_TOTALS_OF_READER | WEIR_TOTALS_OF_BUFFER
#define ALL_UNKNOWN    WEIR_TOTALS_OF_WRITER | WEIR_TOTALS_OF_READER | WEIR_TOTALS_OF_BUFFER

static WeirPlane *
make_plane (const char *name, WeirPlaneKind kind, guint distance, gint64 ahead_ms)
{
  WeirPlane *plane = weir_plane_new (name, kind);

  plane->distance = distance;
  weir_clock_learn (plane->clock, NOW_MS + ahead_ms, NOW_US);
  return plane;
}

/* One plane of a row of the table. */
typedef struct
{
  WeirPlaneKind kind;
  guint distance;
  WeirPresence writer, reader;
  WeirState state;
  guint64 written, sent;
  guint32 unknown;
  WeirEndedBy ended;
  gboolean is_stale;
  gint64 paused_ago_ms;
} Says;

#define MAX_SAYS 3

static const struct
{
  const char *what;
  Says says[MAX_SAYS];
  guint n;
  WeirPresence writer, reader; /* what the row says */
  WeirState state;
  guint writer_of, reader_of;
  guint32 unknown; /* of written, sent and buffered messages */
  WeirEndedBy ended;
} rows[] = {
  { "a relay sees both ends, the logs as well",
    { { WEIR_PLANE_PASSIVE, 0, ELSEWHERE, ELSEWHERE, WEIR_STATE_UNKNOWN, 0, 0, ALL_UNKNOWN },
      { WEIR_PLANE_RELAY, 1, HERE, HERE, WEIR_STATE_FLOWING, 9, 5, 0 } },
    2,
    HERE,
    HERE,
    WEIR_STATE_FLOWING,
    1,
    1,
    0 },
  { "a relay sees the writer, the logs that the reader is elsewhere",
    { { WEIR_PLANE_PASSIVE, 0, ELSEWHERE, ELSEWHERE, WEIR_STATE_UNKNOWN, 0, 0, ALL_UNKNOWN },
      { WEIR_PLANE_RELAY, 1, HERE, UNKNOWN, WEIR_STATE_UNKNOWN, 9, 0, READER_UNKNOWN } },
    2,
    HERE,
    ELSEWHERE,
    WEIR_STATE_IDLE,
    1,
    0,
    WEIR_TOTALS_SENT_MESSAGES | WEIR_TOTALS_BUFFERED_MESSAGES },
  { "the same, and the writer is held, but what it writes is taken bit by bit",
    { { WEIR_PLANE_PASSIVE, 0, ELSEWHERE, ELSEWHERE, WEIR_STATE_UNKNOWN, 0, 0, ALL_UNKNOWN },
      { WEIR_PLANE_RELAY, 1, HERE, UNKNOWN, WEIR_STATE_FLOWING, 9, 0, READER_UNKNOWN, .paused_ago_ms = 50000 } },
    2,
    HERE,
    ELSEWHERE,
    WEIR_STATE_FLOWING,
    1,
    0,
    WEIR_TOTALS_SENT_MESSAGES | WEIR_TOTALS_BUFFERED_MESSAGES },
  { "the same, and none of it is taken any more",
    { { WEIR_PLANE_PASSIVE, 0, ELSEWHERE, ELSEWHERE, WEIR_STATE_UNKNOWN, 0, 0, ALL_UNKNOWN },
      { WEIR_PLANE_RELAY, 1, HERE, UNKNOWN, WEIR_STATE_STALLED, 9, 0, READER_UNKNOWN, .paused_ago_ms = 50000 } },
    2,
    HERE,
    ELSEWHERE,
    WEIR_STATE_STALLED,
    1,
    0,
    WEIR_TOTALS_SENT_MESSAGES | WEIR_TOTALS_BUFFERED_MESSAGES },
  { "a relay each",
    { { WEIR_PLANE_RELAY, 1, HERE, ELSEWHERE, WEIR_STATE_FLOWING, 9, 0, READER_UNKNOWN },
      { WEIR_PLANE_RELAY, 1, ELSEWHERE, HERE, WEIR_STATE_FLOWING, 0, 7, WRITER_UNKNOWN } },
    2,
    HERE,
    HERE,
    WEIR_STATE_FLOWING,
    0,
    1,
    0 },
  { "a relay each, and neither tells of movement",
    { { WEIR_PLANE_RELAY, 1, HERE, ELSEWHERE, WEIR_STATE_IDLE, 9, 0, READER_UNKNOWN },
      { WEIR_PLANE_RELAY, 1, ELSEWHERE, HERE, WEIR_STATE_IDLE, 0, 9, WRITER_UNKNOWN } },
    2,
    HERE,
    HERE,
    WEIR_STATE_IDLE,
    0,
    1,
    0 },
  { "a relay each, one says the reader does not read",
    { { WEIR_PLANE_RELAY, 1, HERE, ELSEWHERE, WEIR_STATE_IDLE, 9, 0, READER_UNKNOWN },
      { WEIR_PLANE_RELAY, 1, ELSEWHERE, HERE, WEIR_STATE_STALLED, 0, 4, WRITER_UNKNOWN } },
    2,
    HERE,
    HERE,
    WEIR_STATE_STALLED,
    0,
    1,
    0 },
  { "the engine sees all, a relay the writer: nearer",
    { { WEIR_PLANE_ENGINE, 0, HERE, HERE, WEIR_STATE_STALLED, 8, 5, 0 },
      { WEIR_PLANE_RELAY, 1, HERE, UNKNOWN, WEIR_STATE_UNKNOWN, 9, 0, READER_UNKNOWN } },
    2,
    HERE,
    HERE,
    WEIR_STATE_STALLED,
    1,
    0,
    0 },
  { "the engine says the reader never came, a relay concludes that it did",
    { { WEIR_PLANE_ENGINE, 0, HERE, NONE, WEIR_STATE_WAITING_READER, 8, 0, 0 },
      { WEIR_PLANE_RELAY, 1, HERE, ELSEWHERE, WEIR_STATE_IDLE, 9, 0, READER_UNKNOWN } },
    2,
    HERE,
    NONE,
    WEIR_STATE_WAITING_READER,
    1,
    0,
    0 },
  { "two relays in a row: the one next to the workers",
    { { WEIR_PLANE_RELAY, 1, HERE, HERE, WEIR_STATE_FLOWING, 8, 6, 0 },
      { WEIR_PLANE_RELAY, 2, HERE, HERE, WEIR_STATE_IDLE, 9, 5, 0 } },
    2,
    HERE,
    HERE,
    WEIR_STATE_IDLE,
    1,
    1,
    0 },
  { "the relay is lost: what the logs know",
    { { WEIR_PLANE_PASSIVE, 0, ELSEWHERE, ELSEWHERE, WEIR_STATE_UNKNOWN, 0, 0, ALL_UNKNOWN },
      { WEIR_PLANE_RELAY, 1, HERE, HERE, WEIR_STATE_FLOWING, 9, 5, 0, 0, TRUE } },
    2,
    ELSEWHERE,
    ELSEWHERE,
    WEIR_STATE_UNKNOWN,
    0,
    0,
    WEIR_TOTALS_WRITTEN_MESSAGES | WEIR_TOTALS_SENT_MESSAGES | WEIR_TOTALS_BUFFERED_MESSAGES },
  { "the relay's writer has closed, the logs say the reader is there",
    { { WEIR_PLANE_PASSIVE, 0, GONE, ELSEWHERE, WEIR_STATE_DRAINING, 0, 0, ALL_UNKNOWN },
      { WEIR_PLANE_RELAY, 1, GONE, UNKNOWN, WEIR_STATE_CLOSED, 9, 0, READER_UNKNOWN, WEIR_ENDED_WRITER } },
    2,
    GONE,
    ELSEWHERE,
    WEIR_STATE_DRAINING,
    1,
    0,
    WEIR_TOTALS_SENT_MESSAGES | WEIR_TOTALS_BUFFERED_MESSAGES },
  { "and now the reader has left, too",
    { { WEIR_PLANE_PASSIVE, 0, GONE, GONE, WEIR_STATE_CLOSED, 0, 0, ALL_UNKNOWN, WEIR_ENDED_UNKNOWN },
      { WEIR_PLANE_RELAY, 1, GONE, UNKNOWN, WEIR_STATE_CLOSED, 9, 0, READER_UNKNOWN, WEIR_ENDED_WRITER } },
    2,
    GONE,
    GONE,
    WEIR_STATE_CLOSED,
    1,
    0,
    WEIR_TOTALS_SENT_MESSAGES | WEIR_TOTALS_BUFFERED_MESSAGES,
    WEIR_ENDED_WRITER },
  { "a relay each: who saw the cause tells it",
    { { WEIR_PLANE_RELAY, 1, GONE, ELSEWHERE, WEIR_STATE_CLOSED, 9, 0, READER_UNKNOWN, WEIR_ENDED_READER },
      { WEIR_PLANE_RELAY, 1, ELSEWHERE, GONE, WEIR_STATE_CLOSED, 0, 7, WRITER_UNKNOWN, WEIR_ENDED_UNKNOWN } },
    2,
    GONE,
    GONE,
    WEIR_STATE_CLOSED,
    0,
    1,
    0,
    WEIR_ENDED_READER },
  { "a relay each: who saw the writer's connection break, and who saw the engine's close for it",
    { { WEIR_PLANE_RELAY, 1, GONE, ELSEWHERE, WEIR_STATE_CLOSED, 9, 0, READER_UNKNOWN, WEIR_ENDED_WRITER_LOST },
      { WEIR_PLANE_RELAY, 1, ELSEWHERE, GONE, WEIR_STATE_CLOSED, 0, 9, WRITER_UNKNOWN, WEIR_ENDED_WRITER } },
    2,
    GONE,
    GONE,
    WEIR_STATE_CLOSED,
    0,
    1,
    0,
    WEIR_ENDED_WRITER_LOST },
  { "a relay whose reader never came, and the logs say that the engine has removed the channel",
    { { WEIR_PLANE_PASSIVE, 0, GONE, UNKNOWN, WEIR_STATE_CLOSED, 0, 0, ALL_UNKNOWN, WEIR_ENDED_EXPIRED },
      { WEIR_PLANE_RELAY, 1, GONE, NONE, WEIR_STATE_WAITING_READER, 9, 0, 0, WEIR_ENDED_NOT } },
    2,
    GONE,
    NONE,
    WEIR_STATE_CLOSED,
    1,
    1,
    0,
    WEIR_ENDED_EXPIRED },
  { "only the logs",
    { { WEIR_PLANE_PASSIVE, 0, ELSEWHERE, UNKNOWN, WEIR_STATE_UNKNOWN, 0, 0, ALL_UNKNOWN } },
    1,
    ELSEWHERE,
    UNKNOWN,
    WEIR_STATE_UNKNOWN,
    0,
    0,
    WEIR_TOTALS_WRITTEN_MESSAGES | WEIR_TOTALS_SENT_MESSAGES | WEIR_TOTALS_BUFFERED_MESSAGES },
  { "the logs count what the relay does not see",
    { { WEIR_PLANE_PASSIVE, 0, ELSEWHERE, ELSEWHERE, WEIR_STATE_FLOWING, 9, 6, 0 },
      { WEIR_PLANE_RELAY, 1, HERE, ELSEWHERE, WEIR_STATE_IDLE, 9, 0, READER_UNKNOWN } },
    2,
    HERE,
    ELSEWHERE,
    WEIR_STATE_FLOWING,
    1,
    0,
    0 },
  { "an end in the engine",
    { { WEIR_PLANE_PASSIVE, 0, ELSEWHERE, UNKNOWN, WEIR_STATE_UNKNOWN, 0, 0, ALL_UNKNOWN },
      { WEIR_PLANE_RELAY, 1, HERE, ENGINE, WEIR_STATE_IDLE, 9, 0, READER_UNKNOWN } },
    2,
    HERE,
    ENGINE,
    WEIR_STATE_IDLE,
    1,
    1,
    WEIR_TOTALS_SENT_MESSAGES | WEIR_TOTALS_BUFFERED_MESSAGES },
};

static WeirChannelInfo *
make_info (const Says *says)
{
  WeirChannelInfo *info = weir_channel_info_new ("c");

  info->created_at_ms = NOW_MS - 60000;
  info->writer.presence = says->writer;
  info->reader.presence = says->reader;
  info->state = says->state;
  info->since_ms = NOW_MS - 10000;
  info->paused_since_ms = says->paused_ago_ms != 0 ? NOW_MS - says->paused_ago_ms : 0;
  info->totals.written_messages = says->written;
  info->totals.sent_messages = says->sent;
  info->totals.buffered_messages = says->written - MIN (says->sent, says->written);
  weir_totals_set_unknown (&info->totals, says->unknown);
  info->ended_by = says->ended;
  info->ended_at_ms = says->ended != WEIR_ENDED_NOT ? NOW_MS - 5000 : 0;
  return info;
}

/* As the row comes to be shown by the planes in that order. */
static WeirChannel *
make_channel (guint row, const guint *order, WeirPlane **planes)
{
  WeirChannel *channel = NULL;

  for (guint i = 0; i < rows[row].n; i++)
    {
      const Says *says = &rows[row].says[order[i]];
      WeirPlane *plane = planes[order[i]];

      if (channel == NULL)
        channel = weir_channel_new (plane, make_info (says), NOW_US);
      else
        weir_channel_apply_info (channel, plane, make_info (says), NOW_US);
    }
  for (guint i = 0; i < rows[row].n; i++)
    if (rows[row].says[i].is_stale)
      weir_channel_set_stale (channel, planes[i]);
  return channel;
}

static void
check_row (guint row, WeirChannel *channel, WeirPlane **planes)
{
  const WeirChannelInfo *info = weir_channel_get_info (channel);
  guint32 shown = WEIR_TOTALS_WRITTEN_MESSAGES | WEIR_TOTALS_SENT_MESSAGES | WEIR_TOTALS_BUFFERED_MESSAGES;

  g_test_message ("%s: %s %s, %s", rows[row].what, weir_presence_to_string (info->writer.presence),
                  weir_presence_to_string (info->reader.presence), weir_state_to_string (info->state));
  g_assert_cmpint (info->writer.presence, ==, rows[row].writer);
  g_assert_cmpint (info->reader.presence, ==, rows[row].reader);
  g_assert_cmpint (info->state, ==, rows[row].state);
  g_assert_cmpint (info->ended_by, ==, rows[row].ended);
  g_assert_cmphex (info->totals.unknown & shown, ==, rows[row].unknown);
  if (weir_totals_knows (&info->totals, WEIR_TOTALS_WRITTEN_MESSAGES))
    g_assert_cmpuint (info->totals.written_messages, ==, rows[row].says[rows[row].writer_of].written);
  if (weir_totals_knows (&info->totals, WEIR_TOTALS_SENT_MESSAGES))
    g_assert_cmpuint (info->totals.sent_messages, ==, rows[row].says[rows[row].reader_of].sent);
  for (guint i = 0; i < weir_channel_get_n_planes (channel); i++)
    {
      WeirChannelPlane seen;

      weir_channel_get_plane (channel, i, &seen);
      g_assert_cmpint (seen.gives_writer, ==, seen.name == planes[rows[row].writer_of]->name);
      g_assert_cmpint (seen.gives_reader, ==, seen.name == planes[rows[row].reader_of]->name);
    }
}

/* In whatever order the planes come, the row says the same. */
static void
test_merge (void)
{
  static const guint orders[][MAX_SAYS] = { { 0, 1, 2 }, { 1, 0, 2 } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    for (guint j = 0; j < rows[i].n; j++)
      {
        WeirPlane *planes[MAX_SAYS] = { NULL };
        g_autoptr (WeirChannel) channel = NULL;

        for (guint k = 0; k < rows[i].n; k++)
          {
            g_autofree char *name = g_strdup_printf ("plane-%u", k);

            planes[k] = make_plane (name, rows[i].says[k].kind, rows[i].says[k].distance, 0);
          }
        channel = make_channel (i, orders[j], planes);
        check_row (i, channel, planes);
        for (guint k = 0; k < rows[i].n; k++)
          weir_plane_unref (planes[k]);
      }
}

/* A clock is learnt anew all the time; who ended a channel does not change with it. */
static void
test_verdict_stays (void)
{
  g_autoptr (WeirPlane) a = make_plane ("a", WEIR_PLANE_RELAY, 1, 0);
  g_autoptr (WeirPlane) b = make_plane ("b", WEIR_PLANE_RELAY, 1, 0);
  const Says lost = { WEIR_PLANE_RELAY,      1, GONE, ELSEWHERE, WEIR_STATE_CLOSED, 9, 0, READER_UNKNOWN,
                      WEIR_ENDED_WRITER_LOST };
  const Says left = {
    WEIR_PLANE_RELAY, 1, ELSEWHERE, GONE, WEIR_STATE_CLOSED, 0, 7, WRITER_UNKNOWN, WEIR_ENDED_READER
  };
  g_autoptr (WeirChannel) channel = weir_channel_new (a, make_info (&lost), NOW_US);

  weir_channel_apply_info (channel, b, make_info (&left), NOW_US);
  for (gint i = -20; i <= 20; i += 10)
    {
      weir_clock_learn (b->clock, NOW_MS + i, NOW_US + (20 + i) * S);
      weir_channel_merge (channel, NOW_US + (20 + i) * S);
      g_assert_cmpint (weir_channel_get_info (channel)->ended_by, ==, WEIR_ENDED_WRITER_LOST);
    }
}

/* What was known of a channel that has ended stays for as long as anybody keeps it. */
static void
test_forgotten_by_one (void)
{
  g_autoptr (WeirPlane) a = make_plane ("a", WEIR_PLANE_RELAY, 1, 0);
  g_autoptr (WeirPlane) b = make_plane ("b", WEIR_PLANE_RELAY, 1, 0);
  const Says lost = { WEIR_PLANE_RELAY,      1, GONE, ELSEWHERE, WEIR_STATE_CLOSED, 9, 0, READER_UNKNOWN,
                      WEIR_ENDED_WRITER_LOST };
  const Says left = {
    WEIR_PLANE_RELAY, 1, ELSEWHERE, GONE, WEIR_STATE_CLOSED, 0, 7, WRITER_UNKNOWN, WEIR_ENDED_WRITER
  };
  g_autoptr (WeirChannel) channel = weir_channel_new (a, make_info (&lost), NOW_US);
  const WeirChannelInfo *info;

  weir_channel_apply_info (channel, b, make_info (&left), NOW_US);
  g_assert_true (weir_channel_leave (channel, a, NOW_US + S));
  info = weir_channel_get_info (channel);
  g_assert_cmpint (info->ended_by, ==, WEIR_ENDED_WRITER_LOST);
  g_assert_cmpuint (info->totals.written_messages, ==, 9);
  g_assert_cmpuint (info->totals.sent_messages, ==, 7);
  g_assert_false (weir_channel_is_seen_elsewhere (channel, b));
  g_assert_false (weir_channel_leave (channel, b, NOW_US + 2 * S));
  g_assert_false (weir_channel_is_seen (channel));
}

/* The relay forgets what has ended, and the log, which has lost its ends, tells of it as if it went on: a row that was
 * seen to end stays so, with its names and totals. */
static void
test_forgotten_by_point (void)
{
  static const struct
  {
    const char *what;
    Says log, point;
    WeirPresence writer, reader;
    WeirState state;
    WeirEndedBy ended;
    guint64 written;
    gboolean is_named;
  } cases[] = {
    { "both ends were there, and their end was told",
      { WEIR_PLANE_PASSIVE, 0, ELSEWHERE, ELSEWHERE, WEIR_STATE_UNKNOWN, 0, 0, ALL_UNKNOWN },
      { WEIR_PLANE_RELAY, 1, GONE, GONE, WEIR_STATE_CLOSED, 9, 7, 0, WEIR_ENDED_READER },
      GONE,
      GONE,
      WEIR_STATE_CLOSED,
      WEIR_ENDED_READER,
      9,
      TRUE },
    { "both ends were there, and it did not come to tell how they went",
      { WEIR_PLANE_PASSIVE, 0, ELSEWHERE, UNKNOWN, WEIR_STATE_UNKNOWN, 0, 0, ALL_UNKNOWN },
      { WEIR_PLANE_RELAY, 1, HERE, HERE, WEIR_STATE_FLOWING, 9, 7, 0 },
      GONE,
      GONE,
      WEIR_STATE_CLOSED,
      WEIR_ENDED_UNKNOWN,
      9,
      TRUE },
    { "one was, and the other goes on elsewhere",
      { WEIR_PLANE_PASSIVE, 0, GONE, ELSEWHERE, WEIR_STATE_DRAINING, 0, 0, ALL_UNKNOWN },
      { WEIR_PLANE_RELAY, 1, GONE, UNKNOWN, WEIR_STATE_CLOSED, 9, 0, READER_UNKNOWN, WEIR_ENDED_WRITER },
      GONE,
      ELSEWHERE,
      WEIR_STATE_DRAINING,
      WEIR_ENDED_NOT,
      9,
      TRUE },
    { "none was: only its refs went by",
      { WEIR_PLANE_PASSIVE, 0, ELSEWHERE, UNKNOWN, WEIR_STATE_UNKNOWN, 0, 0, ALL_UNKNOWN },
      { WEIR_PLANE_RELAY, 1, UNKNOWN, NONE, WEIR_STATE_UNKNOWN, 0, 0, ALL_UNKNOWN },
      ELSEWHERE,
      UNKNOWN,
      WEIR_STATE_UNKNOWN,
      WEIR_ENDED_NOT,
      0,
      FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (WeirPlane) log = make_plane ("", WEIR_PLANE_PASSIVE, 0, 0);
      g_autoptr (WeirPlane) point = make_plane ("relay", WEIR_PLANE_RELAY, 1, 0);
      g_autoptr (WeirChannel) channel = weir_channel_new (log, make_info (&cases[i].log), NOW_US);
      WeirChannelInfo *said = make_info (&cases[i].point);
      const WeirChannelInfo *info;

      g_test_message ("%s", cases[i].what);
      said->writer.worker_name = g_strdup ("producer");
      weir_channel_apply_info (channel, point, said, NOW_US);
      weir_channel_end_unheard (channel, point, NOW_US + S);
      g_assert_true (weir_channel_leave (channel, point, NOW_US + S));
      weir_channel_apply_info (channel, log, make_info (&cases[i].log), NOW_US + 2 * S);
      info = weir_channel_get_info (channel);
      g_assert_cmpint (info->writer.presence, ==, cases[i].writer);
      g_assert_cmpint (info->reader.presence, ==, cases[i].reader);
      g_assert_cmpint (info->state, ==, cases[i].state);
      g_assert_cmpint (info->ended_by, ==, cases[i].ended);
      g_assert_cmpuint (info->totals.written_messages, ==, cases[i].written);
      g_assert_cmpstr (info->writer.worker_name, ==, cases[i].is_named ? "producer" : NULL);
    }
}

/* And if the log comes to tell of it only then, it is not a new one. */
static void
test_told_too_late (void)
{
  g_autoptr (WeirChannelList) list = weir_channel_list_new ();
  g_autoptr (WeirRows) all = weir_rows_new (list);
  g_autoptr (WeirPlane) log = make_plane ("", WEIR_PLANE_PASSIVE, 0, 0);
  g_autoptr (WeirPlane) point = make_plane ("relay", WEIR_PLANE_RELAY, 1, 0);
  const Says closed = { WEIR_PLANE_RELAY, 1, GONE, GONE, WEIR_STATE_CLOSED, 9, 9, 0, WEIR_ENDED_WRITER };
  const Says open = { WEIR_PLANE_RELAY, 1, HERE, UNKNOWN, WEIR_STATE_UNKNOWN, 9, 0, READER_UNKNOWN };
  const Says told = { WEIR_PLANE_PASSIVE, 0, GONE, UNKNOWN, WEIR_STATE_UNKNOWN, 0, 0, ALL_UNKNOWN };

  weir_rows_see (all, point, make_info (&closed), NOW_US);
  weir_rows_flush (all);
  weir_rows_leave (all, point, "c", NOW_US);
  g_assert_null (weir_rows_see (all, log, make_info (&told), NOW_US));
  weir_rows_flush (all);
  weir_rows_sweep (all);
  g_assert_cmpuint (weir_channel_list_get_size (list), ==, 0);
  g_assert_nonnull (weir_rows_see (all, point, make_info (&open), NOW_US)); /* a point knows better */
  g_assert_nonnull (weir_rows_see (all, log, make_info (&told), NOW_US));
  weir_rows_leave (all, log, "c", NOW_US);
  weir_rows_leave (all, point, "c", NOW_US);
}

/* A relay knows how large the engine's buffer is, and never what is in it: only the engine's figures are so many of it.
 */
static void
test_buffer (void)
{
  g_autoptr (WeirPlane) relay = make_plane ("relay", WEIR_PLANE_RELAY, 1, 0);
  g_autoptr (WeirPlane) engine = make_plane ("engine", WEIR_PLANE_ENGINE, 0, 0);
  const Says says = { WEIR_PLANE_RELAY, 1, HERE, HERE, WEIR_STATE_FLOWING, 200, 41, 0 };
  WeirChannelInfo *info = make_info (&says);
  g_autoptr (WeirChannel) channel = NULL;

  info->buffer_items = 64;
  channel = weir_channel_new (relay, info, NOW_US);
  g_assert_cmpuint (weir_channel_get_info (channel)->buffer_items, ==, 0);
  g_assert_cmpuint (weir_channel_get_info (channel)->totals.buffered_messages, ==, 159);
  info = make_info (&says);
  info->buffer_items = 64;
  info->totals.buffered_messages = 60;
  weir_channel_apply_info (channel, engine, info, NOW_US);
  g_assert_cmpuint (weir_channel_get_info (channel)->buffer_items, ==, 64);
  g_assert_cmpuint (weir_channel_get_info (channel)->totals.buffered_messages, ==, 60);
}

/* Each point has a clock of its own: the row speaks in one. */
static void
test_clocks (void)
{
  g_autoptr (WeirPlane) passive = make_plane ("", WEIR_PLANE_PASSIVE, 0, 3600 * 1000);
  g_autoptr (WeirPlane) relay = make_plane ("relay", WEIR_PLANE_RELAY, 1, 0);
  const Says logs = { WEIR_PLANE_PASSIVE, 0, ELSEWHERE, ELSEWHERE, WEIR_STATE_UNKNOWN, 0, 0, ALL_UNKNOWN };
  const Says point = { WEIR_PLANE_RELAY, 1, HERE, UNKNOWN, WEIR_STATE_UNKNOWN, 9, 0, READER_UNKNOWN };
  WeirChannelInfo *info = make_info (&logs);
  g_autoptr (WeirChannel) channel = NULL;

  info->reader.connected_at_ms = NOW_MS + 3600 * 1000 - 2000;
  channel = weir_channel_new (passive, info, NOW_US);
  weir_channel_apply_info (channel, relay, make_info (&point), NOW_US);
  g_assert_true (weir_channel_get_home (channel) == relay);
  info = (WeirChannelInfo *) weir_channel_get_info (channel);
  g_assert_cmpint (info->reader.connected_at_ms, ==, NOW_MS - 2000);
  g_assert_cmpint (weir_channel_to_local_us (channel, info->reader.connected_at_ms), ==, NOW_US - 2 * S);
}

/* Who an end is does not get lost with the plane that knew it, nor is it taken from another end. */
static void
test_identity (void)
{
  g_autoptr (WeirPlane) passive = make_plane ("", WEIR_PLANE_PASSIVE, 0, 0);
  g_autoptr (WeirPlane) relay = make_plane ("relay", WEIR_PLANE_RELAY, 1, 0);
  const Says logs = { WEIR_PLANE_PASSIVE, 0, ELSEWHERE, ELSEWHERE, WEIR_STATE_UNKNOWN, 0, 0, ALL_UNKNOWN };
  const Says point = { WEIR_PLANE_RELAY, 1, HERE, HERE, WEIR_STATE_IDLE, 9, 9, 0 };
  WeirChannelInfo *info = make_info (&point);
  g_autoptr (WeirChannel) channel = NULL;

  info->writer.worker_id = g_strdup ("w1");
  info->writer.worker_name = g_strdup ("producer:1");
  info->writer.how = WEIR_HOW_CREATOR;
  channel = weir_channel_new (relay, info, NOW_US);
  weir_channel_apply_info (channel, passive, make_info (&logs), NOW_US);
  weir_channel_set_stale (channel, relay);
  g_assert_cmpint (weir_channel_get_info (channel)->writer.presence, ==, ELSEWHERE);
  g_assert_cmpstr (weir_channel_get_info (channel)->writer.worker_name, ==, "producer:1");
  g_assert_null (weir_channel_get_info (channel)->reader.worker_name);
  g_assert_false (weir_channel_is_stale (channel));
}

static double
written_rate (WeirChannel *channel, gint64 at_us)
{
  return weir_series_rate (weir_channel_get_series (channel), WEIR_SERIES_WRITTEN, at_us, S);
}

/* A plane that comes or goes moves nothing: its totals are no rate. */
static void
test_no_false_rate (void)
{
  g_autoptr (WeirPlane) passive = make_plane ("", WEIR_PLANE_PASSIVE, 0, 0);
  g_autoptr (WeirPlane) relay = make_plane ("relay", WEIR_PLANE_RELAY, 1, 0);
  const Says logs = { WEIR_PLANE_PASSIVE, 0, ELSEWHERE, ELSEWHERE, WEIR_STATE_UNKNOWN, 0, 0, ALL_UNKNOWN };
  const Says point = { WEIR_PLANE_RELAY, 1, HERE, HERE, WEIR_STATE_FLOWING, 9, 9, 0 };
  WeirTotals totals = { .written_bytes = 1000000, .written_messages = 9 };
  g_autoptr (WeirChannel) channel = weir_channel_new (passive, make_info (&logs), NOW_US);
  WeirChannelInfo *info = make_info (&point);

  g_assert_cmpint (weir_channel_get_certainty (channel, WEIR_TOTALS_WRITTEN_BYTES), ==, WEIR_CERTAINTY_UNKNOWN);
  info->totals = totals;
  weir_channel_apply_info (channel, relay, info, NOW_US + S / 4);
  g_assert_cmpint (weir_channel_get_certainty (channel, WEIR_TOTALS_WRITTEN_BYTES), ==, WEIR_CERTAINTY_SEEN);
  g_assert_cmpfloat (written_rate (channel, NOW_US + S / 4), ==, 0);

  for (guint i = 2; i <= 5; i++)
    {
      totals.written_bytes += 1000;
      totals.written_messages++;
      weir_channel_apply_totals (channel, relay, &totals, NOW_US + i * S / 4);
    }
  g_assert_cmpfloat_with_epsilon (written_rate (channel, NOW_US + 5 * S / 4), 4000, 50);

  g_assert_true (weir_channel_leave (channel, relay, NOW_US + 6 * S / 4));
  g_assert_false (weir_channel_knows (channel, WEIR_TOTALS_WRITTEN_BYTES));
  weir_channel_apply_info (channel, passive, make_info (&logs), NOW_US + 4 * S);
  g_assert_cmpfloat (written_rate (channel, NOW_US + 4 * S), ==, 0);
}

static void
count_cb (WeirChannel *channel, guint *n)
{
  (*n)++;
}

/* What no plane says alone comes by time. */
static void
test_time (void)
{
  g_autoptr (WeirPlane) writer = make_plane ("a", WEIR_PLANE_RELAY, 1, 0);
  g_autoptr (WeirPlane) reader = make_plane ("b", WEIR_PLANE_RELAY, 1, 0);
  const Says says = { WEIR_PLANE_RELAY, 1, HERE, UNKNOWN, WEIR_STATE_UNKNOWN, 9, 0, READER_UNKNOWN };
  const Says other = { WEIR_PLANE_RELAY, 1, UNKNOWN, HERE, WEIR_STATE_UNKNOWN, 0, 9, WRITER_UNKNOWN };
  WeirTotals totals = { .written_messages = 10 };
  g_autoptr (WeirChannel) channel = weir_channel_new (writer, make_info (&says), NOW_US);
  guint n_changed = 0;

  weir_channel_apply_info (channel, reader, make_info (&other), NOW_US);
  g_assert_cmpint (weir_channel_get_state (channel), ==, WEIR_STATE_IDLE);
  g_signal_connect (channel, "changed", G_CALLBACK (count_cb), &n_changed);
  weir_totals_set_unknown (&totals, READER_UNKNOWN);
  weir_channel_apply_totals (channel, writer, &totals, NOW_US + S);
  weir_channel_tick (channel, NOW_US + S);
  g_assert_cmpint (weir_channel_get_state (channel), ==, WEIR_STATE_FLOWING);
  g_assert_cmpuint (n_changed, ==, 1);
  g_assert_cmpuint (weir_channel_get_info (channel)->totals.buffered_messages, ==, 1); /* between the two */
  g_assert_cmpint (weir_channel_get_certainty (channel, WEIR_TOTALS_BUFFERED_MESSAGES), ==, WEIR_CERTAINTY_INFERRED);
  weir_channel_tick (channel, NOW_US + 4 * S - 1);
  g_assert_cmpint (weir_channel_get_state (channel), ==, WEIR_STATE_FLOWING);
  weir_channel_tick (channel, NOW_US + 4 * S);
  g_assert_cmpint (weir_channel_get_state (channel), ==, WEIR_STATE_IDLE);
  g_assert_cmpuint (n_changed, ==, 2);
}

/* The relay goes for good: what passed through it has ended, in the row that stays. */
static void
test_end_with_relay (void)
{
  g_autoptr (WeirPlane) relay = make_plane ("relay", WEIR_PLANE_RELAY, 1, 0);
  const Says point = { WEIR_PLANE_RELAY, 1, HERE, HERE, WEIR_STATE_FLOWING, 9, 9, 0 };
  g_autoptr (WeirChannel) channel = weir_channel_new (relay, make_info (&point), NOW_US);

  weir_channel_end_with_point (channel, relay, NOW_US);
  g_assert_cmpint (weir_channel_get_state (channel), ==, WEIR_STATE_CLOSED);
  g_assert_cmpint (weir_channel_get_info (channel)->ended_by, ==, WEIR_ENDED_UNKNOWN);
}

/* A relay is lost, and with it the ends that passed through it: they have not left. */
static void
test_lost_relay (void)
{
  static const struct
  {
    const char *what;
    gint64 ago_ms; /* its reader broke, before the relays were missed */
    gboolean is_clean;
    const char *relay;
  } cases[] = {
    { "the reader broke as the relays were lost", 500, FALSE, "ra" },
    { "it closed", 500, TRUE, NULL },
    { "it broke before", 20000, FALSE, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (WeirPlane) engine = make_plane ("engine", WEIR_PLANE_ENGINE, 0, 0);
      g_autoptr (WeirPlane) rb = make_plane ("rb", WEIR_PLANE_RELAY, 2, 0);
      g_autoptr (WeirPlane) ra = make_plane ("ra", WEIR_PLANE_RELAY, 1, 0);
      const Says relayed = { WEIR_PLANE_RELAY, 1, HERE, HERE, WEIR_STATE_FLOWING, 9, 9, 0 };
      const Says ended = { WEIR_PLANE_ENGINE, 0, GONE, GONE, WEIR_STATE_CLOSED, 9, 9, 0, WEIR_ENDED_READER };
      g_autoptr (WeirChannel) channel = weir_channel_new (rb, make_info (&relayed), NOW_US);
      g_autoptr (GPtrArray) findings = NULL;
      WeirChannelInfo *info = make_info (&ended);

      weir_channel_apply_info (channel, ra, make_info (&relayed), NOW_US);
      weir_channel_set_stale (channel, rb);
      weir_channel_set_stale (channel, ra);
      info->reader.closed_at_ms = weir_clock_to_wall_ms (engine->clock, g_get_monotonic_time ()) - cases[i].ago_ms;
      info->reader.close_clean = cases[i].is_clean;
      weir_channel_apply_info (channel, engine, info, NOW_US);
      g_test_message ("%s", cases[i].what);
      g_assert_cmpstr (weir_channel_get_lost_relay (channel), ==, cases[i].relay);
      findings = weir_channel_dup_findings (channel, NOW_US);
      g_assert_cmpint (((WeirFinding *) findings->pdata[0])->kind, ==,
                       cases[i].relay != NULL ? WEIR_FINDING_RELAY_LOST : WEIR_FINDING_CLOSED_BY_READER);
      weir_channel_apply_info (channel, ra, make_info (&relayed), NOW_US); /* it is back */
      g_assert_cmpstr (weir_channel_get_lost_relay (channel), ==, cases[i].relay);
    }
}

static void
test_addresses (void)
{
  static const struct
  {
    const char *a, *b;
    gboolean is_same;
  } pairs[] = {
    { "ws://127.0.0.1:49134", "ws://localhost:49134/", TRUE },
    { "127.0.0.1:49134", "ws://[::1]:49134", TRUE },
    { "ws://0.0.0.0:49134", "localhost:49134", TRUE },
    { "ws://LocalHost:1", "ws://localhost:2", FALSE },
    { "wss://engine.example", "wss://ENGINE.example:443/x", TRUE },
    { "ws://a:1", "ws://b:1", FALSE },
    { "ws://a:99999999", "ws://a:99999999", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    if (weir_address_is_same (pairs[i].a, pairs[i].b) != pairs[i].is_same)
      g_error ("%s and %s", pairs[i].a, pairs[i].b);
}

/* 10 000 channels that two planes see and that all move: a second of samples takes less than a second, by far. */
static void
test_many (void)
{
  enum
  {
    N = 10000
  };
  g_autoptr (WeirChannelList) list = weir_channel_list_new ();
  g_autoptr (WeirRows) all = weir_rows_new (list);
  g_autoptr (WeirPlane) a = make_plane ("a", WEIR_PLANE_RELAY, 1, 0);
  g_autoptr (WeirPlane) b = make_plane ("b", WEIR_PLANE_RELAY, 1, 0);
  const Says says = { WEIR_PLANE_RELAY, 1, HERE, ELSEWHERE, WEIR_STATE_FLOWING, 9, 0, READER_UNKNOWN };
  const Says other = { WEIR_PLANE_RELAY, 1, ELSEWHERE, HERE, WEIR_STATE_FLOWING, 0, 9, WRITER_UNKNOWN };
  g_autoptr (GPtrArray) channels = g_ptr_array_new ();
  gint64 begin_us, took_us;

  begin_us = g_get_monotonic_time ();
  for (guint i = 0; i < N; i++)
    for (guint j = 0; j < 2; j++)
      {
        WeirChannelInfo *info = make_info (j == 0 ? &says : &other);

        g_free (info->channel_id);
        info->channel_id = g_strdup_printf ("%08x-913e-4979-bad1-bcd190bd6124", i);
        info->created_at_ms += i;
        weir_rows_see (all, j == 0 ? a : b, info, NOW_US);
      }
  weir_rows_flush (all);
  g_assert_cmpuint (weir_channel_list_get_size (list), ==, N);
  for (guint i = 0; i < N; i++)
    g_ptr_array_add (channels, weir_channel_list_peek (list, i));
  took_us = g_get_monotonic_time () - begin_us;
  g_test_message ("%d channels of two planes came in %" G_GINT64_FORMAT " ms", N, took_us / 1000);

  begin_us = g_get_monotonic_time ();
  for (guint tick = 1; tick <= 4; tick++)
    {
      for (guint i = 0; i < N; i++)
        {
          WeirTotals written = { .written_messages = 9 + tick, .written_bytes = tick * 1000 };
          WeirTotals sent = { .sent_messages = 9 + tick, .sent_bytes = tick * 1000 };

          weir_totals_set_unknown (&written, READER_UNKNOWN);
          weir_totals_set_unknown (&sent, WRITER_UNKNOWN);
          weir_channel_apply_totals (channels->pdata[i], a, &written, NOW_US + tick * S / 4);
          weir_channel_apply_totals (channels->pdata[i], b, &sent, NOW_US + tick * S / 4);
        }
      weir_rows_tick (all, NOW_US + tick * S / 4);
    }
  took_us = g_get_monotonic_time () - begin_us;
  g_test_message ("a second of their samples took %" G_GINT64_FORMAT " ms", took_us / 1000);
  g_assert_cmpint (took_us, <, 10 * S); /* a loaded machine under a sanitizer; 0.1 s on an idle one */

  for (guint i = 0; i < N; i++)
    {
      g_autofree char *id = g_strdup (weir_channel_get_id (channels->pdata[i]));

      weir_rows_leave (all, a, id, NOW_US);
      weir_rows_leave (all, b, id, NOW_US);
    }
  weir_rows_sweep (all);
  g_assert_cmpuint (weir_channel_list_get_size (list), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/observer/planes/merge", test_merge);
  g_test_add_func ("/observer/planes/verdict-stays", test_verdict_stays);
  g_test_add_func ("/observer/planes/forgotten-by-one", test_forgotten_by_one);
  g_test_add_func ("/observer/planes/forgotten-by-point", test_forgotten_by_point);
  g_test_add_func ("/observer/planes/told-too-late", test_told_too_late);
  g_test_add_func ("/observer/planes/buffer", test_buffer);
  g_test_add_func ("/observer/planes/clocks", test_clocks);
  g_test_add_func ("/observer/planes/identity", test_identity);
  g_test_add_func ("/observer/planes/no-false-rate", test_no_false_rate);
  g_test_add_func ("/observer/planes/time", test_time);
  g_test_add_func ("/observer/planes/end-with-relay", test_end_with_relay);
  g_test_add_func ("/observer/planes/lost-relay", test_lost_relay);
  g_test_add_func ("/observer/planes/addresses", test_addresses);
  g_test_add_func ("/observer/planes/many", test_many);
  return g_test_run ();
}
