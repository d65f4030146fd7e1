/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "weir-channel-private.h"
#include "weir-logged-channel.h"
#include "weir-passive-model.h"
#include "weir-summary.h"

#define S      ((gint64) G_USEC_PER_SEC)
#define NOW_US (5000 * S)
#define NOW_MS G_GINT64_CONSTANT (1700000000000)

#define ID       "a7701be4-913e-4979-bad1-bcd190bd6124"
#define OTHER_ID "b7701be4-913e-4979-bad1-bcd190bd6124"
#define KEY      "5ec4e7aa-0000-4000-8000-0123456789ab"

typedef struct
{
  WeirChannelList *list;
  WeirRows *rows;
  WeirPassiveModel *model;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->list = weir_channel_list_new ();
  fixture->rows = weir_rows_new (fixture->list);
  fixture->model = weir_passive_model_new (fixture->rows);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  weir_passive_model_free (fixture->model);
  g_assert_cmpuint (weir_channel_list_get_size (fixture->list), ==, 0);
  weir_rows_free (fixture->rows);
  g_object_unref (fixture->list);
}

/* --- records --- */

/* @at_ms: after NOW_MS. @more: attributes, each with a comma before it. */
static char *
say (const char *id, gint64 at_ms, const char *body, const char *more)
{
  return g_strdup_printf ("{\"timestamp_unix_nano\":%" G_GINT64_FORMAT
                          "000000,\"severity_text\":\"INFO\",\"body\":\"%s\","
                          "\"attributes\":{\"channel_id\":\"%s\",\"target\":\"iii::workers::worker::ws_handler\"%s}}",
                          NOW_MS + at_ms, body, id, more);
}

static const char *const bodies[][2] = {
  [WEIR_LOG_ASKED] = { "Channel WS upgrade requested", "Channel WS upgrade requested" },
  [WEIR_LOG_NOT_FOUND] = { "Channel not found — returning 404", "Channel not found — returning 404" },
  [WEIR_LOG_FOUND] = { "Channel found, upgrading to WebSocket", "Channel found, upgrading to WebSocket" },
  [WEIR_LOG_BEGAN] = { "Read: receiver acquired, streaming channel → WS",
                       "Write: sender acquired, streaming WS → channel" },
  [WEIR_LOG_TAKEN] = { "Read: channel receiver already taken or missing",
                       "Write: channel sender already taken or missing" },
  [WEIR_LOG_TEXT] = { "Read: forwarding text message to WS", "Write: received text message from WS" },
  [WEIR_LOG_BINARY] = { "Read: forwarding binary chunk to WS", "Write: received binary chunk from WS" },
  [WEIR_LOG_FAILED] = { "Read: WS send failed, aborting", "Write: channel send failed (receiver dropped), aborting" },
  [WEIR_LOG_LOST] = { NULL, "Write: WS receive error" },
  [WEIR_LOG_CLOSE] = { NULL, "Write: received WS close frame" },
  [WEIR_LOG_ENDED] = { "Read: stream complete, sending WS close", "Write: stream complete, dropping sender" },
};

static char *
say_kind (const char *id, gint64 at_ms, WeirLogKind kind, gboolean is_writer, guint64 n, guint64 bytes)
{
  g_autofree char *more = NULL;

  switch (kind)
    {
    case WEIR_LOG_ASKED:
    case WEIR_LOG_NOT_FOUND:
    case WEIR_LOG_FOUND:
      more = g_strdup_printf (",\"dir\":\"%s\"", is_writer ? "write" : "read");
      break;
    case WEIR_LOG_TEXT:
      more = g_strdup_printf (",\"msg\":%" G_GUINT64_FORMAT, n);
      break;
    case WEIR_LOG_BINARY:
      more = g_strdup_printf (",\"msg\":%" G_GUINT64_FORMAT ",\"bytes\":%" G_GUINT64_FORMAT, n, bytes);
      break;
    case WEIR_LOG_ENDED:
      more = g_strdup_printf (",\"msg_count\":%" G_GUINT64_FORMAT ",\"total_bytes\":%" G_GUINT64_FORMAT, n, bytes);
      break;
    case WEIR_LOG_LOST:
      more = g_strdup (",\"error\":\"Io(Custom { kind: ConnectionReset })\"");
      break;
    case WEIR_LOG_BEGAN:
    case WEIR_LOG_TAKEN:
    case WEIR_LOG_FAILED:
    case WEIR_LOG_CLOSE:
    default:
      more = g_strdup ("");
      break;
    }
  return say (id, at_ms, bodies[kind][is_writer], more);
}

static WeirSpan
span_of (const char *text)
{
  WeirSpan span = WEIR_SPAN (text);

  g_assert_true (weir_json_check (span, WEIR_JSON_MAX_DEPTH, NULL));
  return span;
}

static void
deliver (Fixture *fixture, const char *id, gint64 at_ms, WeirLogKind kind, gboolean is_writer, guint64 n, guint64 bytes)
{
  g_autofree char *text = say_kind (id, at_ms, kind, is_writer, n, bytes);

  weir_passive_model_take (fixture->model, span_of (text), NOW_US + at_ms * 1000);
}

/* What an engine answers: its ring from where it was asked. */
static void
list (Fixture *fixture, GPtrArray *ring, gint64 at_ms, guint limit)
{
  g_autoptr (GString) answer = g_string_new ("{\"logs\":[");
  gint64 start_ms = weir_passive_model_get_start_ms (fixture->model);
  guint n = 0, total = 0;

  for (guint i = 0; ring != NULL && i < ring->len; i++)
    {
      const char *text = ring->pdata[i];

      if (weir_log_record_get_time (WEIR_SPAN (text)) < start_ms * 1000 * 1000)
        continue;
      if (total++ < limit)
        g_string_append_printf (answer, "%s%s", n++ > 0 ? "," : "", text);
    }
  g_string_append_printf (answer, "],\"total\":%u,\"timestamp\":%" G_GINT64_FORMAT "}", total, NOW_MS + at_ms);
  g_assert_true (weir_passive_model_take_list (fixture->model, span_of (answer->str), NOW_US + at_ms * 1000, NULL));
}

static const WeirChannelInfo *
look (Fixture *fixture, gint64 at_ms)
{
  WeirChannel *channel;

  weir_passive_model_tick (fixture->model, NOW_US + at_ms * 1000);
  channel = weir_channel_list_lookup (fixture->list, ID);
  return channel != NULL ? weir_channel_get_info (channel) : NULL;
}

/* --- what follows from them --- */

#define UNKNOWN   WEIR_PRESENCE_UNKNOWN
#define ELSEWHERE WEIR_PRESENCE_ELSEWHERE
#define GONE      WEIR_PRESENCE_GONE

/* A record: `w` or `r`, what it says, its number and bytes. */
typedef struct
{
  char end;
  WeirLogKind kind;
  guint64 n, bytes;
} Said;

#define N_SAID   12
#define MESSAGES (WEIR_TOTALS_WRITTEN_MESSAGES | WEIR_TOTALS_SENT_MESSAGES)

