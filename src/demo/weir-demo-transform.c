/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-demo-flow.h"
#include "weir-demo-round.h"

/* The documented bidirectional transform: pictures go one way in binary, what became of them comes back the other way,
 * with progress as text messages in between, and a last word when it is complete. */
#define N_MESSAGES     300
#define MESSAGE_SIZE   (32 * 1024)
#define PROGRESS_EVERY 10

/* --- the worker's side: reads the input as a stream, and writes the output as it goes --- */

typedef struct
{
  WeirInvocation *invocation;
  WeirDemo *demo;
  GInputStream *input; /* of a reader that the invocation keeps */
  WeirChannelWriter *output;
  guint n; /* parts done */
  gsize n_bytes;
  guint8 buffer[MESSAGE_SIZE];
} Transform;

static void transform_read (Transform *transform);

/* @error: (transfer full) (nullable) */
static void
transform_end (Transform *transform, GError *error)
{
  if (error != NULL)
    weir_invocation_return_error (transform->invocation, "channel_error", "%s", error->message);
  else
    weir_invocation_return (transform->invocation, json_node_init_int (json_node_alloc (), transform->n_bytes));
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    weir_channel_writer_close_async (transform->output, NULL, NULL, NULL);
  g_clear_error (&error);
  g_object_unref (transform->invocation);
  g_free (transform);
}

static void
closed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;

  weir_channel_writer_close_finish (WEIR_CHANNEL_WRITER (object), result, &error);
  transform_end (user_data, error);
}

static void
completed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Transform *transform = user_data;
  GError *error = NULL;

  if (weir_channel_writer_send_message_finish (transform->output, result, &error))
    weir_channel_writer_close_async (transform->output, weir_demo_get_cancellable (transform->demo), closed_cb,
                                     transform);
  else
    transform_end (transform, error);
}

static void
transform_complete (Transform *transform)
{
  g_autofree char *text = g_strdup_printf ("{\"type\":\"complete\",\"parts\":%u,\"bytes\":%" G_GSIZE_FORMAT "}",
                                           transform->n, transform->n_bytes);

  weir_channel_writer_send_message_async (transform->output, text, weir_demo_get_cancellable (transform->demo),
                                          completed_cb, transform);
}

static void
progressed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Transform *transform = user_data;
  GError *error = NULL;

  if (weir_channel_writer_send_message_finish (transform->output, result, &error))
    transform_read (transform);
  else
    transform_end (transform, error);
}

static void
written_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Transform *transform = user_data;
  g_autofree char *text = NULL;
  GError *error = NULL;

  if (!weir_channel_writer_write_finish (transform->output, result, &error))
    {
      transform_end (transform, error);
      return;
    }
  if (++transform->n % PROGRESS_EVERY != 0)
    {
      transform_read (transform);
      return;
    }
  text = g_strdup_printf ("{\"type\":\"progress\",\"parts\":%u,\"bytes\":%" G_GSIZE_FORMAT ",\"percent\":%u}",
                          transform->n, transform->n_bytes,
                          (guint) MIN (transform->n_bytes * 100 / (N_MESSAGES * MESSAGE_SIZE), 100));
  weir_channel_writer_send_message_async (transform->output, text, weir_demo_get_cancellable (transform->demo),
                                          progressed_cb, transform);
}

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Transform *transform = user_data;
  GError *error = NULL;
  gssize n = g_input_stream_read_finish (transform->input, result, &error);
  g_autoptr (GBytes) bytes = NULL;

  if (n < 0)
    {
      transform_end (transform, error);
      return;
    }
  if (n == 0)
    {
      transform_complete (transform);
      return;
    }
  for (gssize i = 0; i < n; i++)
    transform->buffer[i] ^= 0xff; /* a negative */
  transform->n_bytes += n;
  bytes = g_bytes_new (transform->buffer, n / 2); /* and smaller */
  weir_channel_writer_write_async (transform->output, bytes, weir_demo_get_cancellable (transform->demo), written_cb,
                                   transform);
}

