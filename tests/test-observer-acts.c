/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>

#include "engine-program.h"
#include "wait-for.h"
#include "weir-observer-acts.h"
#include "weir-point-error.h"

/* What an observer does on purpose, by its own functions, at a real weir-engine. */

typedef struct
{
  EngineProgram *engine;
  WeirObserver *observer;
  RawPeer *maker;
  RawPeer *writer;
  RawPeer *reader;
  char *id;
  WeirChannel *channel;
  GAsyncResult *result;
} Fixture;

static void
set_up_engine (Fixture *self, const char *const *arguments)
{
  g_autofree char *url = NULL;
  g_autofree char *writer_path = NULL;
  g_autofree char *reader_path = NULL;

  self->engine = engine_program_start (arguments);
  url = g_strdup_printf ("ws://127.0.0.1:%u", self->engine->port);
  self->observer = weir_observer_new (url);
  weir_observer_start (self->observer);
  WAIT_FOR (weir_observer_get_state (self->observer) == WEIR_OBSERVER_LIVE);
  self->maker = worker_connect (self->engine, NULL, NULL);
  worker_create_channel (self->maker, "{}", &writer_path, &reader_path);
  self->id = g_strndup (writer_path + strlen ("/ws/channels/"), 36);
  self->reader = raw_peer_open (self->engine->port, reader_path);
  self->writer = raw_peer_open (self->engine->port, writer_path);
  WAIT_FOR ((self->channel = weir_observer_lookup (self->observer, self->id)) != NULL);
  g_object_ref (self->channel);
  WAIT_FOR (weir_channel_get_info (self->channel)->writer.presence == WEIR_PRESENCE_HERE);
}

static void
set_up (Fixture *self, gconstpointer permits)
{
  const char *const arguments[] = { "--permit", permits, NULL };

  set_up_engine (self, arguments);
}

static void
tear_down (Fixture *self, gconstpointer permits)
{
  g_clear_object (&self->result);
  g_clear_object (&self->channel);
  weir_observer_stop (self->observer);
  g_object_unref (self->observer);
  raw_peer_free (self->writer);
  raw_peer_free (self->reader);
  raw_peer_free (self->maker);
  g_free (self->id);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  engine_program_stop (self->engine);
}

static void
done_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Fixture *self = user_data;

  self->result = g_object_ref (result);
}

static void
wait_done (Fixture *self)
{
  WAIT_FOR (self->result != NULL);
}

static void
shape (Fixture *self, gboolean pause, guint64 rate)
{
  g_autoptr (GError) error = NULL;

  weir_observer_shape_async (self->observer, self->channel, pause, rate, NULL, done_cb, self);
  wait_done (self);
  g_assert_true (weir_observer_shape_finish (self->observer, self->result, &error));
  g_assert_no_error (error);
  g_clear_object (&self->result);
}

static void
expect_text (Fixture *self, const char *wanted)
{
  g_autofree char *text = raw_peer_next_text (self->reader);

  g_assert_cmpstr (text, ==, wanted);
}

static void
test_shape (Fixture *self, gconstpointer permits)
{
  const WeirShapeInfo *info;

  g_assert_cmpint (weir_observer_get_rights (self->observer, self->channel), ==,
                   WEIR_RIGHT_SEE | WEIR_RIGHT_READ | WEIR_RIGHT_REVEAL | WEIR_RIGHT_INTERFERE);
  shape (self, TRUE, 0);
  WAIT_FOR (weir_channel_get_state (self->channel) == WEIR_STATE_HELD);
  g_assert_cmpuint (weir_channel_get_info (self->channel)->shapes->len, ==, 1);
  info = weir_channel_get_info (self->channel)->shapes->pdata[0];
  g_assert_true (info->is_ours);
  raw_peer_send_text (self->writer, "one");
  shape (self, FALSE, 1000000);
  expect_text (self, "one");
  shape (self, FALSE, 0);
  WAIT_FOR (weir_channel_get_info (self->channel)->shapes == NULL);
}

static void
test_inject (Fixture *self, gconstpointer permits)
{
  static const struct
  {
    const char *data;
    gsize size;
  } texts[] = { { "plain", 5 }, { "", 0 }, { "nul\0in it", 9 } };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GBytes) payload = g_bytes_new (texts[i].data, texts[i].size);
      g_autoptr (GError) error = NULL;
      g_auto (RawFrame) frame = { 0 };
      guint64 seq = 0;

      weir_observer_inject_async (self->observer, self->channel, TRUE, payload, NULL, done_cb, self);
      wait_done (self);
      g_assert_true (weir_observer_inject_finish (self->observer, self->result, &seq, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (seq, ==, i + 1);
      g_clear_object (&self->result);
      raw_peer_next (self->reader, &frame);
      g_assert_true (g_bytes_equal (frame.payload, payload));
    }
}