static const struct
{
  const char *what;
  gboolean is_closer;
  Said said[N_SAID];
  WeirPresence writer, reader;
  WeirState state;
  WeirEndedBy ended;
  guint64 written, sent;
  guint32 unknown, inferred;    /* of the messages */
  guint n_refused, n_not_found; /* of the reader */
} rows[] = {
  { "asked for", FALSE, { { 'r', WEIR_LOG_ASKED } }, UNKNOWN, UNKNOWN, WEIR_STATE_UNKNOWN, 0, 0, 0, MESSAGES },
  { "answered 404",
    FALSE,
    { { 'r', WEIR_LOG_ASKED }, { 'r', WEIR_LOG_NOT_FOUND }, { 'r', WEIR_LOG_ASKED }, { 'r', WEIR_LOG_NOT_FOUND } },
    UNKNOWN,
    UNKNOWN,
    WEIR_STATE_UNKNOWN,
    0,
    0,
    0,
    MESSAGES,
    0,
    0,
    2 },
  { "the writer is there",
    FALSE,
    { { 'w', WEIR_LOG_ASKED }, { 'w', WEIR_LOG_FOUND }, { 'w', WEIR_LOG_BEGAN } },
    ELSEWHERE,
    UNKNOWN,
    WEIR_STATE_UNKNOWN,
    0,
    0,
    0,
    MESSAGES },
  { "both are, and nobody counts: no false quiet",
    FALSE,
    { { 'w', WEIR_LOG_BEGAN }, { 'r', WEIR_LOG_BEGAN } },
    ELSEWHERE,
    ELSEWHERE,
    WEIR_STATE_UNKNOWN,
    0,
    0,
    0,
    MESSAGES },
  { "both are, and nothing came",
    TRUE,
    { { 'w', WEIR_LOG_BEGAN }, { 'r', WEIR_LOG_BEGAN } },
    ELSEWHERE,
    ELSEWHERE,
    WEIR_STATE_IDLE,
    0,
    0,
    0,
    0,
    MESSAGES },
  { "opened twice",
    FALSE,
    { { 'w', WEIR_LOG_BEGAN }, { 'r', WEIR_LOG_BEGAN }, { 'r', WEIR_LOG_TAKEN }, { 'r', WEIR_LOG_TAKEN } },
    ELSEWHERE,
    ELSEWHERE,
    WEIR_STATE_UNKNOWN,
    0,
    0,
    0,
    MESSAGES,
    0,
    2 },
  { "messages flow",
    TRUE,
    { { 'w', WEIR_LOG_BEGAN },
      { 'r', WEIR_LOG_BEGAN },
      { 'w', WEIR_LOG_BINARY, 1, 10 },
      { 'w', WEIR_LOG_TEXT, 2 },
      { 'r', WEIR_LOG_BINARY, 1, 10 } },
    ELSEWHERE,
    ELSEWHERE,
    WEIR_STATE_FLOWING,
    0,
    2,
    1,
    0,
    MESSAGES },
  { "the writer has closed",
    FALSE,
    { { 'w', WEIR_LOG_BEGAN }, { 'r', WEIR_LOG_BEGAN }, { 'w', WEIR_LOG_CLOSE }, { 'w', WEIR_LOG_ENDED, 7, 70 } },
    GONE,
    ELSEWHERE,
    WEIR_STATE_DRAINING,
    0,
    7,
    0,
    WEIR_TOTALS_SENT_MESSAGES },
  { "all of it came over",
    FALSE,
    { { 'w', WEIR_LOG_BEGAN },
      { 'r', WEIR_LOG_BEGAN },
      { 'w', WEIR_LOG_CLOSE },
      { 'w', WEIR_LOG_ENDED, 7, 70 },
      { 'r', WEIR_LOG_ENDED, 7, 70 } },
    GONE,
    GONE,
    WEIR_STATE_CLOSED,
    WEIR_ENDED_WRITER,
    7,
    7 },
  { "the writer was lost",
    FALSE,
    { { 'w', WEIR_LOG_BEGAN },
      { 'r', WEIR_LOG_BEGAN },
      { 'w', WEIR_LOG_LOST },
      { 'w', WEIR_LOG_ENDED, 7, 70 },
      { 'r', WEIR_LOG_ENDED, 7, 70 } },
    GONE,
    GONE,
    WEIR_STATE_CLOSED,
    WEIR_ENDED_WRITER_LOST,
    7,
    7 },
  { "the reader left",
    FALSE,
    { { 'w', WEIR_LOG_BEGAN }, { 'r', WEIR_LOG_BEGAN }, { 'r', WEIR_LOG_FAILED }, { 'r', WEIR_LOG_ENDED, 5, 50 } },
    ELSEWHERE,
    GONE,
    WEIR_STATE_READER_GONE,
    0,
    0,
    5,
    WEIR_TOTALS_WRITTEN_MESSAGES },
  { "the reader left, and the writer found out",
    FALSE,
    { { 'w', WEIR_LOG_BEGAN },
      { 'r', WEIR_LOG_BEGAN },
      { 'r', WEIR_LOG_FAILED },
      { 'r', WEIR_LOG_ENDED, 5, 50 },
      { 'w', WEIR_LOG_FAILED },
      { 'w', WEIR_LOG_ENDED, 9, 90 } },
    GONE,
    GONE,
    WEIR_STATE_CLOSED,
    WEIR_ENDED_READER,
    9,
    5 },
  { "the reader’s stream is complete, why was not heard",
    FALSE,
    { { 'w', WEIR_LOG_BEGAN }, { 'r', WEIR_LOG_BEGAN }, { 'r', WEIR_LOG_ENDED, 5, 50 } },
    UNKNOWN,
    GONE,
    WEIR_STATE_UNKNOWN,
    0,
    0,
    5,
    WEIR_TOTALS_WRITTEN_MESSAGES },
  { "only its totals were heard",
    FALSE,
    { { 'w', WEIR_LOG_ENDED, 3, 30 }, { 'r', WEIR_LOG_ENDED, 3, 30 } },
    GONE,
    GONE,
    WEIR_STATE_CLOSED,
    WEIR_ENDED_UNKNOWN,
    3,
    3 },
  { "nobody came to read in five minutes",
    FALSE,
    { { 'w', WEIR_LOG_BEGAN }, { 'w', WEIR_LOG_FAILED }, { 'w', WEIR_LOG_ENDED, 64, 64 } },
    GONE,
    UNKNOWN,
    WEIR_STATE_CLOSED,
    WEIR_ENDED_UNKNOWN,
    64,
    0,
    WEIR_TOTALS_SENT_MESSAGES },
};

static guint
count_said (guint row)
{
  guint n = 0;

  while (n < N_SAID && rows[row].said[n].end != 0)
    n++;
  return n;
}

static void
check_row (guint row, const WeirChannelInfo *info)
{
  g_test_message ("%s: %s %s, %s", rows[row].what, weir_presence_to_string (info->writer.presence),
                  weir_presence_to_string (info->reader.presence), weir_state_to_string (info->state));
  g_assert_cmpint (info->writer.presence, ==, rows[row].writer);
  g_assert_cmpint (info->reader.presence, ==, rows[row].reader);
  g_assert_cmpint (info->state, ==, rows[row].state);
  g_assert_cmpint (info->ended_by, ==, rows[row].ended);
  g_assert_cmphex (info->totals.unknown & MESSAGES, ==, rows[row].unknown);
  g_assert_cmphex (info->totals.inferred & MESSAGES, ==, rows[row].inferred);
  g_assert_cmpuint (info->totals.written_messages, ==, rows[row].written);
  g_assert_cmpuint (info->totals.sent_messages, ==, rows[row].sent);
  g_assert_cmpuint (info->reader.n_refused, ==, rows[row].n_refused);
  g_assert_cmpuint (info->reader.n_not_found, ==, rows[row].n_not_found);
  g_assert_false (weir_totals_knows (&info->totals, WEIR_TOTALS_ACKED_MESSAGES));
  g_assert_false (weir_totals_knows (&info->totals, WEIR_TOTALS_PAUSED_US));
}

