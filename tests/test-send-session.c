/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "engine-program.h"
#include "wait-for.h"
#include "weir-frame.h"
#include "weir-held-words.h"
#include "weir-send-session.h"
#include "weir-taking.h"
#include "weir-verdict.h"

/* Sending and reading through a real weir-engine, with a peer that is fast, slow, or leaves. */

typedef struct
{
  EngineProgram *engine;
  WeirObserver *observer;
  WeirWorker *peer;
  WeirSendSetup *setup;
  WeirSendSession *session;

  /* The peer's function. */
  WeirInvocation *call;      /* nullable: keeps its ends */
  WeirChannelReader *reader; /* nullable, lent by that */
  guint64 n_bytes, n_messages, n_text;
  gboolean is_lazy;   /* takes one message and no more */
  guint leaves_after; /* messages; 0: it stays */
  gboolean has_ended;
} Fixture;

/* --- the peer --- */

static gboolean
read_cb (WeirChannelReader *reader, gboolean is_text, const guint8 *data, gsize len, gpointer user_data)
{
  Fixture *f = user_data;

  f->n_messages++;
  f->n_text += is_text;
  f->n_bytes += len;
  if (f->leaves_after > 0 && f->n_messages == f->leaves_after)
    weir_channel_reader_close (reader);
  return !f->is_lazy;
}

static void
ended_cb (WeirChannelReader *reader, const GError *error, Fixture *f)
{
  f->has_ended = TRUE;
}

static void
peer_cb (WeirInvocation *invocation, gpointer user_data)
{
  Fixture *f = user_data;

  g_set_object (&f->call, invocation);
  f->reader = weir_invocation_get_reader (invocation, "reader");
  if (f->reader != NULL)
    {
      g_signal_connect (f->reader, "ended", G_CALLBACK (ended_cb), f);
      weir_channel_reader_set_handler (f->reader, read_cb, f, NULL);
    }
}

/* --- the fixture --- */

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *url = NULL;

  f->engine = engine_program_start (NULL);
  url = g_strdup_printf ("ws://127.0.0.1:%u", f->engine->port);
  f->observer = weir_observer_new (url);
  f->peer = weir_worker_new (url, "peer");
  weir_worker_register_function (f->peer, "peer::take", NULL, NULL, peer_cb, f, NULL);
  weir_worker_start (f->peer);
  WAIT_FOR (weir_worker_get_state (f->peer) == WEIR_WORKER_CONNECTED);
  engine_program_assert_logged (f->engine, "peer::take");
  weir_observer_start (f->observer);
  WAIT_FOR (weir_observer_get_state (f->observer) == WEIR_OBSERVER_LIVE);
  f->setup = weir_send_setup_new ();
}