static void
transform_read (Transform *transform)
{
  g_input_stream_read_async (transform->input, transform->buffer, sizeof transform->buffer, G_PRIORITY_DEFAULT,
                             weir_demo_get_cancellable (transform->demo), read_cb, transform);
}

static void
worker_cb (WeirInvocation *invocation, gpointer demo)
{
  WeirChannelReader *reader = weir_invocation_get_reader (invocation, "input.reader");
  WeirChannelWriter *writer = weir_invocation_get_writer (invocation, "output.writer");
  Transform *transform;

  if (reader == NULL || writer == NULL)
    {
      weir_invocation_return_error (invocation, "bad_request", "There must be channels in “input” and “output”");
      return;
    }
  transform = g_new0 (Transform, 1);
  transform->invocation = g_object_ref (invocation);
  transform->demo = demo;
  transform->input = weir_channel_reader_get_stream (reader);
  transform->output = writer;
  transform_read (transform);
}

/* --- the coordinator's side --- */

static GBytes *
make (guint n, gboolean *is_text)
{
  return n < N_MESSAGES ? weir_demo_noise (n, MESSAGE_SIZE) : NULL;
}

/* Writes and reads at the same time; the call is answered when both have ended. */
typedef struct
{
  WeirInvocation *invocation;
  guint n_open;
  char *failure; /* nullable: the first */
} Coordination;

/* @error: (nullable) */
static void
coordination_end_one (Coordination *coordination, const GError *error)
{
  if (error != NULL && coordination->failure == NULL)
    coordination->failure = g_strdup (error->message);
  if (--coordination->n_open > 0)
    return;
  if (coordination->failure != NULL)
    weir_invocation_return_error (coordination->invocation, "channel_error", "%s", coordination->failure);
  else
    weir_invocation_return (coordination->invocation, NULL);
  g_object_unref (coordination->invocation);
  g_free (coordination->failure);
  g_free (coordination);
}

static void
sent_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  weir_demo_write_finish (result, &error);
  coordination_end_one (user_data, error);
}

static void
received_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  weir_demo_read_finish (result, &error);
  coordination_end_one (user_data, error);
}

static void
coordinator_cb (WeirInvocation *invocation, gpointer demo)
{
  static const WeirDemoFlow flow = { .make = make, .burst = 1, .interval_ms = 60 };
  static const WeirDemoAppetite appetite = { 0 };
  WeirChannelWriter *writer = weir_invocation_get_writer (invocation, "pictures.writer");
  WeirChannelReader *reader = weir_invocation_get_reader (invocation, "negatives.reader");
  Coordination *coordination;

  if (reader == NULL || writer == NULL)
    {
      weir_invocation_return_error (invocation, "bad_request", "There must be channels in “pictures” and “negatives”");
      return;
    }
  coordination = g_new0 (Coordination, 1);
  coordination->invocation = g_object_ref (invocation);
  coordination->n_open = 2;
  weir_demo_write_async (demo, writer, &flow, sent_cb, coordination);
  weir_demo_read_async (demo, reader, &appetite, received_cb, coordination);
}

/* --- the scenario --- */

static void
set_up (WeirDemo *demo)
{
  weir_demo_add_function (demo, "studio", "transform::coordinator", "Has pictures transformed", coordinator_cb);
  weir_demo_add_function (demo, "darkroom", "transform::worker", "Makes negatives, and says how far it is", worker_cb);
}

static void
ready (WeirDemoRound *round)
{
  weir_demo_round_call (round, "transform::worker",
                        "{\"filter\":\"negative\",\"input\":{\"reader\":$r0},\"output\":{\"writer\":$w1}}");
  weir_demo_round_call (round, "transform::coordinator",
                        "{\"pictures\":{\"writer\":$w0},\"negatives\":{\"reader\":$r1}}");
}

static void
start (WeirDemo *demo, GTask *task)
{
  weir_demo_round_start (demo, "gallery", 2, 0, ready, task);
}

const WeirDemoScenario weir_demo_transform = {
  .name = "transform",
  .shows = "both directions at once: pictures out, results and progress messages back",
  .first_ms = 400,
  .pause_ms = 4000,
  .set_up = set_up,
  .start = start,
};