/* By lists, by deliveries, by both, forwards and backwards: the same. */
static void
test_rows (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    for (guint way = 0; way < 4; way++)
      {
        g_autoptr (GPtrArray) ring = g_ptr_array_new_with_free_func (g_free);
        guint n = count_said (i);

        tear_down (fixture, NULL);
        set_up (fixture, NULL);
        list (fixture, NULL, 0, 1000);
        weir_passive_model_set_closer (fixture->model, rows[i].is_closer, NOW_US);
        for (guint j = 0; j < n; j++)
          {
            guint k = way == 1 ? n - 1 - j : j;
            const Said *said = &rows[i].said[k];

            if (way != 2)
              deliver (fixture, ID, 1 + k, said->kind, said->end == 'w', said->n, said->bytes);
            g_ptr_array_add (ring, say_kind (ID, 1 + j, rows[i].said[j].kind, rows[i].said[j].end == 'w',
                                             rows[i].said[j].n, rows[i].said[j].bytes));
          }
        list (fixture, ring, 50, 1000);
        if (way == 3)
          list (fixture, ring, 60, 1000);
        check_row (i, look (fixture, 100));
      }
}

/* --- sizes --- */

static void
test_sizes (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *what;
    Said said[6];
    guint64 bytes;
    WeirCertainty certainty;
  } sizes[] = {
    { "all seen, all binary",
      { { 'w', WEIR_LOG_BINARY, 1, 10 }, { 'w', WEIR_LOG_BINARY, 2, 20 } },
      30,
      WEIR_CERTAINTY_INFERRED },
    { "the same, and the totals",
      { { 'w', WEIR_LOG_BINARY, 1, 10 }, { 'w', WEIR_LOG_ENDED, 1, 10 } },
      10,
      WEIR_CERTAINTY_SEEN },
    { "one was missed",
      { { 'w', WEIR_LOG_BINARY, 1, 10 }, { 'w', WEIR_LOG_BINARY, 3, 20 } },
      30,
      WEIR_CERTAINTY_INFERRED },
    { "text has no size", { { 'w', WEIR_LOG_TEXT, 1 } }, 0, WEIR_CERTAINTY_UNKNOWN },
    { "text has none in the totals either",
      { { 'w', WEIR_LOG_TEXT, 1 }, { 'w', WEIR_LOG_ENDED, 1, 0 } },
      0,
      WEIR_CERTAINTY_UNKNOWN },
    { "some of it was text",
      { { 'w', WEIR_LOG_TEXT, 1 }, { 'w', WEIR_LOG_ENDED, 2, 10 } },
      10,
      WEIR_CERTAINTY_INFERRED },
    { "only the totals: text may have been among them",
      { { 'w', WEIR_LOG_ENDED, 2, 10 } },
      10,
      WEIR_CERTAINTY_INFERRED },
    { "nothing was ever written", { { 'w', WEIR_LOG_ENDED, 0, 0 } }, 0, WEIR_CERTAINTY_SEEN },
  };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      WeirChannel *channel;

      tear_down (fixture, NULL);
      set_up (fixture, NULL);
      list (fixture, NULL, 0, 1000);
      for (guint j = 0; sizes[i].said[j].end != 0; j++)
        deliver (fixture, ID, j, sizes[i].said[j].kind, TRUE, sizes[i].said[j].n, sizes[i].said[j].bytes);
      look (fixture, 10);
      channel = weir_channel_list_lookup (fixture->list, ID);
      g_test_message ("%s", sizes[i].what);
      g_assert_cmpint (weir_channel_get_certainty (channel, WEIR_TOTALS_WRITTEN_BYTES), ==, sizes[i].certainty);
      g_assert_cmpuint (weir_channel_get_info (channel)->totals.written_bytes, ==, sizes[i].bytes);
    }
}

/* --- any order, any loss --- */

typedef struct
{
  Said said;
  gint64 at_ms;
} Happened;

/* One channel's life: what happened, and after each what was true. */
static GArray *
make_life (GRand *rand)
{
  GArray *life = g_array_new (FALSE, FALSE, sizeof (Happened));
  guint64 written = 0, sent = 0, written_bytes = 0, sent_bytes = 0;
  gint64 at_ms = 1;
  guint n = g_rand_int_range (rand, 0, 60);
  guint64 sizes[64];
#define HAPPEN(...)                                                                                                    \
  G_STMT_START                                                                                                         \
  {                                                                                                                    \
    Happened happened_ = { __VA_ARGS__, at_ms++ };                                                                     \
    g_array_append_val (life, happened_);                                                                              \
  }                                                                                                                    \
  G_STMT_END

  HAPPEN ({ 'w', WEIR_LOG_ASKED });
  HAPPEN ({ 'w', WEIR_LOG_BEGAN });
  HAPPEN ({ 'r', WEIR_LOG_BEGAN });
  for (guint i = 0; i < n; i++)
    if (written == sent || g_rand_boolean (rand))
      {
        sizes[++written] = g_rand_int_range (rand, 0, 3) == 0 ? 0 : g_rand_int_range (rand, 1, 1000); /* 0: a text */
        written_bytes += sizes[written];
        HAPPEN ({ 'w', sizes[written] == 0 ? WEIR_LOG_TEXT : WEIR_LOG_BINARY, written, sizes[written] });
      }
    else
      {
        sent++;
        sent_bytes += sizes[sent];
        HAPPEN ({ 'r', sizes[sent] == 0 ? WEIR_LOG_TEXT : WEIR_LOG_BINARY, sent, sizes[sent] });
      }
  if (g_rand_boolean (rand))
    {
      HAPPEN ({ 'w', WEIR_LOG_CLOSE });
      HAPPEN ({ 'w', WEIR_LOG_ENDED, written, written_bytes });
      while (sent < written)
        {
          sent++;
          sent_bytes += sizes[sent];
          HAPPEN ({ 'r', sizes[sent] == 0 ? WEIR_LOG_TEXT : WEIR_LOG_BINARY, sent, sizes[sent] });
        }
      HAPPEN ({ 'r', WEIR_LOG_ENDED, sent, sent_bytes });
    }
  return life;
#undef HAPPEN
}

/* What was true after the first @n of it. */
typedef struct
{
  guint64 messages[2], binary_bytes[2], text;
  gboolean has_text, writer_gone, reader_gone;
} Truth;

static Truth
tell_truth (GArray *life, guint n)
{
  Truth truth = { 0 };

  for (guint i = 0; i < n; i++)
    {
      const Said *said = &g_array_index (life, Happened, i).said;
      gboolean is_writer = said->end == 'w';

      if (said->kind == WEIR_LOG_TEXT || said->kind == WEIR_LOG_BINARY)
        {
          truth.messages[is_writer]++;
          truth.binary_bytes[is_writer] += said->bytes;
          truth.text += is_writer && said->kind == WEIR_LOG_TEXT;
          truth.has_text |= said->kind == WEIR_LOG_TEXT;
        }
      truth.writer_gone |= is_writer && said->kind == WEIR_LOG_CLOSE;
      truth.reader_gone |= !is_writer && said->kind == WEIR_LOG_ENDED;
    }
  return truth;
}

static void
check_figure (const WeirTotals *totals, guint32 column, guint64 figure, guint64 truth)
{
  if (!weir_totals_knows (totals, column))
    g_assert_cmpuint (figure, ==, 0);
  else if (totals->inferred & column)
    g_assert_cmpuint (figure, <=, truth);
  else
    g_assert_cmpuint (figure, ==, truth);
}