static void
test_reveal_and_close (Fixture *self, gconstpointer permits)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirRef) ref = NULL;

  weir_observer_reveal_async (self->observer, self->channel, WEIR_DIRECTION_WRITE, NULL, done_cb, self);
  wait_done (self);
  ref = weir_observer_reveal_finish (self->observer, self->result, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (ref->channel_id, ==, self->id);
  g_assert_cmpint (ref->direction, ==, WEIR_DIRECTION_WRITE);
  g_clear_object (&self->result);

  weir_observer_close_end_async (self->observer, self->channel, FALSE, NULL, done_cb, self);
  wait_done (self);
  g_assert_true (weir_observer_close_end_finish (self->observer, self->result, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (raw_peer_wait_close (self->reader, NULL), ==, 1001);
  raw_peer_send_close (self->reader, 1000, "");
  raw_peer_send_close (self->writer, 1000, "");
  WAIT_FOR (weir_channel_get_info (self->channel)->ended_by == WEIR_ENDED_OBSERVER);
}

static void
test_not_permitted (Fixture *self, gconstpointer permits)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (weir_observer_get_rights (self->observer, self->channel), ==, WEIR_RIGHT_SEE);
  weir_observer_close_end_async (self->observer, self->channel, FALSE, NULL, done_cb, self);
  wait_done (self);
  g_assert_false (weir_observer_close_end_finish (self->observer, self->result, &error));
  g_assert_error (error, WEIR_POINT_ERROR, WEIR_POINT_ERROR_REFUSED);
  g_assert_nonnull (strstr (error->message, "WEIR_NOT_PERMITTED"));
}

static void
test_lost (Fixture *self, gconstpointer permits)
{
  g_autoptr (GError) error = NULL;

  weir_observer_stop (self->observer);
  g_assert_cmpint (weir_observer_get_rights (self->observer, self->channel), ==, 0);
  weir_observer_shape_async (self->observer, self->channel, TRUE, 0, NULL, done_cb, self);
  wait_done (self);
  g_assert_false (weir_observer_shape_finish (self->observer, self->result, &error));
  g_assert_error (error, WEIR_POINT_ERROR, WEIR_POINT_ERROR_LOST);
}

/* The token of one point gives the rights there as soon as it is known, and goes to no other point. */
static void
test_point_token (void)
{
  Fixture self = { 0 };
  struct pollfd asked = { .events = POLLIN };
  g_autofree char *call = NULL;
  g_autofree char *path = NULL;
  int fd = g_file_open_tmp ("weir-token-XXXXXX", &path, NULL);

  g_assert_cmpint (write (fd, "0wner", 5), ==, 5);
  close (fd);
  set_up_engine (&self, (const char *const[]){ "--name", "ours", "--point-token-file", path, NULL });
  g_assert_cmpint (weir_observer_get_rights (self.observer, self.channel), ==, WEIR_RIGHT_SEE | WEIR_RIGHT_READ);
  weir_observer_set_point_token (self.observer, "ours", "0wner");
  weir_observer_set_point_token (self.observer, "our-relay", "0ther"); /* started after it, in front of it */
  WAIT_FOR (weir_observer_get_rights (self.observer, self.channel) ==
            (WEIR_RIGHT_SEE | WEIR_RIGHT_READ | WEIR_RIGHT_REVEAL | WEIR_RIGHT_INTERFERE));
  WAIT_FOR (weir_observer_get_state (self.observer) == WEIR_OBSERVER_LIVE);
  shape (&self, TRUE, 0);
  WAIT_FOR (weir_channel_get_state (self.channel) == WEIR_STATE_HELD);
  shape (&self, FALSE, 0);

  worker_register (self.maker, "weir::theirs::describe");
  asked.fd = self.maker->fd;
  WAIT_FOR (poll (&asked, 1, 0) > 0);
  call = raw_peer_next_text (self.maker);
  g_assert_nonnull (strstr (call, "weir::theirs::describe"));
  g_assert_null (strstr (call, "0wner"));
  g_assert_null (strstr (call, "0ther"));
  tear_down (&self, NULL);
  g_unlink (path);
}

#define CASE(name, permits, test) g_test_add ("/observer/acts/" name, Fixture, permits, set_up, test, tear_down)

int
main (int argc, char *argv[])
{
  const char *all = "see,read,reveal,interfere";

  g_test_init (&argc, &argv, NULL);
  CASE ("shape", all, test_shape);
  CASE ("inject", all, test_inject);
  CASE ("reveal-and-close", all, test_reveal_and_close);
  CASE ("not-permitted", "see", test_not_permitted);
  CASE ("lost", all, test_lost);
  g_test_add_func ("/observer/acts/point-token", test_point_token);
  return g_test_run ();
}