static void
drop_session (Fixture *f)
{
  gpointer session = f->session;

  if (session == NULL)
    return;
  g_object_add_weak_pointer (session, &session);
  g_clear_object (&f->session);
  WAIT_FOR (session == NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  gpointer observer = f->observer, peer = f->peer;

  drop_session (f);
  if (f->reader != NULL)
    g_signal_handlers_disconnect_by_data (f->reader, f);
  g_clear_object (&f->call);
  g_object_unref (f->setup);
  weir_observer_stop (f->observer);
  g_object_add_weak_pointer (observer, &observer);
  g_object_unref (f->observer);
  WAIT_FOR (observer == NULL);
  weir_worker_stop (f->peer);
  g_object_add_weak_pointer (peer, &peer);
  g_object_unref (f->peer);
  WAIT_FOR (peer == NULL);
  if (f->engine != NULL)
    engine_program_stop (f->engine);
}

static void
prepared_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static gboolean
prepare (Fixture *f, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  f->session = weir_send_session_new (f->observer);
  weir_send_session_prepare_async (f->session, f->setup, TRUE, FALSE, prepared_cb, &result);
  WAIT_FOR (result != NULL);
  return weir_send_session_prepare_finish (f->session, result, error);
}

/* Calls the peer with what stands in @payload, and begins. */
static void
begin (Fixture *f, const char *payload)
{
  g_autoptr (GPtrArray) wanted = weir_payload_list_channels (WEIR_SPAN (payload));
  g_autoptr (WeirCall) call = weir_call_new ("peer::take", payload, 60000, FALSE, NULL);
  g_autoptr (GError) error = NULL;

  weir_send_setup_set_wanted (f->setup, wanted);
  prepare (f, &error);
  g_assert_no_error (error);
  weir_send_session_give_refs (f->session, call);
  g_assert_true (weir_call_has_refs (call));
  weir_call_start (call, weir_observer_get_worker (f->observer));
  weir_send_session_begin (f->session);
}

static void
set_generated (Fixture *f, guint64 count, guint message_size)
{
  g_autoptr (WeirWriting) writing = weir_writing_new ();

  writing->kind = WEIR_WRITING_GENERATED;
  writing->generator = WEIR_GENERATOR_RANDOM;
  writing->count = count;
  writing->message_size = message_size;
  weir_send_setup_set_writing (f->setup, writing);
}

static WeirHeldChannel *
get_channel (Fixture *f, guint i)
{
  g_autoptr (WeirHeldChannel) channel = g_list_model_get_item (weir_send_session_get_channels (f->session), i);

  return channel;
}

static WeirSender *
get_sender (Fixture *f)
{
  return weir_held_channel_get_sender (get_channel (f, 0));
}

static WeirSenderState
sender_state (Fixture *f)
{
  return weir_sender_get_state (get_sender (f));
}

/* Whether a line of the run has this in it. */
static gboolean
has_travelled (Fixture *f, const char *words)
{
  GListModel *run = G_LIST_MODEL (weir_send_session_get_run (f->session));

  for (guint i = 0; i < g_list_model_get_n_items (run); i++)
    {
      g_autoptr (WeirTravel) line = g_list_model_get_item (run, i);
      gsize len;
      const guint8 *data = weir_travel_get_data (line, &len);

      if (g_strstr_len ((const char *) data, len, words) != NULL)
        return TRUE;
    }
  return FALSE;
}

static gboolean
verdict_says (Fixture *f, const char *words)
{
  WeirSeverity severity;
  g_autofree char *text = weir_verdict_describe (get_channel (f, 0), &severity);

  return text != NULL && strstr (text, words) != NULL;
}

/* --- writing --- */

static void
test_all (Fixture *f, gconstpointer data)
{
  WeirSenderFigures figures;
  WeirHeldFigures seen;

  set_generated (f, 1000, 3000);
  begin (f, "{\"reader\": \"$reader\"}");
  WAIT_FOR (weir_send_session_get_state (f->session) == WEIR_SESSION_OVER);
  g_assert_cmpint (sender_state (f), ==, WEIR_SENDER_CLOSED);
  WAIT_FOR (f->has_ended);
  figures = weir_sender_get_figures (get_sender (f));
  g_assert_cmpuint (figures.n_messages, ==, 1000);
  g_assert_cmpuint (figures.n_bytes, ==, 3000000);
  g_assert_cmpuint (f->n_messages, ==, 1000);
  g_assert_cmpuint (f->n_bytes, ==, 3000000);
  WAIT_FOR (has_travelled (f, "everything acknowledged, 1"));
  seen = weir_held_channel_get_figures (get_channel (f, 0));
  g_assert_true (seen.is_seen && seen.is_acknowledged);
  g_assert_cmpuint (seen.sent_bytes, ==, 3000000);
  g_assert_cmpuint (seen.acked_messages, ==, 1000);
  g_assert_true (has_travelled (f, "writer closed: 1000"));
  g_assert_false (has_travelled (f, "stopped here"));
  g_assert_true (has_travelled (f, "peer::take connected as the reader"));
}

static void
test_text (Fixture *f, gconstpointer data)
{
  g_autoptr (WeirWriting) writing = weir_writing_new ();

  g_free (writing->text);
  writing->text = g_strdup ("grüße, 世界");
  writing->is_text = TRUE;
  writing->message_size = 4;
  weir_send_setup_set_writing (f->setup, writing);
  begin (f, "{\"reader\": \"$reader\"}");
  WAIT_FOR (f->has_ended);
  g_assert_cmpuint (f->n_bytes, ==, strlen (writing->text));
  g_assert_cmpuint (f->n_text, ==, f->n_messages);
  g_assert_cmpuint (f->n_text, >=, 4);
}

/* A binary message may be larger than what the clients' streams make of it. */
static void
test_large_messages (Fixture *f, gconstpointer data)
{
  set_generated (f, 3, 1000000);
  begin (f, "{\"reader\": \"$reader\"}");
  WAIT_FOR (f->has_ended);
  g_assert_cmpuint (f->n_messages, ==, 3);
  g_assert_cmpuint (f->n_bytes, ==, 3000000);
}

/* An empty one ends, too. */
static void
test_nothing (Fixture *f, gconstpointer data)
{
  begin (f, "{\"reader\": \"$reader\"}");
  WAIT_FOR (f->has_ended);
  WAIT_FOR (weir_send_session_get_state (f->session) == WEIR_SESSION_OVER);
  g_assert_cmpuint (f->n_messages, ==, 0);
}

static void
test_bad_payload (Fixture *f, gconstpointer data)
{
  g_autoptr (WeirWriting) writing = weir_writing_new ();
  g_autoptr (GError) error = NULL;

  writing->kind = WEIR_WRITING_HEX;
  g_free (writing->hex);
  writing->hex = g_strdup ("5");
  weir_send_setup_set_writing (f->setup, writing);
  g_assert_false (prepare (f, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_assert_cmpint (weir_send_session_get_state (f->session), ==, WEIR_SESSION_OVER);
}

/* A file far larger than what may be in memory. */
static void
test_file (Fixture *f, gconstpointer data)
{
  g_autoptr (WeirWriting) writing = weir_writing_new ();
  g_autofree char *path = NULL;
  int fd = g_file_open_tmp ("weir-send-XXXXXX", &path, NULL);

  g_assert_cmpint (ftruncate (fd, 100000007), ==, 0);
  g_close (fd, NULL);
  writing->kind = WEIR_WRITING_FILE;
  writing->path = g_strdup (path);
  weir_send_setup_set_writing (f->setup, writing);
  begin (f, "{\"reader\": \"$reader\"}");
  WAIT_FOR (f->has_ended);
  g_assert_cmpuint (f->n_bytes, ==, 100000007);
  g_assert_cmpuint (f->n_messages, ==, (100000007 + 65535) / 65536);
  g_remove (path);
}

/* On a slow machine it is held for moments while the buffers fill, and these count, too. */
static gboolean
is_held_for_good (Fixture *f)
{
  WeirSenderFigures figures = weir_sender_get_figures (get_sender (f));

  return figures.is_held && figures.held_us > 300000;
}

/* The longest time that one of those that are listed was held. */
static gint64
find_longest_hold (Fixture *f)
{
  GListModel *run = G_LIST_MODEL (weir_send_session_get_run (f->session));
  gint64 longest_us = 0;

  for (guint i = 0; i < g_list_model_get_n_items (run); i++)
    {
      g_autoptr (WeirTravel) line = g_list_model_get_item (run, i);

      longest_us = MAX (longest_us, weir_travel_get_held_us (line));
    }
  return longest_us;
}

static WeirHeldFigures
get_seen (Fixture *f)
{
  return weir_held_channel_get_figures (get_channel (f, 0));
}

static gboolean
state_says (Fixture *f, const char *words)
{
  g_autofree char *text = weir_held_words_describe (get_channel (f, 0));

  return strstr (text, words) != NULL;
}

/* The reader takes nothing: the writer is held, that is counted, and nothing piles up. */
static void
test_held (Fixture *f, gconstpointer data)
{
  WeirSenderFigures figures;
  guint64 n_held;

  f->is_lazy = TRUE;
  set_generated (f, 4000, 65536);
  begin (f, "{\"reader\": \"$reader\"}");
  WAIT_FOR (is_held_for_good (f));
  figures = weir_sender_get_figures (get_sender (f));
  n_held = figures.n_messages;
  g_assert_cmpuint (n_held, <, 1000); /* the engine's buffer and the kernels', no more */
  WAIT_FOR (get_seen (f).held_by == WEIR_HELD_BY_READER);
  g_assert_true (state_says (f, "writing, held by the reader"));
  g_assert_true (weir_send_session_is_writing (f->session));
  f->is_lazy = FALSE;
  weir_channel_reader_resume (f->reader);
  WAIT_FOR (f->has_ended);
  g_assert_cmpuint (f->n_bytes, ==, G_GUINT64_CONSTANT (4000) * 65536);
  figures = weir_sender_get_figures (get_sender (f));
  g_assert_cmpint (figures.held_us, >=, 300000);
  g_assert_false (figures.is_held);
  weir_run_flush (weir_send_session_get_run (f->session));
  if (n_held < WEIR_RUN_N_FIRST) /* else it may be left out */
    g_assert_cmpint (find_longest_hold (f), >=, 200000);
}

/* Nobody reads yet: that is what holds the writer. */
static void
test_held_without_reader (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  set_generated (f, 0, 65536);
  g_assert_true (prepare (f, &error));
  weir_send_session_begin (f->session);
  WAIT_FOR (get_seen (f).held_by == WEIR_HELD_BY_NO_READER);
  WAIT_FOR (state_says (f, "writing, held until a reader comes"));
}

/* A few bytes are written and the writer closed before anybody can look: its ref is still wanted, until it is read. */
static void
test_offered (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  WeirHeldChannel *channel;

  set_generated (f, 1, 100);
  g_assert_true (prepare (f, &error));
  weir_send_session_begin (f->session);
  WAIT_FOR (weir_sender_get_state (get_sender (f)) == WEIR_SENDER_CLOSED);
  WAIT_FOR (verdict_says (f, "Nobody has opened the reader"));
  channel = get_channel (f, 0);
  g_assert_false (weir_held_channel_is_open (channel));
  g_assert_true (weir_held_channel_is_offered (channel));
  g_assert_nonnull (weir_held_channel_get_ref (channel, WEIR_DIRECTION_READ));
}

/* The engine is suspended while the writer waits: then nobody knows who it is that holds it. */
static void
test_suspended (Fixture *f, gconstpointer data)
{
  gint64 held_us;

  f->is_lazy = TRUE;
  set_generated (f, 0, 65536);
  begin (f, "{\"reader\": \"$reader\"}");
  WAIT_FOR (state_says (f, "held by the reader"));
  g_subprocess_send_signal (f->engine->process, SIGSTOP);
  WAIT_FOR (get_seen (f).silence_us > 0);
  g_assert_true (state_says (f, "writing, held: nothing from the engine for"));
  g_assert_true (verdict_says (f, "Nothing has come from the engine for"));
  held_us = weir_sender_get_figures (get_sender (f)).held_us;
  WAIT_FOR (weir_sender_get_figures (get_sender (f)).held_us > held_us); /* by our own clock */
  g_subprocess_send_signal (f->engine->process, SIGCONT);
  WAIT_FOR (get_seen (f).silence_us == 0);
  WAIT_FOR (state_says (f, "held by the reader"));
}

/* Stopped in the middle, then written to by hand, then closed: the reader gets exactly what was counted. */
static void
test_stop (Fixture *f, gconstpointer data)
{
  g_autoptr (GBytes) bytes = g_bytes_new ("by hand", 7);

  f->is_lazy = TRUE;
  set_generated (f, 0, 65536); /* on and on */
  begin (f, "{\"reader\": \"$reader\"}");
  WAIT_FOR (weir_sender_get_figures (get_sender (f)).is_held);
  weir_send_session_stop (f->session);
  g_assert_cmpint (sender_state (f), ==, WEIR_SENDER_OPEN);
  g_assert_true (weir_sender_was_stopped (get_sender (f)));
  g_assert_cmpint (weir_send_session_get_state (f->session), ==, WEIR_SESSION_RUNNING);
  f->is_lazy = FALSE;
  weir_channel_reader_resume (f->reader);
  WAIT_FOR (weir_sender_write (get_sender (f), bytes, TRUE));
  WAIT_FOR (f->n_text == 1);
  weir_send_session_end (f->session);
  WAIT_FOR (f->has_ended);
  WAIT_FOR (weir_send_session_get_state (f->session) == WEIR_SESSION_OVER);
  g_assert_cmpuint (f->n_messages, ==, weir_sender_get_figures (get_sender (f)).n_messages);
  g_assert_cmpuint (f->n_bytes, ==, weir_sender_get_figures (get_sender (f)).n_bytes);
  g_assert_cmpint (sender_state (f), ==, WEIR_SENDER_CLOSED);
}

/* What is begun at once after a stop is not taken for what was stopped. */
static void
test_stop_and_start (Fixture *f, gconstpointer data)
{
  WeirWriting *writing;

  f->is_lazy = TRUE;
  set_generated (f, 0, 65536);
  begin (f, "{\"reader\": \"$reader\"}");
  WAIT_FOR (is_held_for_good (f));
  writing = weir_writing_copy (weir_send_setup_get_writing (f->setup));
  writing->count = 3;
  writing->closes = TRUE;
  weir_send_session_stop (f->session);
  weir_sender_start (get_sender (f), writing);
  weir_writing_free (writing);
  f->is_lazy = FALSE;
  weir_channel_reader_resume (f->reader);
  WAIT_FOR (f->has_ended);
  WAIT_FOR (weir_send_session_get_state (f->session) == WEIR_SESSION_OVER);
  g_assert_no_error (weir_sender_get_error (get_sender (f)));
  g_assert_cmpint (sender_state (f), ==, WEIR_SENDER_CLOSED);
  g_assert_cmpuint (f->n_messages, ==, weir_sender_get_figures (get_sender (f)).n_messages);
}

/* What no engine takes is refused before a channel is made for it, and the limit is named. */
static void
test_refused (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  set_generated (f, 1, WEIR_FRAME_MAX_SIZE + 1);
  g_assert_false (prepare (f, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "16\u00a0MiB"));
  g_assert_cmpint (weir_send_session_get_state (f->session), ==, WEIR_SESSION_OVER);
}

/* A writing that cannot begin says why, and the writer stays. */
static void
test_cannot_begin (Fixture *f, gconstpointer data)
{
  WeirWriting *writing = weir_writing_new ();

  set_generated (f, 0, 100);
  begin (f, "{\"reader\": \"$reader\"}");
  WAIT_FOR (f->n_messages > 0);
  weir_send_session_stop (f->session);
  writing->kind = WEIR_WRITING_FILE; /* none is chosen */
  weir_sender_start (get_sender (f), writing);
  weir_writing_free (writing);
  g_assert_error (weir_sender_get_error (get_sender (f)), G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_assert_cmpint (sender_state (f), ==, WEIR_SENDER_OPEN);
  WAIT_FOR (has_travelled (f, "No file is chosen"));
}

/* What was not all written is ended: nothing says that the writer is open still. */
static void
test_end_writing (Fixture *f, gconstpointer data)
{
  set_generated (f, 0, 100);
  begin (f, "{\"reader\": \"$reader\"}");
  WAIT_FOR (f->n_messages > 0);
  weir_send_session_end (f->session);
  WAIT_FOR (weir_send_session_get_state (f->session) == WEIR_SESSION_OVER);
  WAIT_FOR (has_travelled (f, "stopped here, the writer is closed after it"));
  g_assert_false (has_travelled (f, "the writer is open"));
}

/* A close waits for a reader that takes nothing; an abort does not, and says what was never read. */
static void
test_abort (Fixture *f, gconstpointer data)
{
  guint64 n_messages, n_bytes;

  f->is_lazy = TRUE;
  set_generated (f, 0, 65536); /* on and on */
  begin (f, "{\"reader\": \"$reader\"}");
  WAIT_FOR (is_held_for_good (f));
  weir_send_session_end (f->session);
  g_assert_cmpint (sender_state (f), ==, WEIR_SENDER_CLOSING);
  g_assert_true (weir_send_session_is_ending (f->session));
  g_assert_cmpint (weir_send_session_get_state (f->session), ==, WEIR_SESSION_RUNNING);
  WAIT_FOR (verdict_says (f, "Abort gives them up"));

  weir_send_session_abort (f->session);
  g_assert_cmpint (sender_state (f), ==, WEIR_SENDER_ABORTED);
  g_assert_cmpint (weir_send_session_get_state (f->session), ==, WEIR_SESSION_OVER);
  g_assert_false (weir_send_session_is_ending (f->session));
  WAIT_FOR (has_travelled (f, "given up here"));
  g_assert_true (weir_held_channel_get_unread (get_channel (f, 0), &n_messages, &n_bytes));
  g_assert_cmpuint (n_messages, >, 0);
  g_assert_cmpuint (n_bytes, ==, n_messages * 65536);
  g_assert_cmpuint (n_messages, <=, weir_sender_get_figures (get_sender (f)).n_messages);
  g_assert_true (verdict_says (f, "were accepted and not read"));
  weir_send_session_abort (f->session); /* once more: nothing */
}

/* Whatever is under way, it can be given up at once. */
static void
test_abort_writing (Fixture *f, gconstpointer data)
{
  f->is_lazy = TRUE;
  set_generated (f, 0, 65536);
  begin (f, "{\"reader\": \"$reader\"}");
  WAIT_FOR (weir_sender_get_figures (get_sender (f)).is_held);
  g_assert_true (weir_send_session_is_writing (f->session));
  weir_send_session_abort (f->session);
  g_assert_cmpint (sender_state (f), ==, WEIR_SENDER_ABORTED);
  g_assert_true (weir_sender_was_stopped (get_sender (f)));
  g_assert_cmpint (weir_send_session_get_state (f->session), ==, WEIR_SESSION_OVER);
}

/* Before the engine has made the channel. */
static void
test_end_preparing (Fixture *f, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  f->session = weir_send_session_new (f->observer);
  weir_send_session_prepare_async (f->session, f->setup, TRUE, FALSE, prepared_cb, &result);
  g_assert_cmpint (weir_send_session_get_state (f->session), ==, WEIR_SESSION_PREPARING);
  weir_send_session_end (f->session);
  WAIT_FOR (result != NULL);
  g_assert_false (weir_send_session_prepare_finish (f->session, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (weir_send_session_get_state (f->session), ==, WEIR_SESSION_OVER);
}

static void
test_reader_leaves (Fixture *f, gconstpointer data)
{
  f->leaves_after = 5;
  set_generated (f, 0, 65536);
  begin (f, "{\"reader\": \"$reader\"}");
  WAIT_FOR (sender_state (f) == WEIR_SENDER_FAILED);
  g_assert_error (weir_sender_get_error (get_sender (f)), WEIR_CHANNEL_ERROR, WEIR_CHANNEL_ERROR_READER_LEFT);
  g_assert_cmpint (weir_send_session_get_state (f->session), ==, WEIR_SESSION_OVER);
  WAIT_FOR (has_travelled (f, "The reader has left"));
}

static void
test_engine_killed (Fixture *f, gconstpointer data)
{
  f->is_lazy = TRUE;
  set_generated (f, 0, 65536);
  begin (f, "{\"reader\": \"$reader\"}");
  WAIT_FOR (weir_sender_get_figures (get_sender (f)).is_held);
  g_subprocess_force_exit (f->engine->process);
  WAIT_FOR (sender_state (f) == WEIR_SENDER_FAILED);
  g_assert_cmpint (weir_sender_get_error (get_sender (f))->domain, ==, WEIR_CHANNEL_ERROR);
  g_assert_cmpint (weir_send_session_get_state (f->session), ==, WEIR_SESSION_OVER);
  engine_program_wait (f->engine->process);
  g_thread_join (f->engine->reader);
  g_object_unref (f->engine->process);
  g_ptr_array_unref (f->engine->log);
  g_mutex_clear (&f->engine->lock);
  g_cond_clear (&f->engine->changed);
  g_clear_pointer (&f->engine, g_free);
}

static void
test_pace (Fixture *f, gconstpointer data)
{
  g_autoptr (WeirWriting) writing = weir_writing_new ();
  gint64 start_us;

  writing->kind = WEIR_WRITING_GENERATED;
  writing->count = 11;
  writing->message_size = 100;
  writing->pace = WEIR_PACE_MESSAGES;
  writing->rate = 20;
  weir_send_setup_set_writing (f->setup, writing);
  begin (f, "{\"reader\": \"$reader\"}");
  start_us = g_get_monotonic_time ();
  WAIT_FOR (f->has_ended);
  g_assert_cmpint (g_get_monotonic_time () - start_us, >=, 400000); /* ten gaps of 50 ms, 100 ms may be made good */
  g_assert_cmpuint (f->n_messages, ==, 11);
}

/* --- refs --- */

static void
set_ref (Fixture *f, const WeirRef *ref)
{
  g_autoptr (WeirChannelSetup) channel = weir_channel_setup_copy (weir_send_setup_get_channel (f->setup, 0));

  g_clear_pointer (&channel->ref, weir_ref_free);
  channel->ref = weir_ref_copy (ref);
  weir_send_setup_set_channel (f->setup, 0, channel);
}

static void
created_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  WeirChannelPair **pair = user_data;

  *pair = weir_worker_create_channel_finish (WEIR_WORKER (object), result, NULL);
  g_assert_nonnull (*pair);
}

static WeirChannelPair *
create_channel (Fixture *f)
{
  WeirChannelPair *pair = NULL;

  weir_worker_create_channel_async (f->peer, 0, NULL, created_cb, &pair);
  WAIT_FOR (pair != NULL);
  return pair;
}

static void
test_wrong_key (Fixture *f, gconstpointer data)
{
  g_autoptr (WeirChannelPair) pair = create_channel (f);
  g_autoptr (WeirRef) ref = weir_ref_new (pair->writer_ref->channel_id, "wrong", WEIR_DIRECTION_WRITE);

  set_ref (f, ref);
  set_generated (f, 10, 100);
  g_assert_true (prepare (f, NULL));
  weir_send_session_begin (f->session);
  WAIT_FOR (sender_state (f) == WEIR_SENDER_FAILED);
  g_assert_error (weir_sender_get_error (get_sender (f)), WEIR_CHANNEL_ERROR, WEIR_CHANNEL_ERROR_NOT_FOUND);
  WAIT_FOR (has_travelled (f, "does not find this channel"));
}

/* Who the observer takes for that end: is it us? */
static gboolean
is_ours (Fixture *f, const WeirRef *ref)
{
  WeirChannel *channel = weir_observer_lookup (f->observer, ref->channel_id);
  const WeirChannelInfo *info = channel != NULL ? weir_channel_get_info (channel) : NULL;

  return info != NULL && (ref->direction == WEIR_DIRECTION_WRITE ? info->writer.is_ours : info->reader.is_ours);
}

/* The point says that who made it has both ends: we have taken one, and had it when it is over. */
static void
test_own (Fixture *f, gconstpointer data)
{
  g_autoptr (WeirChannelPair) pair = create_channel (f);

  set_ref (f, pair->writer_ref);
  g_assert_true (prepare (f, NULL));
  weir_send_session_begin (f->session);
  WAIT_FOR (is_ours (f, pair->writer_ref));
  g_assert_false (is_ours (f, pair->reader_ref));
  g_assert_false (weir_channel_get_info (weir_observer_lookup (f->observer, pair->writer_ref->channel_id))->is_ours);
  weir_channel_reader_set_handler (pair->reader, read_cb, f, NULL);
  weir_send_session_end (f->session);
  WAIT_FOR (weir_send_session_get_state (f->session) == WEIR_SESSION_OVER);
  drop_session (f);
  g_assert_true (is_ours (f, pair->writer_ref));
  g_assert_false (is_ours (f, pair->reader_ref));
}

/* Nobody reads the one byte. */
static void
test_unopened (Fixture *f, gconstpointer data)
{
  g_autoptr (WeirChannelPair) pair = create_channel (f);
  g_autoptr (WeirWriting) writing = weir_writing_new ();

  g_free (writing->text);
  writing->text = g_strdup ("x");
  weir_send_setup_set_writing (f->setup, writing);
  set_ref (f, pair->writer_ref);
  g_assert_true (prepare (f, NULL));
  weir_send_session_begin (f->session);
  WAIT_FOR (verdict_says (f, "Nobody has opened the reader: 1 byte written, none sent."));
}

/* What we make ourselves is the same. */
static void
test_own_made (Fixture *f, gconstpointer data)
{
  const WeirRef *ref;

  set_generated (f, 3, 100);
  begin (f, "{\"reader\": \"$reader\"}");
  ref = weir_held_channel_get_ref (get_channel (f, 0), WEIR_DIRECTION_WRITE);
  WAIT_FOR (is_ours (f, ref));
  g_assert_true (weir_channel_get_info (weir_observer_lookup (f->observer, ref->channel_id))->is_ours);
  g_assert_false (is_ours (f, weir_held_channel_get_ref (get_channel (f, 0), WEIR_DIRECTION_READ)));
}

static WeirTakingKind
judge (Fixture *f, const WeirRef *ref)
{
  g_autoptr (WeirTaking) taking = weir_taking_new (f->observer, ref);

  g_assert_null (strstr (taking->headline, ref->access_key));
  g_assert_null (strstr (taking->text, ref->access_key));
  return taking->kind;
}

static void
wrote_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_assert_true (weir_channel_writer_write_finish (WEIR_CHANNEL_WRITER (object), result, NULL));
}

/* What taking an end would do is known before, and so it comes. */
static void
test_taken (Fixture *f, gconstpointer data)
{
  g_autoptr (WeirChannelPair) pair = create_channel (f);
  g_autoptr (GBytes) bytes = g_bytes_new ("x", 1);
  g_autoptr (WeirRef) unknown = weir_ref_new ("nothing", "k", WEIR_DIRECTION_READ);

  g_assert_cmpint (judge (f, unknown), ==, WEIR_TAKING_UNKNOWN);
  WAIT_FOR (judge (f, pair->writer_ref) == WEIR_TAKING_FREE);
  weir_channel_writer_write_async (pair->writer, bytes, NULL, wrote_cb, NULL);
  WAIT_FOR (judge (f, pair->writer_ref) == WEIR_TAKING_TAKEN);
  g_assert_cmpint (judge (f, pair->reader_ref), ==, WEIR_TAKING_FREE);
  set_ref (f, pair->writer_ref);
  set_generated (f, 0, 100);
  g_assert_true (prepare (f, NULL));
  weir_send_session_begin (f->session);
  WAIT_FOR (sender_state (f) == WEIR_SENDER_FAILED);
  g_assert_error (weir_sender_get_error (get_sender (f)), WEIR_CHANNEL_ERROR, WEIR_CHANNEL_ERROR_TAKEN);
  g_assert_false (is_ours (f, pair->writer_ref));
  weir_channel_writer_abort (pair->writer);
  WAIT_FOR (judge (f, pair->writer_ref) == WEIR_TAKING_USED);
}

/* A call beside a ref that is open: each has its own channels, and what is set goes into the call's alone. */
static void
test_extend (Fixture *f, gconstpointer data)
{
  static const char payload[] = "{\"reader\": \"$reader\"}";
  g_autoptr (WeirChannelPair) pair = create_channel (f);
  g_autoptr (GPtrArray) wanted = weir_payload_list_channels (WEIR_SPAN (payload)), writers = NULL;
  g_autoptr (WeirCall) call = weir_call_new ("peer::take", payload, 60000, FALSE, NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  set_ref (f, pair->writer_ref);
  g_assert_true (prepare (f, NULL));
  g_assert_false (weir_send_session_can_extend (f->session));
  weir_send_session_begin (f->session);
  g_assert_true (weir_send_session_can_extend (f->session));
  weir_send_session_stop (f->session); /* what was set is not written */

  g_set_object (&f->setup, NULL);
  f->setup = weir_send_setup_new ();
  weir_send_setup_set_wanted (f->setup, wanted);
  set_generated (f, 5, 100);
  weir_send_session_extend_async (f->session, f->setup, TRUE, prepared_cb, &result);
  g_assert_false (weir_send_session_can_extend (f->session));
  WAIT_FOR (result != NULL);
  weir_send_session_prepare_finish (f->session, result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (weir_send_session_get_channels (f->session)), ==, 2);
  weir_send_session_give_refs (f->session, call);
  g_assert_true (weir_call_has_refs (call));
  weir_call_start (call, weir_observer_get_worker (f->observer));
  weir_send_session_begin (f->session);
  WAIT_FOR (f->has_ended);
  g_assert_cmpuint (f->n_bytes, ==, 500);
  g_assert_cmpint (weir_send_session_get_state (f->session), ==, WEIR_SESSION_RUNNING);
  g_assert_cmpint (sender_state (f), ==, WEIR_SENDER_OPEN);
  g_assert_cmpuint (weir_sender_get_figures (get_sender (f)).n_messages, ==, 0);
  writers = weir_send_session_list_writers (f->session);
  g_assert_cmpuint (writers->len, ==, 1);
  g_assert_true (writers->pdata[0] == get_channel (f, 0));
}

/* What cannot be written is told, and what was open is as it was. */
static void
test_extend_failed (Fixture *f, gconstpointer data)
{
  static const char payload[] = "{\"reader\": \"$reader\"}";
  g_autoptr (WeirChannelPair) pair = create_channel (f);
  g_autoptr (GPtrArray) wanted = weir_payload_list_channels (WEIR_SPAN (payload));
  g_autoptr (WeirWriting) writing = weir_writing_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  set_ref (f, pair->writer_ref);
  g_assert_true (prepare (f, NULL));
  weir_send_session_begin (f->session);
  weir_send_session_stop (f->session);
  writing->kind = WEIR_WRITING_FILE; /* none is chosen */
  weir_send_setup_set_writing (f->setup, writing);
  weir_send_setup_set_wanted (f->setup, wanted);
  weir_send_session_extend_async (f->session, f->setup, TRUE, prepared_cb, &result);
  WAIT_FOR (result != NULL);
  g_assert_false (weir_send_session_prepare_finish (f->session, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_assert_cmpuint (g_list_model_get_n_items (weir_send_session_get_channels (f->session)), ==, 1);
  g_assert_cmpint (weir_send_session_get_state (f->session), ==, WEIR_SESSION_RUNNING);
  g_assert_true (weir_send_session_can_extend (f->session));
}

/* --- reading --- */

static void
saved_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  weir_spool_save_finish (WEIR_SPOOL (object), result, &error);
  g_assert_no_error (error);
  *(gboolean *) user_data = TRUE;
}

/* Both ends in our hands: what is read is what was written, held as long as it is asked to be, and can be saved. */
static void
test_both (Fixture *f, gconstpointer data)
{
  g_autoptr (WeirChannelSetup) channel = weir_channel_setup_copy (weir_send_setup_get_channel (f->setup, 0));
  g_autoptr (GFileIOStream) stream = NULL;
  g_autoptr (GFile) file = g_file_new_tmp ("weir-read-XXXXXX", &stream, NULL);
  g_autofree char *content = NULL;
  WeirTaker *taker;
  gboolean is_saved = FALSE;
  gsize len;

  channel->hold = WEIR_HOLD_BOTH;
  weir_send_setup_set_channel (f->setup, 0, channel);
  set_generated (f, 300, 50000);
  g_assert_true (prepare (f, NULL));
  taker = weir_held_channel_get_taker (get_channel (f, 0));
  weir_taker_set_held (taker, TRUE);
  weir_send_session_begin (f->session);
  WAIT_FOR (weir_sender_get_figures (get_sender (f)).held_us > 100000);
  g_assert_cmpuint (weir_taker_get_n_messages (taker), <=, 1);
  weir_taker_set_held (taker, FALSE);
  WAIT_FOR (weir_taker_get_state (taker) == WEIR_TAKER_ENDED);
  WAIT_FOR (weir_send_session_get_state (f->session) == WEIR_SESSION_OVER);
  g_assert_cmpuint (weir_taker_get_n_bytes (taker), ==, 15000000);
  g_assert_cmpuint (weir_spool_get_size (weir_taker_get_spool (taker)), ==, 15000000);
  weir_spool_save_async (weir_taker_get_spool (taker), file, NULL, NULL, NULL, saved_cb, &is_saved);
  WAIT_FOR (is_saved);
  g_assert_true (g_file_load_contents (file, NULL, &content, &len, NULL, NULL));
  g_assert_cmpuint (len, ==, 15000000);
  g_file_delete (file, NULL, NULL);
}

static void
cancel_cb (goffset done, goffset all, gpointer cancellable)
{
  g_assert_cmpint (done, <, all);
  g_cancellable_cancel (cancellable);
}

static void
not_saved_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_assert_false (weir_spool_save_finish (WEIR_SPOOL (object), result, user_data));
}

/* What was there before stays. */
static void
test_save_cancelled (void)
{
  g_autoptr (WeirSpool) spool = weir_spool_new ();
  g_autoptr (GFileIOStream) stream = NULL;
  g_autoptr (GFile) file = g_file_new_tmp ("weir-read-XXXXXX", &stream, NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *data = g_malloc0 (5000000);
  g_autofree char *content = NULL;

  g_assert_true (g_file_replace_contents (file, "old", 3, NULL, FALSE, 0, NULL, NULL, NULL));
  weir_spool_append (spool, data, 5000000);
  weir_spool_save_async (spool, file, cancellable, cancel_cb, cancellable, not_saved_cb, &error);
  WAIT_FOR (error != NULL);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (g_file_load_contents (file, NULL, &content, NULL, NULL, NULL));
  g_assert_cmpstr (content, ==, "old");
  g_file_delete (file, NULL, NULL);
}

/* What is kept has no hole, and it is said where it ends and why. */
static void
test_keep_limit (Fixture *f, gconstpointer data)
{
  g_autoptr (WeirChannelSetup) channel = weir_channel_setup_copy (weir_send_setup_get_channel (f->setup, 0));
  g_autoptr (GAsyncResult) result = NULL;
  WeirSeverity severity;
  g_autofree char *verdict = NULL;
  WeirSpool *spool;
  WeirTaker *taker;

  channel->hold = WEIR_HOLD_READER;
  weir_send_setup_set_channel (f->setup, 0, channel);
  f->session = weir_send_session_new (f->observer);
  weir_send_session_set_keep_limit (f->session, 2500);
  weir_send_session_prepare_async (f->session, f->setup, FALSE, FALSE, prepared_cb, &result);
  WAIT_FOR (result != NULL);
  g_assert_true (weir_send_session_prepare_finish (f->session, result, NULL));
  weir_send_session_begin (f->session);
  taker = weir_held_channel_get_taker (get_channel (f, 0));
  spool = weir_taker_get_spool (taker);
  {
    g_autoptr (WeirChannelWriter) writer =
        weir_worker_open_writer (f->peer, weir_held_channel_get_ref (get_channel (f, 0), WEIR_DIRECTION_WRITE));
    g_autofree guint8 *zeros = g_malloc0 (1000);
    g_autoptr (GBytes) bytes = g_bytes_new (zeros, 1000);

    for (guint i = 0; i < 5; i++)
      weir_channel_writer_write_async (writer, bytes, NULL, wrote_cb, NULL);
    weir_channel_writer_close_async (writer, NULL, NULL, NULL);
    WAIT_FOR (weir_taker_get_state (taker) == WEIR_TAKER_ENDED);
  }
  g_assert_cmpuint (weir_taker_get_n_bytes (taker), ==, 5000);
  g_assert_cmpuint (weir_spool_get_size (spool), ==, 2000);
  g_assert_cmpuint (weir_spool_get_n_lost (spool), ==, 3000);
  g_assert_true (weir_spool_is_at_limit (spool));
  WAIT_FOR (has_travelled (f, "nothing is kept for saving: the limit is reached"));
  verdict = weir_verdict_describe (get_channel (f, 0), &severity);
  g_assert_nonnull (strstr (verdict, "The stream was read to its end"));
  g_assert_nonnull (strstr (verdict, "are not: that is the limit"));
  g_assert_cmpint (severity, ==, WEIR_SEVERITY_WARNING);
}

/* Who has left reads nothing more: nobody is told to wait for it. */
static void
test_reader_dies (Fixture *f, gconstpointer data)
{
  f->is_lazy = TRUE;
  set_generated (f, 60, 64000);
  begin (f, "{\"reader\": \"$reader\"}");
  WAIT_FOR (sender_state (f) == WEIR_SENDER_CLOSED);
  WAIT_FOR (verdict_says (f, "read yet"));
  weir_channel_reader_close (f->reader);
  WAIT_FOR (verdict_says (f, "is lost: the reader is gone") || verdict_says (f, "The reader left before"));
}

/* --- a large file --- */

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define IS_SANITIZED TRUE
#else
#define IS_SANITIZED FALSE
#endif

static gsize
get_rss (void)
{
  g_autofree char *text = NULL;
  gsize pages = 0;

  if (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL))
    sscanf (text, "%*s %zu", &pages);
  return pages * (gsize) sysconf (_SC_PAGESIZE);
}

static gboolean
note_rss_cb (gpointer largest)
{
  *(gsize *) largest = MAX (*(gsize *) largest, get_rss ());
  return G_SOURCE_CONTINUE;
}

/* Over a GiB, to its end, in as much memory as a small one takes. Too long under a sanitizer, whose
 * memory says nothing besides. */
static void
test_large_file (Fixture *f, gconstpointer data)
{
  g_autoptr (WeirWriting) writing = weir_writing_new ();
  const guint64 size = (G_GUINT64_CONSTANT (1) << 30) + 4097;
  guint64 n_bytes;
  gsize before, largest = 0;
  guint note;
  int fd = g_file_open_tmp ("weir-large-XXXXXX", &writing->path, NULL);

  g_assert_cmpint (ftruncate (fd, (off_t) size), ==, 0);
  close (fd);
  writing->kind = WEIR_WRITING_FILE;
  writing->message_size = 1024 * 1024;
  weir_send_setup_set_writing (f->setup, writing);
  before = get_rss ();
  note = g_timeout_add (20, note_rss_cb, &largest);
  begin (f, "{\"reader\": \"$reader\"}");
  while (!f->has_ended) /* as long as it goes on: the machine may have much to do */
    {
      n_bytes = f->n_bytes;
      WAIT_FOR (f->n_bytes > n_bytes || f->has_ended);
    }
  g_source_remove (note);
  g_unlink (writing->path);
  g_assert_cmpuint (f->n_bytes, ==, size);
  g_assert_cmpuint (largest, >, 0);
  g_assert_cmpuint (largest, <, before + 48 * 1024 * 1024);
  WAIT_FOR (verdict_says (f, "All that was written was read"));
}

/* Two channels in one call: what the function writes is read while it is written to. */
static void
test_two_ways (Fixture *f, gconstpointer data)
{
  WeirChannelWriter *writer;
  WeirTaker *taker;
  g_autoptr (GBytes) bytes = g_bytes_new ("an answer", 9);

  set_generated (f, 20, 1000);
  begin (f, "{\"reader\": \"$reader\", \"writer\": \"$writer\"}");
  WAIT_FOR (f->has_ended);
  taker = weir_held_channel_get_taker (get_channel (f, 1));
  writer = weir_invocation_get_writer (f->call, "writer");
  weir_channel_writer_write_async (writer, bytes, NULL, wrote_cb, NULL);
  WAIT_FOR (weir_taker_get_n_bytes (taker) == 9);
  g_assert_cmpint (weir_send_session_get_state (f->session), ==, WEIR_SESSION_RUNNING);
  weir_channel_writer_close_async (writer, NULL, NULL, NULL);
  WAIT_FOR (weir_send_session_get_state (f->session) == WEIR_SESSION_OVER);
  g_assert_cmpint (weir_taker_get_state (taker), ==, WEIR_TAKER_ENDED);
  g_assert_cmpuint (f->n_bytes, ==, 20000);
}

/* Dropped in the middle: the ends are closed, not broken. */
static void
test_dropped (Fixture *f, gconstpointer data)
{
  set_generated (f, 0, 100);
  begin (f, "{\"reader\": \"$reader\"}");
  WAIT_FOR (f->n_messages > 10);
  drop_session (f);
  WAIT_FOR (f->has_ended);
}

/* A second reader is told what the reader of an empty stream is told, too; the point knows which it is. */
static void
test_second_reader (Fixture *f, gconstpointer data)
{
  g_autoptr (WeirChannelPair) pair = create_channel (f);

  weir_channel_reader_set_handler (pair->reader, read_cb, f, NULL);
  WAIT_FOR (judge (f, pair->reader_ref) == WEIR_TAKING_TAKEN);
  set_ref (f, pair->reader_ref);
  g_assert_true (prepare (f, NULL));
  weir_send_session_begin (f->session);
  WAIT_FOR (weir_taker_get_state (weir_held_channel_get_taker (get_channel (f, 0))) == WEIR_TAKER_ENDED);
  WAIT_FOR (verdict_says (f, "another connection has the reading end"));
  weir_channel_reader_close (pair->reader);
}

#define ADD(name, func) g_test_add ("/send/session/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("all", test_all);
  ADD ("text", test_text);
  ADD ("large-messages", test_large_messages);
  ADD ("nothing", test_nothing);
  ADD ("bad-payload", test_bad_payload);
  ADD ("file", test_file);
  ADD ("held", test_held);
  ADD ("held-without-reader", test_held_without_reader);
  ADD ("offered", test_offered);
  ADD ("suspended", test_suspended);
  ADD ("stop", test_stop);
  ADD ("stop-and-start", test_stop_and_start);
  ADD ("refused", test_refused);
  ADD ("cannot-begin", test_cannot_begin);
  ADD ("end-writing", test_end_writing);
  ADD ("abort", test_abort);
  ADD ("abort-writing", test_abort_writing);
  ADD ("end-preparing", test_end_preparing);
  ADD ("reader-leaves", test_reader_leaves);
  ADD ("engine-killed", test_engine_killed);
  ADD ("pace", test_pace);
  ADD ("wrong-key", test_wrong_key);
  ADD ("second-reader", test_second_reader);
  ADD ("taken", test_taken);
  ADD ("extend", test_extend);
  ADD ("extend-failed", test_extend_failed);
  ADD ("own", test_own);
  ADD ("unopened", test_unopened);
  ADD ("own-made", test_own_made);
  ADD ("both", test_both);
  g_test_add_func ("/send/session/save-cancelled", test_save_cancelled);
  ADD ("keep-limit", test_keep_limit);
  ADD ("reader-dies", test_reader_dies);
  if (!IS_SANITIZED)
    ADD ("large-file", test_large_file);
  ADD ("two-ways", test_two_ways);
  ADD ("dropped", test_dropped);
  return g_test_run ();
}