/* @listed: what was true when the last list came: occupancy is as of then. */
static void
check_truth (const WeirChannelInfo *info, const Truth *truth, const Truth *listed, gboolean was_listed)
{
  const WeirTotals *totals = &info->totals;

  check_figure (totals, WEIR_TOTALS_WRITTEN_MESSAGES, totals->written_messages, truth->messages[TRUE]);
  check_figure (totals, WEIR_TOTALS_SENT_MESSAGES, totals->sent_messages, truth->messages[FALSE]);
  check_figure (totals, WEIR_TOTALS_WRITTEN_TEXT, totals->written_text, truth->text);
  check_figure (totals, WEIR_TOTALS_WRITTEN_BYTES, totals->written_bytes, truth->binary_bytes[TRUE]);
  check_figure (totals, WEIR_TOTALS_SENT_BYTES, totals->sent_bytes, truth->binary_bytes[FALSE]);
  if (weir_totals_knows (totals, WEIR_TOTALS_BUFFERED_MESSAGES))
    {
      g_assert_true (was_listed);
      g_assert_cmpuint (totals->buffered_messages, ==, listed->messages[TRUE] - listed->messages[FALSE]);
    }
  if (info->writer.presence == GONE)
    g_assert_true (truth->writer_gone);
  if (info->reader.presence == GONE)
    g_assert_true (truth->reader_gone);
  if (info->state == WEIR_STATE_CLOSED)
    g_assert_true (truth->writer_gone && truth->reader_gone);
  g_assert_cmpint (info->state, !=, WEIR_STATE_READER_GONE);
  g_assert_cmpint (info->state, !=, WEIR_STATE_WAITING_READER);
  g_assert_cmpint (info->state, !=, WEIR_STATE_WAITING_WRITER);
}

/* Some of what has happened comes, in any order, some twice, some never; now and then a list of what the ring of the
 * engine still has: never is a figure wrong. */
static void
play_life (Fixture *fixture, GRand *rand)
{
  g_autoptr (GArray) life = make_life (rand);
  g_autoptr (GPtrArray) ring = g_ptr_array_new_with_free_func (g_free);
  guint ring_size = g_rand_int_range (rand, 1, 40);
  double loss = g_rand_double (rand);
  gboolean lists = g_rand_boolean (rand);
  Truth listed = { 0 };
  gboolean was_listed = FALSE;
  gint64 now_ms = 0;

  list (fixture, NULL, 0, 1000);
  weir_passive_model_set_closer (fixture->model, g_rand_int_range (rand, 0, 4) > 0, NOW_US);
  for (guint i = 0; i < life->len; i++)
    {
      const Happened *happened = &g_array_index (life, Happened, i);
      guint n_more = g_rand_int_range (rand, 0, 4);
      const WeirChannelInfo *info;
      Truth truth = tell_truth (life, i + 1);

      now_ms = happened->at_ms;
      g_ptr_array_add (ring, say_kind (ID, now_ms, happened->said.kind, happened->said.end == 'w', happened->said.n,
                                       happened->said.bytes));
      if (ring->len > ring_size)
        g_ptr_array_remove_index (ring, 0);
      for (guint j = 0; j < n_more; j++)
        {
          const Happened *old = &g_array_index (life, Happened, g_rand_int_range (rand, 0, i + 1));

          if (g_rand_double (rand) >= loss)
            deliver (fixture, ID, old->at_ms, old->said.kind, old->said.end == 'w', old->said.n, old->said.bytes);
        }
      if (lists && g_rand_int_range (rand, 0, 5) == 0)
        {
          do
            list (fixture, ring, now_ms, g_rand_int_range (rand, 5, 50));
          while (weir_passive_model_has_more (fixture->model));
          listed = truth;
          was_listed = TRUE;
        }
      info = look (fixture, now_ms);
      if (info != NULL)
        check_truth (info, &truth, &listed, was_listed);
    }
}

static void
test_property (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 400; i++)
    {
      g_autoptr (GRand) rand = g_rand_new_with_seed (g_test_rand_int ());

      tear_down (fixture, NULL);
      set_up (fixture, NULL);
      play_life (fixture, rand);
    }
}

/* What one end waited for in vain is removed by the engine, and says so: nobody left that never was. */
static void
test_swept (Fixture *fixture, gconstpointer data)
{
  const WeirChannelInfo *info;

  deliver (fixture, ID, 0, WEIR_LOG_BEGAN, TRUE, 0, 0);
  deliver (fixture, ID, 330 * 1000, WEIR_LOG_FAILED, TRUE, 0, 0);
  list (fixture, NULL, 330 * 1000, 1);
  info = look (fixture, 330 * 1000);
  g_assert_cmpint (info->state, ==, WEIR_STATE_CLOSED);
  g_assert_cmpint (info->ended_by, ==, WEIR_ENDED_EXPIRED);
  g_assert_cmpint (info->ended_at_ms, ==, NOW_MS + 330 * 1000);
}

static void
test_swept_reader (Fixture *fixture, gconstpointer data)
{
  deliver (fixture, ID, 0, WEIR_LOG_BEGAN, FALSE, 0, 0);
  deliver (fixture, ID, 330 * 1000, WEIR_LOG_ENDED, FALSE, 0, 0);
  list (fixture, NULL, 330 * 1000, 1);
  g_assert_cmpint (look (fixture, 330 * 1000)->ended_by, ==, WEIR_ENDED_EXPIRED);
}

/* That end's ref goes with a call. */
static void
hand (Fixture *fixture, const char *direction, gint64 at_ms)
{
  g_autofree char *text = g_strdup_printf (
      "{\"spans\":[{\"trace_id\":\"t1\",\"span_id\":\"s1\",\"name\":\"execute files::process\","
      "\"start_time_unix_nano\":%" G_GINT64_FORMAT "000000,\"events\":[{\"name\":\"iii.invocation.input\","
      "\"attributes\":[[\"iii.payload.json\",\"{\\\"file\\\":{\\\"channel_id\\\":\\\"" ID
      "\\\",\\\"access_key\\\":\\\"" KEY "\\\",\\\"direction\\\":\\\"%s\\\"}}\"]]}]}]}",
      NOW_MS + at_ms, direction);

  g_assert_true (weir_passive_model_take_traces (fixture->model, span_of (text), NOW_US + at_ms * 1000, NULL));
}

/* The log goes back to the engine's start, or by far enough: who is not in it never came. An end in the engine is not
 * in it either. */
static void
test_awaited (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *what;
    gint64 began_ms; /* the log's first record is of 0 */
    gboolean knows_start, has_http, is_handed, is_refused, is_writer;
    WeirState state;
  } cases[] = {
    { "the writer came, after the start", 20 * 1000, TRUE, FALSE, FALSE, FALSE, TRUE, WEIR_STATE_WAITING_READER },
    { "the reader came, after the start", 20 * 1000, TRUE, FALSE, FALSE, FALSE, FALSE, WEIR_STATE_WAITING_WRITER },
    { "nobody knows when it started", 20 * 1000, FALSE, FALSE, FALSE, FALSE, TRUE, WEIR_STATE_UNKNOWN },
    { "long after the first record", 500 * 1000, FALSE, FALSE, FALSE, FALSE, TRUE, WEIR_STATE_WAITING_READER },
    { "it may be read in the engine", 20 * 1000, TRUE, TRUE, FALSE, FALSE, TRUE, WEIR_STATE_UNKNOWN },
    { "a function was handed its reader", 20 * 1000, TRUE, TRUE, TRUE, FALSE, TRUE, WEIR_STATE_WAITING_READER },
    { "a second reader was refused", 20 * 1000, TRUE, FALSE, FALSE, TRUE, TRUE, WEIR_STATE_UNKNOWN },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) ring = g_ptr_array_new_with_free_func (g_free);
      gint64 at_ms = cases[i].began_ms;
      const WeirChannelInfo *info;

      g_test_message ("%s", cases[i].what);
      tear_down (fixture, NULL);
      set_up (fixture, NULL);
      weir_passive_model_set_http (fixture->model, cases[i].has_http);
      weir_passive_model_set_started (fixture->model, cases[i].knows_start ? NOW_MS - 500 : 0);
      g_ptr_array_add (ring, say_kind (OTHER_ID, 0, WEIR_LOG_BEGAN, TRUE, 0, 0));
      g_ptr_array_add (ring, say_kind (ID, at_ms, WEIR_LOG_BEGAN, cases[i].is_writer, 0, 0));
      if (cases[i].is_refused)
        g_ptr_array_add (ring, say_kind (ID, at_ms, WEIR_LOG_TAKEN, !cases[i].is_writer, 0, 0));
      if (cases[i].is_handed)
        hand (fixture, "read", at_ms);
      list (fixture, ring, at_ms + 1000, 1000);
      info = look (fixture, at_ms + 80 * 1000);
      g_assert_cmpint (info->state, ==, cases[i].state);
      if (info->state != WEIR_STATE_UNKNOWN)
        g_assert_cmpint (info->since_ms, ==, NOW_MS + at_ms);

      /* It comes. */
      g_ptr_array_add (ring, say_kind (ID, at_ms + 81000, WEIR_LOG_BEGAN, !cases[i].is_writer, 0, 0));
      list (fixture, ring, at_ms + 82000, 1000);
      g_assert_cmpint (look (fixture, at_ms + 82000)->state, ==, WEIR_STATE_UNKNOWN);
    }
}

/* --- occupancy, rates and time --- */

static void
add_message (GPtrArray *ring, gint64 at_ms, gboolean is_writer, guint64 n)
{
  g_ptr_array_add (ring, say_kind (ID, at_ms, WEIR_LOG_BINARY, is_writer, n, 100));
}

/* The reader does not read: after three seconds in which the lists show it, it is a stall, and not before. */
static void
test_stall (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) ring = g_ptr_array_new_with_free_func (g_free);
  const WeirChannelInfo *info;

  list (fixture, NULL, 0, 1000);
  weir_passive_model_set_closer (fixture->model, TRUE, NOW_US);
  g_ptr_array_add (ring, say_kind (ID, 1, WEIR_LOG_BEGAN, TRUE, 0, 0));
  g_ptr_array_add (ring, say_kind (ID, 2, WEIR_LOG_BEGAN, FALSE, 0, 0));
  add_message (ring, 3, TRUE, 1);
  add_message (ring, 4, FALSE, 1);
  list (fixture, ring, 1000, 1000);
  list (fixture, ring, 60000, 1000);
  g_assert_cmpint (look (fixture, 60000)->state, ==, WEIR_STATE_IDLE);

  for (guint i = 2; i <= 30; i++)
    add_message (ring, 60000 + i, TRUE, i);
  list (fixture, ring, 61000, 1000);
  info = look (fixture, 61000);
  g_assert_cmpuint (info->totals.buffered_messages, ==, 29);
  g_assert_cmpint (info->state, ==, WEIR_STATE_FLOWING); /* for a minute nothing moved, but nothing waited either */
  list (fixture, ring, 62900, 1000);
  g_assert_cmpint (look (fixture, 62900)->state, ==, WEIR_STATE_FLOWING);
  g_assert_cmpint (look (fixture, 63100)->state, ==, WEIR_STATE_STALLED); /* by time alone */

  add_message (ring, 64000, FALSE, 2);
  list (fixture, ring, 64500, 1000);
  info = look (fixture, 64500);
  g_assert_cmpint (info->state, ==, WEIR_STATE_FLOWING);
  g_assert_cmpuint (info->totals.buffered_messages, ==, 28);

  weir_passive_model_set_closer (fixture->model, FALSE, NOW_US + 64600 * 1000);
  info = look (fixture, 70000);
  g_assert_cmpint (info->state, ==, WEIR_STATE_UNKNOWN); /* nobody counts any more */
  g_assert_false (weir_totals_knows (&info->totals, WEIR_TOTALS_BUFFERED_MESSAGES));
  g_assert_cmpuint (info->totals.written_messages, ==, 30); /* at least */
}

static void
test_rates (Fixture *fixture, gconstpointer data)
{
  WeirChannel *channel;

  list (fixture, NULL, 0, 1000);
  weir_passive_model_set_closer (fixture->model, TRUE, NOW_US);
  for (guint i = 1; i <= 20; i++)
    {
      deliver (fixture, ID, i * 100, WEIR_LOG_BINARY, TRUE, i, 1000);
      look (fixture, i * 100);
    }
  channel = weir_channel_list_lookup (fixture->list, ID);
  g_assert_cmpfloat_with_epsilon (weir_channel_get_written_rate (channel, NOW_US + 2 * S), 10000, 1500);
}

/* A log that keeps less than comes: each list has a piece of it, and between the pieces is a hole. What is seen goes on
 * to be counted, however many holes there are, and is at least what moves. */
static void
test_rate_of_pieces (Fixture *fixture, gconstpointer data)
{
  const guint n_pieces = 2 * WEIR_RUNS_MAX;
  WeirChannel *channel;
  WeirSeriesColumn column;
  WeirSummary summary = { 0 };
  double rate;

  list (fixture, NULL, 0, 1000);
  weir_passive_model_set_closer (fixture->model, TRUE, NOW_US);
  for (guint i = 0; i <= n_pieces; i++)
    {
      for (guint j = 1; j <= 10; j++)
        deliver (fixture, ID, i * 100, WEIR_LOG_BINARY, TRUE, i * 100 + j, 1000);
      look (fixture, i * 100);
      channel = weir_channel_list_lookup (fixture->list, ID);
      g_assert_cmpint (weir_channel_is_rate_partial (channel, WEIR_TOTALS_WRITTEN_BYTES), ==, i > 0);
    }
  weir_channel_get_throughput (channel, NOW_US + n_pieces * 100 * 1000, &column, &rate);
  g_assert_cmpfloat_with_epsilon (rate, 100000, 15000);
  g_assert_cmpuint (weir_channel_get_info (channel)->totals.written_bytes, ==, (n_pieces + 1) * 10000);
  g_assert_cmpuint (weir_channel_get_info (channel)->totals.written_messages, ==, n_pieces * 100 + 10);
  weir_summary_add (&summary, channel, NOW_US + n_pieces * 100 * 1000);
  g_assert_cmpint (weir_summary_get_certainty (&summary, WEIR_SUM_WRITTEN), ==, WEIR_CERTAINTY_INFERRED);
}

/* What moved before the look, and moves after it, is not known: that is no nought. */
static void
test_rate_of_unwatched (Fixture *fixture, gconstpointer data)
{
  WeirChannel *channel;
  WeirSeriesColumn column;
  double rate;
  float values[4];

  list (fixture, NULL, 0, 1000);
  deliver (fixture, ID, 0, WEIR_LOG_BEGAN, TRUE, 0, 0);
  look (fixture, 0);
  look (fixture, 10000);
  channel = weir_channel_list_lookup (fixture->list, ID);
  g_assert_cmpint (weir_channel_get_throughput (channel, NOW_US + 10 * S, &column, &rate), ==, WEIR_CERTAINTY_UNKNOWN);
  weir_passive_model_set_closer (fixture->model, TRUE, NOW_US + 10 * S);
  for (guint i = 1; i <= 20; i++)
    {
      deliver (fixture, ID, 10000 + i * 100, WEIR_LOG_BINARY, TRUE, 1000 + i, 1000);
      look (fixture, 10000 + i * 100);
    }
  g_assert_cmpint (weir_channel_get_throughput (channel, NOW_US + 12 * S, &column, &rate), !=, WEIR_CERTAINTY_UNKNOWN);
  g_assert_cmpfloat_with_epsilon (rate, 10000, 1500);
  weir_passive_model_set_closer (fixture->model, FALSE, NOW_US + 12 * S);
  look (fixture, 12000);
  look (fixture, 16000);
  g_assert_cmpint (weir_channel_get_throughput (channel, NOW_US + 16 * S, &column, &rate), ==, WEIR_CERTAINTY_UNKNOWN);
  g_assert_false (weir_channel_knows_rate (channel, WEIR_TOTALS_WRITTEN_BYTES));
  weir_series_reduce (weir_channel_get_series (channel), WEIR_SERIES_WRITTEN, NOW_US + 5 * S, NOW_US + 9 * S, values,
                      4);
  g_assert_true (isnan (values[0]) && isnan (values[3]));
  weir_series_reduce (weir_channel_get_series (channel), WEIR_SERIES_WRITTEN, NOW_US + 13 * S, NOW_US + 16 * S, values,
                      3);
  g_assert_true (isnan (values[0]) && isnan (values[2]));
}

/* --- the engine's log is lost for a while, and forgotten --- */

static void
test_gap (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) ring = g_ptr_array_new_with_free_func (g_free);
  const WeirChannelInfo *info;

  g_ptr_array_add (ring, say_kind (ID, 1, WEIR_LOG_BEGAN, TRUE, 0, 0));
  g_ptr_array_add (ring, say_kind (ID, 2, WEIR_LOG_BEGAN, FALSE, 0, 0));
  list (fixture, ring, 10, 1000);
  g_assert_cmpint (look (fixture, 10)->writer.presence, ==, ELSEWHERE);
  g_assert_cmpuint (weir_passive_model_get_stats (fixture->model).n_gaps, ==, 0);

  g_ptr_array_set_size (ring, 0); /* it was started anew */
  g_ptr_array_add (ring, say_kind ("b7701be4-913e-4979-bad1-bcd190bd6124", 5000, WEIR_LOG_BEGAN, TRUE, 0, 0));
  list (fixture, ring, 6000, 1000);
  info = look (fixture, 6000);
  g_assert_cmpint (info->writer.presence, ==, UNKNOWN);
  g_assert_cmpint (info->state, ==, WEIR_STATE_UNKNOWN);
  g_assert_cmpuint (weir_passive_model_get_stats (fixture->model).n_gaps, ==, 1);
  g_assert_cmpuint (weir_channel_list_get_size (fixture->list), ==, 2);

  look (fixture, 6000 + WEIR_PASSIVE_KEEP_US / 1000);
  weir_rows_sweep (fixture->rows);
  g_assert_cmpuint (weir_channel_list_get_size (fixture->list), ==, 1); /* the one that may go on stays */
}

static char *
say_other (gint64 at_ms, const char *body)
{
  return g_strdup_printf ("{\"timestamp_unix_nano\":%" G_GINT64_FORMAT "000000,\"body\":\"%s\",\"attributes\":{}}",
                          NOW_MS + at_ms, body);
}

/* A worker's clock is behind: its record does not make the log whole where it is not. */
static void
test_gap_behind (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) ring = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (ring, say_kind (ID, 1, WEIR_LOG_BEGAN, TRUE, 0, 0));
  g_ptr_array_add (ring, say_kind (ID, 2, WEIR_LOG_BEGAN, FALSE, 0, 0));
  list (fixture, ring, 10, 1000);
  g_ptr_array_set_size (ring, 0);
  g_ptr_array_add (ring, say_other (1, "hello"));
  list (fixture, ring, 6000, 1000);
  g_assert_cmpuint (weir_passive_model_get_stats (fixture->model).n_gaps, ==, 1);
  g_assert_cmpint (look (fixture, 6000)->writer.presence, ==, UNKNOWN);
}

/* What the engine says of its own log fills it: what it says of channels is lost, and that is said, until it ends. */
static void
test_flood (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    guint n_lagged, n_others;
    gboolean is_overrun;
  } steps[] = {
    { 0, 1, FALSE },     { 3, 0, FALSE }, /* a moment's */
    { 120, 200, FALSE }, { 990, 10, TRUE }, { 5, 300, TRUE }, { 0, 300, FALSE }, { 100, 0, TRUE }, { 0, 0, FALSE },
  };
  guint64 n_lagged = 0;

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autoptr (GPtrArray) ring = g_ptr_array_new_with_free_func (g_free);
      gint64 at_ms = 1000 * (1 + i);

      for (guint j = 0; j < steps[i].n_lagged; j++)
        g_ptr_array_add (ring, say_other (at_ms + j, "Log trigger subscriber lagged, some logs were skipped"));
      for (guint j = 0; j < steps[i].n_others; j++)
        g_ptr_array_add (ring, say_other (at_ms + j, "Log trigger"));
      n_lagged += steps[i].n_lagged;
      list (fixture, ring, at_ms + 999, 1000);
      g_assert_true (weir_passive_model_is_overrun (fixture->model) == steps[i].is_overrun);
      g_assert_cmpuint (weir_passive_model_get_stats (fixture->model).n_lagged, ==, n_lagged);
      if (i != G_N_ELEMENTS (steps) - 2)
        continue;
      list (fixture, ring, at_ms + 1099, 1000); /* the end of it once more */
      g_assert_false (weir_passive_model_is_overrun (fixture->model));
      n_lagged = weir_passive_model_get_stats (fixture->model).n_lagged;
    }
}

/* A worker's clock is an hour ahead: its own record does not keep us from hearing what the engine says. */
static void
test_clock_ahead (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) ring = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (ring, say_kind (ID, 1, WEIR_LOG_BEGAN, TRUE, 0, 0));
  g_ptr_array_add (ring, say_other (3600 * 1000, "hello"));
  list (fixture, ring, 10, 1000);
  g_ptr_array_add (ring, say_kind (ID, 100, WEIR_LOG_BEGAN, FALSE, 0, 0));
  list (fixture, ring, 200, 1000);
  g_assert_cmpint (look (fixture, 200)->reader.presence, ==, ELSEWHERE);
  g_assert_cmpuint (weir_passive_model_get_stats (fixture->model).n_gaps, ==, 0);
}

static void
test_stale (Fixture *fixture, gconstpointer data)
{
  WeirChannel *channel;

  list (fixture, NULL, 0, 1000);
  deliver (fixture, ID, 1, WEIR_LOG_BEGAN, TRUE, 0, 0);
  look (fixture, 2);
  channel = weir_channel_list_lookup (fixture->list, ID);
  g_assert_false (weir_channel_is_stale (channel));
  weir_passive_model_lose (fixture->model);
  look (fixture, 3);
  g_assert_true (weir_channel_is_stale (channel));
  list (fixture, NULL, 10, 1000);
  look (fixture, 11);
  g_assert_false (weir_channel_is_stale (channel));
}

/* --- bounds and rubbish --- */

static void
test_bounded (Fixture *fixture, gconstpointer data)
{
  gint64 begin_us = g_get_monotonic_time ();

  list (fixture, NULL, 0, 1000);
  for (guint i = 0; i < WEIR_PASSIVE_MAX_CHANNELS + 500; i++)
    {
      g_autofree char *id = g_strdup_printf ("%08x-913e-4979-bad1-bcd190bd6124", i);

      deliver (fixture, id, i, WEIR_LOG_BEGAN, TRUE, 0, 0);
    }
  look (fixture, 20000);
  weir_rows_sweep (fixture->rows);
  g_assert_cmpuint (weir_channel_list_get_size (fixture->list), <=, WEIR_PASSIVE_MAX_CHANNELS);
  g_assert_cmpuint (weir_passive_model_get_stats (fixture->model).n_forgotten, ==, WEIR_PASSIVE_MAX_CHANNELS / 10);
  g_assert_null (weir_channel_list_lookup (fixture->list, "00000000-913e-4979-bad1-bcd190bd6124"));
  for (guint i = 0; i < 10; i++)
    {
      list (fixture, NULL, 20000 + i * 1000, 1000);
      look (fixture, 20000 + i * 1000);
    }
  g_assert_cmpint (g_get_monotonic_time () - begin_us, <, 30 * S); /* on an idle machine less than one */
}

static void
test_rubbish (Fixture *fixture, gconstpointer data)
{
  static const char *const texts[] = {
    "{}",
    "[]",
    "7",
    "{\"timestamp_unix_nano\":1,\"body\":\"Channel WS upgrade requested\"}",
    "{\"timestamp_unix_nano\":1,\"body\":\"Channel WS upgrade requested\",\"attributes\":[]}",
    "{\"timestamp_unix_nano\":1,\"body\":\"Channel WS upgrade requested\",\"attributes\":{\"channel_id\":\"" ID
    "\",\"dir\":\"write\",\"target\":\"my::app\"}}",
    "{\"timestamp_unix_nano\":1,\"body\":\"Channel WS upgrade requested\",\"attributes\":{\"channel_id\":\"" ID
    "\",\"dir\":\"both\",\"target\":\"iii::workers::worker::ws_handler\"}}",
    "{\"timestamp_unix_nano\":1,\"body\":\"Channel WS upgrade requested\",\"attributes\":{\"channel_id\":\"x\",\"dir\":"
    "\"write\",\"target\":\"iii::workers::worker::ws_handler\"}}",
    "{\"timestamp_unix_nano\":1,\"body\":\"Read: forwarding text message to WS\",\"attributes\":{\"channel_id\":\"" ID
    "\",\"msg\":0,\"target\":\"iii::workers::worker::ws_handler\"}}",
    "{\"timestamp_unix_nano\":-1,\"body\":\"Write: WS receive error\",\"attributes\":{\"channel_id\":\"" ID
    "\",\"target\":\"iii::workers::worker::ws_handler\"}}",
    "{\"timestamp_unix_nano\":1,\"body\":\"Write: stream complete, dropping sender\",\"attributes\":{\"channel_id\":"
    "\"" ID "\",\"msg_count\":-1,\"total_bytes\":1,\"target\":\"iii::workers::worker::ws_handler\"}}",
  };
  static const char *const answers[] = { "{}",
                                         "[]",
                                         "{\"logs\":{}}",
                                         "{\"logs\":[],\"total\":0}",
                                         "{\"logs\":[],\"total\":\"1\",\"timestamp\":1}",
                                         "{\"logs\":[],\"total\":0,\"timestamp\":9223372036854775807}" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    weir_passive_model_take (fixture->model, span_of (texts[i]), NOW_US);
  g_assert_cmpuint (weir_passive_model_get_stats (fixture->model).n_unread, ==, G_N_ELEMENTS (texts));
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (weir_passive_model_take_list (fixture->model, span_of (answers[i]), NOW_US, &error));
      g_assert_nonnull (error);
    }
  g_assert_null (look (fixture, 0));
}

/* --- traces --- */

#define QUOTED(direction)                                                                                              \
  "{\\\"channel_id\\\":\\\"" ID "\\\",\\\"access_key\\\":\\\"" KEY "\\\",\\\"direction\\\":\\\"" direction "\\\"}"

static const char traces[] =
    "{\"spans\":[{\"trace_id\":\"t1\",\"span_id\":\"s1\",\"name\":\"execute files::process\","
    "\"start_time_unix_nano\":1700000000005000000,\"end_time_unix_nano\":1700000000017000000,\"status\":\"error\","
    "\"status_description\":\"no such file, given " QUOTED (
        "read") "\","
                "\"events\":[{\"name\":\"iii.invocation.input\",\"attributes\":[[\"iii.payload.json\","
                "\"{\\\"_caller_worker_id\\\":\\\"w7\\\",\\\"reader\\\":" QUOTED (
                    "read") "}\"]]},"
                            "{\"name\":\"iii.invocation.output\",\"attributes\":[[\"iii.payload.json\",\"" QUOTED (
                                "read") "\"]]}]},"
                                        "{\"trace_id\":\"t1\",\"span_id\":\"s2\",\"name\":\"execute node::gets\","
                                        "\"start_time_unix_nano\":1700000000006000000,\"end_time_unix_nano\":0,"
                                        "\"status\":\"ok\","
                                        "\"events\":[{\"name\":\"iii.invocation.input\",\"attributes\":[[\"iii.payload."
                                        "json\","
                                        "\"{\\\"writer\\\":{\\\"url\\\":\\\"ws://127.0.0.1:49134/ws/channels/" ID
                                        "?key=" KEY "&dir=write\\\",\\\"ws\\\":null}}\"]]}]},"
                                        "{\"name\":\"call "
                                        "engine::channels::create\",\"start_time_unix_nano\":1700000000004000000}, 7],"
                                        "\"total\":3,\"offset\":0,\"limit\":100,\"storage\":\"memory\"}";

/* All that could be shown of a channel. */
static char *
dump (WeirChannel *channel, gint64 now_us)
{
  GString *out = g_string_new (NULL);
  g_autoptr (GPtrArray) findings = weir_channel_dup_findings (channel, now_us);
  g_autoptr (GPtrArray) life = weir_channel_dup_life (channel);

  weir_channel_info_append (out, weir_channel_get_info (channel));
  for (guint i = 0; i < life->len; i++)
    {
      const WeirLifeEvent *event = life->pdata[i];

      if (event->passed != NULL)
        g_string_append_printf (out, " %s %s", event->passed->path, event->passed->error_message);
    }
  for (guint i = 0; i < findings->len; i++)
    {
      const WeirFinding *finding = findings->pdata[i];

      g_string_append_printf (out, " %s", finding->passed != NULL ? finding->passed->error_message : "");
    }
  return g_string_free (out, FALSE);
}

static void
test_traces (Fixture *fixture, gconstpointer data)
{
  const WeirChannelInfo *info;
  const WeirPassedInfo *passed;
  g_autofree char *all = NULL;

  list (fixture, NULL, 0, 1000);
  for (guint i = 0; i < 2; i++) /* told twice, it is one passing */
    g_assert_true (weir_passive_model_take_traces (fixture->model, span_of (traces), NOW_US, NULL));
  info = look (fixture, 10);
  g_assert_cmpuint (info->passed->len, ==, 2);
  passed = info->passed->pdata[0];
  g_assert_cmpstr (passed->function_id, ==, "files::process");
  g_assert_cmpstr (passed->path, ==, "reader");
  g_assert_cmpstr (passed->by_worker_id, ==, "w7");
  g_assert_cmpint (passed->direction, ==, WEIR_DIRECTION_READ);
  g_assert_cmpint (passed->at_ms, ==, NOW_MS + 5);
  g_assert_cmpint (passed->returned_at_ms, ==, NOW_MS + 17);
  g_assert_cmpstr (passed->error_code, ==, "invocation_failed");
  passed = info->passed->pdata[1];
  g_assert_cmpstr (passed->function_id, ==, "node::gets");
  g_assert_cmpint (passed->direction, ==, WEIR_DIRECTION_WRITE);
  g_assert_cmpint (passed->returned_at_ms, ==, 0);
  g_assert_false (passed->live);
  g_assert_cmpstr (info->reader.function_id, ==, "files::process"); /* each by a span of its own */
  g_assert_cmpstr (info->writer.function_id, ==, "node::gets");
  g_assert_cmpint (info->writer.how, ==, WEIR_HOW_REF);
  g_assert_cmpint (info->seen_at_ms, ==, NOW_MS + 5);
  g_assert_cmpint (weir_passive_model_get_traces_start_ms (fixture->model), ==, NOW_MS + 6);

  all = dump (weir_channel_list_lookup (fixture->list, ID), NOW_US + S);
  g_assert_nonnull (strstr (all, "files::process"));
  g_assert_null (strstr (all, KEY));
}

/* Spans come the latest first: who was handed a ref last has it, in whatever order that is told. */
static void
test_owner (Fixture *fixture, gconstpointer data)
{
  list (fixture, NULL, 0, 1000);
  for (guint i = 2; i > 0; i--)
    {
      g_autofree char *text = g_strdup_printf (
          "{\"spans\":[{\"trace_id\":\"t%u\",\"span_id\":\"s%u\",\"name\":\"execute step::%u\","
          "\"start_time_unix_nano\":170000000000%u000000,\"end_time_unix_nano\":0,\"status\":\"ok\",\"events\":[{"
          "\"name\":"
          "\"iii.invocation.input\",\"attributes\":[[\"iii.payload.json\",\"{\\\"_caller_worker_id\\\":\\\"w%u\\\","
          "\\\"reader\\\":" QUOTED ("read") "}\"]]}]}]}",
          i, i, i, i, i);

      g_assert_true (weir_passive_model_take_traces (fixture->model, span_of (text), NOW_US, NULL));
    }
  g_assert_cmpstr (look (fixture, 10)->reader.function_id, ==, "step::2");
}

/* Nobody tells when it was created: it is at least as old as the first sign of it, whatever comes when. */
static void
test_age (Fixture *fixture, gconstpointer data)
{
  WeirChannel *channel;

  list (fixture, NULL, 0, 1000);
  deliver (fixture, ID, 3000, WEIR_LOG_BEGAN, FALSE, 0, 0);
  look (fixture, 4000);
  channel = weir_channel_list_lookup (fixture->list, ID);
  g_assert_cmpint (weir_channel_get_age_certainty (channel), ==, WEIR_CERTAINTY_INFERRED);
  g_assert_cmpint (weir_channel_get_age_us (channel, NOW_US + 5 * S), ==, 2 * S);
  deliver (fixture, ID, 1000, WEIR_LOG_ASKED, TRUE, 0, 0);
  deliver (fixture, ID, 4500, WEIR_LOG_ASKED, TRUE, 0, 0);
  look (fixture, 5000);
  g_assert_cmpint (weir_channel_get_age_us (channel, NOW_US + 5 * S), ==, 4 * S);
}

/* Whoever sends traces does not fill the memory. */
static void
test_long_traces (Fixture *fixture, gconstpointer data)
{
  g_autofree char *name = g_strnfill (100000, 'x');
  g_autofree char *text = g_strdup_printf (
      "{\"spans\":[{\"trace_id\":\"%s\",\"span_id\":\"%s\",\"name\":\"execute é%s\","
      "\"start_time_unix_nano\":1700000000005000000,\"end_time_unix_nano\":1700000000006000000,"
      "\"status\":\"error\",\"status_description\":\"é%s\",\"events\":[{\"name\":"
      "\"iii.invocation.input\",\"attributes\":[[\"iii.payload.json\",\"{\\\"reader\\\":" QUOTED ("read") "}\"]]}]}]}",
      name, name, name, name);
  const WeirPassedInfo *passed;

  list (fixture, NULL, 0, 1000);
  g_assert_true (weir_passive_model_take_traces (fixture->model, span_of (text), NOW_US, NULL));
  passed = look (fixture, 10)->passed->pdata[0];
  g_assert_cmpuint (strlen (passed->function_id), <=, 256);
  g_assert_cmpuint (strlen (passed->error_message), <=, 256);
  g_assert_cmpuint (strlen (passed->trace_id), <=, 256);
  g_assert_true (g_utf8_validate (passed->function_id, -1, NULL));
}

/* A point comes, sees the channel, and goes: the log is what stays. */
static void
test_beside_point (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WeirPlane) relay = weir_plane_new ("relay-1", WEIR_PLANE_RELAY);
  WeirChannelInfo *info = weir_channel_info_new (ID);
  WeirChannel *row;

  list (fixture, NULL, 0, 1000);
  deliver (fixture, ID, 1, WEIR_LOG_BEGAN, TRUE, 0, 0);
  deliver (fixture, ID, 1, WEIR_LOG_BEGAN, FALSE, 0, 0);
  look (fixture, 2);
  row = weir_channel_list_lookup (fixture->list, ID);
  weir_clock_learn (relay->clock, NOW_MS, NOW_US);
  info->writer.presence = WEIR_PRESENCE_HERE;
  info->totals.written_messages = 5;
  weir_totals_set_unknown (&info->totals, WEIR_TOTALS_OF_READER | WEIR_TOTALS_OF_BUFFER);
  weir_rows_see (fixture->rows, relay, info, NOW_US);
  g_assert_true (weir_channel_list_lookup (fixture->list, ID) == row);
  g_assert_cmpint (weir_channel_get_info (row)->writer.presence, ==, WEIR_PRESENCE_HERE);
  g_assert_cmpint (weir_channel_get_info (row)->reader.presence, ==, ELSEWHERE);
  g_assert_cmpuint (weir_channel_get_info (row)->totals.written_messages, ==, 5);

  weir_rows_leave (fixture->rows, relay, ID, NOW_US);
  weir_rows_sweep (fixture->rows);
  g_assert_true (weir_channel_list_lookup (fixture->list, ID) == row);
  g_assert_cmpint (weir_channel_get_info (row)->writer.presence, ==, ELSEWHERE);
  g_assert_false (weir_channel_knows (row, WEIR_TOTALS_WRITTEN_MESSAGES));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define PASSIVE(name, func) g_test_add ("/observer/passive/" name, Fixture, NULL, set_up, func, tear_down)
  PASSIVE ("rows", test_rows);
  PASSIVE ("sizes", test_sizes);
  PASSIVE ("any-order-any-loss", test_property);
  PASSIVE ("swept", test_swept);
  PASSIVE ("swept-reader", test_swept_reader);
  PASSIVE ("stall", test_stall);
  PASSIVE ("awaited", test_awaited);
  PASSIVE ("rates", test_rates);
  PASSIVE ("rate-of-pieces", test_rate_of_pieces);
  PASSIVE ("rate-of-unwatched", test_rate_of_unwatched);
  PASSIVE ("gap", test_gap);
  PASSIVE ("gap-behind", test_gap_behind);
  PASSIVE ("flood", test_flood);
  PASSIVE ("clock-ahead", test_clock_ahead);
  PASSIVE ("stale", test_stale);
  PASSIVE ("bounded", test_bounded);
  PASSIVE ("rubbish", test_rubbish);
  PASSIVE ("traces", test_traces);
  PASSIVE ("owner", test_owner);
  PASSIVE ("age", test_age);
  PASSIVE ("long-traces", test_long_traces);
  PASSIVE ("beside-point", test_beside_point);
  return g_test_run ();
}
