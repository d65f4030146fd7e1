/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <adwaita.h>

#include "wait-for.h"
#include "weir-hex-view.h"
#include "weir-image-view.h"
#include "weir-message-heading.h"
#include "weir-message-view-private.h"
#include "weir-stream-bar.h"
#include "weir-stream-cell.h"
#include "weir-stream.h"
#include "widget-tree.h"

/* What a message and a stream hold, as the viewer shows them. Needs a display, and is skipped without one. */

typedef struct
{
  WeirMessageList *messages;
  GtkWidget *window;
  WeirMessageView *view;
  guint64 n_sent;
} Fixture;

/* --- finding what is shown --- */

static gboolean
any_says (Fixture *fixture, GType type, const char *property, const char *words)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new ();

  widget_collect (fixture->window, type, found);
  for (guint i = 0; i < found->len; i++)
    {
      g_autofree char *text = NULL;

      g_object_get (GTK_IS_TEXT_VIEW (found->pdata[i]) ? (gpointer) gtk_text_view_get_buffer (found->pdata[i])
                                                       : found->pdata[i],
                    property, &text, NULL);
      if (text != NULL && strstr (text, words) != NULL)
        return TRUE;
    }
  return FALSE;
}

static gboolean
says (Fixture *fixture, const char *words)
{
  return any_says (fixture, GTK_TYPE_LABEL, "label", words);
}

static gboolean
row_says (Fixture *fixture, const char *words)
{
  return any_says (fixture, GTK_TYPE_INSCRIPTION, "text", words);
}

static gboolean
text_says (Fixture *fixture, const char *words)
{
  return any_says (fixture, GTK_TYPE_TEXT_VIEW, "text", words);
}

static gboolean
is_sensitive (Fixture *fixture, const char *viewer)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new ();

  widget_collect (fixture->window, GTK_TYPE_TOGGLE_BUTTON, found);
  for (guint i = 0; i < found->len; i++)
    if (g_strcmp0 (gtk_button_get_label (found->pdata[i]), viewer) == 0)
      return gtk_widget_get_sensitive (found->pdata[i]);
  g_assert_not_reached ();
}

/* --- a tap --- */

static void
send_bytes (Fixture *fixture, WeirRecordKind kind, const void *payload, gsize len)
{
  WeirRecordHead head = {
    .size = WEIR_RECORD_HEAD_SIZE + len,
    .kind = kind,
    .payload_size = len,
    .seq = ++fixture->n_sent,
    .time_us = fixture->n_sent * 1000,
  };

  g_assert_true (weir_message_list_append (fixture->messages, &head, payload, len, NULL));
}

static void
send_text (Fixture *fixture, const char *text)
{
  send_bytes (fixture, WEIR_RECORD_TEXT, text, strlen (text));
}

static void
send_binary (Fixture *fixture, const char *text)
{
  send_bytes (fixture, WEIR_RECORD_BINARY, text, strlen (text));
}

static void
look_at (Fixture *fixture, guint position)
{
  g_autoptr (WeirMessage) message = NULL;

  WAIT_FOR (g_list_model_get_n_items (G_LIST_MODEL (fixture->messages)) == fixture->n_sent);
  message = g_list_model_get_item (G_LIST_MODEL (fixture->messages), position);
  weir_message_view_set_message (fixture->view, message);
}

static void
activate (Fixture *fixture, const char *action, const char *target)
{
  g_assert_true (gtk_widget_activate_action (gtk_widget_get_first_child (GTK_WIDGET (fixture->view)), action,
                                             target != NULL ? "s" : NULL, target));
}

static gboolean
tick_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE; /* so that waiting is never for ever */
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->messages = weir_message_list_new (&error);
  g_assert_no_error (error);
  fixture->view = WEIR_MESSAGE_VIEW (weir_message_view_new ());
  weir_message_view_set_messages (fixture->view, fixture->messages);
  fixture->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 900, 500);
  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (fixture->view));
  gtk_window_present (GTK_WINDOW (fixture->window));
  WAIT_FOR (gtk_widget_get_width (GTK_WIDGET (fixture->view)) > 0);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_object_unref (fixture->messages);
}

/* --- the stream --- */

static void
go_to_cb (WeirMessageView *view, guint row, guint *gone_to)
{
  *gone_to = row;
}

/* From a message to its item, to the messages of another, and while more comes. */
static void
test_stream (Fixture *fixture, gconstpointer data)
{
  GtkListView *list;
  guint gone_to = 0;

  send_binary (fixture, "data: {\"n\":1}\n\nda");
  send_text (fixture, "{\"type\":\"progress\",\"percent\":1}");
  send_binary (fixture, "ta: {\"n\":");
  send_binary (fixture, "2}\n\n");
  look_at (fixture, 0);
  WAIT_FOR (row_says (fixture, "{\"n\":2}"));
  WAIT_FOR (text_says (fixture, "\"n\": 1"));
  g_assert_true (says (fixture, "Server-sent events"));
  g_assert_true (says (fixture, "2 events · "));
  g_assert_true (is_sensitive (fixture, "Stream"));

  list = widget_find_seen (fixture->window, GTK_TYPE_LIST_VIEW);
  gtk_selection_model_select_item (gtk_list_view_get_model (list), 1, TRUE);
  WAIT_FOR (text_says (fixture, "\"n\": 2"));
  g_assert_true (says (fixture, "Messages 1 – 4"));
  g_signal_connect (fixture->view, "go-to-message", G_CALLBACK (go_to_cb), &gone_to);
  g_signal_emit_by_name (widget_find_seen (fixture->window, g_type_from_name ("WeirStreamView")), "go-to-message", 2);
  g_assert_cmpuint (gone_to, ==, 2);

  send_binary (fixture, "data: 3\n\n");
  WAIT_FOR (says (fixture, "3 events"));
  g_assert_true (text_says (fixture, "\"n\": 2")); /* what is selected stays */
  look_at (fixture, 4);
  WAIT_FOR (text_says (fixture, "3"));
}

static void
test_stream_masks (Fixture *fixture, gconstpointer data)
{
  send_binary (fixture, "{\"access_key\":\"01234567");
  send_binary (fixture, "89abcdef\"}\n");
  look_at (fixture, 0);
  WAIT_FOR (row_says (fixture, "0123************"));
  WAIT_FOR (text_says (fixture, "0123************"));
}

static void
click (Fixture *fixture, const char *label)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new ();

  widget_collect (fixture->window, GTK_TYPE_BUTTON, found);
  for (guint i = 0; i < found->len; i++)
    if (g_strcmp0 (gtk_button_get_label (found->pdata[i]), label) == 0)
      {
        g_signal_emit_by_name (found->pdata[i], "clicked");
        return;
      }
  g_assert_not_reached ();
}

/* A message of bytes that are no text is the garbled line of a stream of lines: it is marked, found, and can be read
 * otherwise. */
static void
test_stream_garbled (Fixture *fixture, gconstpointer data)
{
  send_binary (fixture, "{\"line\":\"one\"}\n");
  send_binary (fixture, "{\"line\":\"tw\377\001\"}\n");
  send_binary (fixture, "{\"line\":\"three\"}\n{\"line\":\"four\"}\n");
  look_at (fixture, 1);
  WAIT_FOR (row_says (fixture, "{\"line\":\"tw⟨ff 01⟩\"}"));
  WAIT_FOR (text_says (fixture, "tw⟨ff 01⟩"));
  g_assert_true (says (fixture, "JSON lines") && says (fixture, "1 garbled"));
  g_assert_true (says (fixture, "2 bytes of it are no text, the first at 0xb"));

  look_at (fixture, 2);
  WAIT_FOR (text_says (fixture, "\"three\""));
  g_assert_false (says (fixture, "no text"));
  click (fixture, "Next Garbled");
  WAIT_FOR (text_says (fixture, "tw⟨ff 01⟩"));
  click (fixture, "Bytes");
  WAIT_FOR (widget_find_seen (fixture->window, WEIR_TYPE_HEX_VIEW) != NULL);
  click (fixture, "Bytes");

  gtk_widget_activate_action (gtk_widget_get_first_child (widget_find_seen (fixture->window, WEIR_TYPE_STREAM_BAR)),
                              "stream.read-as", "s", "binary");
  WAIT_FOR (says (fixture, "Binary") && widget_find_seen (fixture->window, WEIR_TYPE_HEX_VIEW) != NULL);
  gtk_widget_activate_action (gtk_widget_get_first_child (widget_find_seen (fixture->window, WEIR_TYPE_STREAM_BAR)),
                              "stream.read-as", "s", "auto");
  WAIT_FOR (says (fixture, "JSON lines") && text_says (fixture, "tw⟨ff 01⟩")); /* it is the same that is shown */
}

/* --- images --- */

static gboolean
has_picture (Fixture *fixture)
{
  GtkPicture *picture = widget_find_seen (fixture->window, GTK_TYPE_PICTURE);

  return picture != NULL && gtk_picture_get_paintable (picture) != NULL;
}

static char *
make_png (gsize *len)
{
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, 64, 48);
  g_autoptr (GError) error = NULL;
  char *png;

  gdk_pixbuf_fill (pixbuf, 0x3584e4ff);
  gdk_pixbuf_save_to_buffer (pixbuf, &png, len, "png", &error, NULL);
  g_assert_no_error (error);
  return png;
}

static void
test_image (Fixture *fixture, gconstpointer data)
{
  gsize len;
  g_autofree char *png = make_png (&len);

  send_bytes (fixture, WEIR_RECORD_BINARY, png, len);
  look_at (fixture, 0);
  WAIT_FOR (has_picture (fixture));
  g_assert_true (says (fixture, "PNG image · 64 × 48"));
  g_assert_false (is_sensitive (fixture, "JSON"));
}

/* The last of its messages shows all of it, too. */
static void
test_image_in_parts (Fixture *fixture, gconstpointer data)
{
  gsize len;
  g_autofree char *png = make_png (&len);

  for (gsize at = 0; at < len; at += 50)
    send_bytes (fixture, WEIR_RECORD_BINARY, png + at, MIN (50, len - at));
  look_at (fixture, fixture->n_sent - 1);
  WAIT_FOR (is_sensitive (fixture, "Image"));
  activate (fixture, "viewer.kind", "image");
  WAIT_FOR (has_picture (fixture));
  g_assert_true (says (fixture, "PNG image · 64 × 48"));
  g_assert_false (says (fixture, "not whole"));
}

static GdkPaintable *
get_picture (Fixture *fixture)
{
  GtkPicture *picture = widget_find_seen (fixture->window, GTK_TYPE_PICTURE);

  return picture != NULL ? gtk_picture_get_paintable (picture) : NULL;
}

static gboolean
count_cb (GSignalInvocationHint *hint, guint n_values, const GValue *values, gpointer user_data)
{
  ++*(guint *) user_data;
  return TRUE;
}

/* What comes beside an image makes no other image of it; what belongs to it does. */
static void
test_image_beside_text (Fixture *fixture, gconstpointer data)
{
  gsize len;
  g_autofree char *png = make_png (&len);
  g_autoptr (GdkPaintable) shown = NULL;
  guint n_changes = 0, changed;
  gulong hook;

  send_bytes (fixture, WEIR_RECORD_BINARY, png, len / 2);
  send_bytes (fixture, WEIR_RECORD_BINARY, png + len / 2, len - len / 2);
  look_at (fixture, 1);
  WAIT_FOR (is_sensitive (fixture, "Image"));
  activate (fixture, "viewer.kind", "image");
  WAIT_FOR (has_picture (fixture) && says (fixture, "PNG image · 64 × 48"));
  shown = g_object_ref (get_picture (fixture));

  changed = g_signal_lookup ("changed", WEIR_TYPE_STREAM);
  hook = g_signal_add_emission_hook (changed, 0, count_cb, &n_changes, NULL);
  for (guint i = 1; i <= 3; i++)
    {
      send_text (fixture, "beside");
      WAIT_FOR (n_changes >= i);
    }
  g_assert_true (get_picture (fixture) == shown);
  send_bytes (fixture, WEIR_RECORD_BINARY, png, len);
  WAIT_FOR (get_picture (fixture) != shown);
  g_signal_remove_emission_hook (changed, hook);
}

/* A few bytes that claim to be four billion pixels. */
static void
test_image_too_large (Fixture *fixture, gconstpointer data)
{
  static const char png[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\1\0\0\0\1\0\0\10\6\0\0\0";

  send_bytes (fixture, WEIR_RECORD_BINARY, png, sizeof png - 1);
  look_at (fixture, 0);
  WAIT_FOR (says (fixture, "It is too large to be shown here"));
  g_assert_false (has_picture (fixture));
}

/* --- names --- */

static void
test_growing (Fixture *fixture, gconstpointer data)
{
  send_text (fixture, "{\"type\":\"text_delta\",\"delta\":\"A \"}");
  send_text (fixture, "{\"type\":\"text_delta\",\"delta\":\"channel\",\"partial\":{\"text\":\n[\"A channel\"]}}");
  send_text (fixture, "{\"type\":\"text_delta\",\"delta\":\" is\"}");
  look_at (fixture, 1);
  WAIT_FOR (says (fixture, "A channel"));
  g_assert_false (says (fixture, "A channel is"));
  look_at (fixture, 2);
  WAIT_FOR (says (fixture, "A channel is"));
  look_at (fixture, 0);
  WAIT_FOR (!says (fixture, "channel"));
}

static void
test_status (Fixture *fixture, gconstpointer data)
{
  send_text (fixture, "{\"type\":\"set_status\",\"status_code\":404}");
  send_text (fixture, "{\"n\":1}");
  look_at (fixture, 0);
  WAIT_FOR (says (fixture, "404 Not Found"));
  look_at (fixture, 1);
  WAIT_FOR (widget_find_seen (fixture->window, WEIR_TYPE_MESSAGE_HEADING) == NULL);
}

/* --- bytes --- */

static void
copied_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  *(char **) user_data = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (object), result, NULL);
}

static void
check_copy (Fixture *fixture, const char *as, const char *wanted)
{
  g_autofree char *text = NULL;

  activate (fixture, "viewer.copy-as", as);
  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (fixture->window), NULL, copied_cb, &text);
  WAIT_FOR (text != NULL);
  g_assert_cmpstr (text, ==, wanted);
}

/* All of it, then what is selected. */
static void
test_bytes (Fixture *fixture, gconstpointer data)
{
  WeirHexView *hex;

  send_bytes (fixture, WEIR_RECORD_BINARY, "\1\2\3\4", 4);
  look_at (fixture, 0);
  WAIT_FOR ((hex = widget_find_seen (fixture->window, WEIR_TYPE_HEX_VIEW)) != NULL);
  check_copy (fixture, "base64", "AQIDBA==");
  check_copy (fixture, "hex", "01 02 03 04");
  weir_hex_view_select (hex, 1, 3);
  check_copy (fixture, "hex", "02 03");
  WAIT_FOR (says (fixture, "770")); /* little endian */
  g_assert_true (says (fixture, "0x1"));
}

static void
test_hits (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WeirNeedle) needle = weir_needle_new (WEIR_NEEDLE_TEXT, "latency", NULL);

  send_text (fixture, "latency, Latency and more");
  look_at (fixture, 0);
  WAIT_FOR (text_says (fixture, "and more"));
  weir_message_list_set_search (fixture->messages, needle);
  WAIT_FOR (says (fixture, "2 hits are marked."));
  activate (fixture, "viewer.kind", "hex");
  g_assert_true (says (fixture, "2 hits are marked."));
  weir_message_list_set_search (fixture->messages, NULL);
  WAIT_FOR (!says (fixture, "hits"));
}

/* Of the text that is shown. */
static gboolean
is_in_view (Fixture *fixture, const char *words)
{
  GtkTextView *view = widget_find_seen (fixture->window, GTK_TYPE_TEXT_VIEW);
  GdkRectangle seen, at;
  GtkTextIter start, first;

  gtk_text_buffer_get_start_iter (gtk_text_view_get_buffer (view), &start);
  if (!gtk_text_iter_forward_search (&start, words, GTK_TEXT_SEARCH_TEXT_ONLY, &first, NULL, NULL))
    return FALSE;
  gtk_text_view_get_visible_rect (view, &seen);
  gtk_text_view_get_iter_location (view, &first, &at);
  return at.height > 0 && at.y >= seen.y && at.y + at.height <= seen.y + seen.height;
}

static double
get_scroll (Fixture *fixture)
{
  return gtk_adjustment_get_value (
      gtk_scrollable_get_vadjustment (widget_find_seen (fixture->window, WEIR_TYPE_HEX_VIEW)));
}

/* Also one far down in a long line, and one that is folded away. */
static void
test_hit_in_view (Fixture *fixture, gconstpointer data)
{
  g_autofree char *pad = g_strnfill (5000, 'x'), *line = g_strconcat (pad, " latency", NULL);
  g_autofree char *json = g_strdup_printf ("{\"a\":\"%s\",\"b\":{\"c\":[1,{\"latency\":2}]}}", pad);
  g_autoptr (WeirNeedle) needle = weir_needle_new (WEIR_NEEDLE_TEXT, "latency", NULL);

  send_text (fixture, line);
  send_text (fixture, json);
  look_at (fixture, 0);
  WAIT_FOR (text_says (fixture, "latency"));
  g_assert_false (is_in_view (fixture, "latency"));
  weir_message_list_set_search (fixture->messages, needle);
  WAIT_FOR (is_in_view (fixture, "latency"));
  activate (fixture, "viewer.kind", "hex"); /* which has no size yet */
  WAIT_FOR (widget_find_seen (fixture->window, WEIR_TYPE_HEX_VIEW) != NULL && get_scroll (fixture) > 0);

  activate (fixture, "viewer.kind", "json");
  look_at (fixture, 1);
  WAIT_FOR (is_in_view (fixture, "latency"));
  weir_message_list_set_search (fixture->messages, NULL);
  WAIT_FOR (!says (fixture, "hit"));
  activate (fixture, "viewer.fold", "all");
  WAIT_FOR (!is_in_view (fixture, "latency"));
  weir_message_list_set_search (fixture->messages, needle);
  WAIT_FOR (is_in_view (fixture, "latency"));
}

/* What cannot be done cannot be chosen: only JSON is folded. */
static void
test_fold_fits (Fixture *fixture, gconstpointer data)
{
  GActionGroup *actions;

  send_text (fixture, "{\"a\":[1,2]}");
  send_text (fixture, "hello");
  look_at (fixture, 0);
  WAIT_FOR (text_says (fixture, "\"a\""));
  actions = G_ACTION_GROUP (fixture->view->actions);
  g_assert_true (g_action_group_get_action_enabled (actions, "fold"));
  activate (fixture, "viewer.kind", "hex");
  g_assert_false (g_action_group_get_action_enabled (actions, "fold"));
  activate (fixture, "viewer.kind", "json");
  g_assert_true (g_action_group_get_action_enabled (actions, "fold"));
  look_at (fixture, 1);
  WAIT_FOR (text_says (fixture, "hello"));
  g_assert_false (g_action_group_get_action_enabled (actions, "fold"));
}

/* More than is made ready at once, in one line. */
static void
test_large (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = g_strnfill (1024 * 1024, 'x');

  send_text (fixture, text);
  look_at (fixture, 0);
  WAIT_FOR (text_says (fixture, "xxxx"));
  g_assert_true (says (fixture, "Shown are the first 256"));
  g_assert_true (says (fixture, "A very long line is broken"));
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *path;
    void (*run) (Fixture *fixture, gconstpointer data);
  } tests[] = {
    { "/app/viewers/stream", test_stream },
    { "/app/viewers/stream/masks", test_stream_masks },
    { "/app/viewers/stream/garbled", test_stream_garbled },
    { "/app/viewers/image", test_image },
    { "/app/viewers/image/in-parts", test_image_in_parts },
    { "/app/viewers/image/beside-text", test_image_beside_text },
    { "/app/viewers/image/too-large", test_image_too_large },
    { "/app/viewers/growing", test_growing },
    { "/app/viewers/status", test_status },
    { "/app/viewers/bytes", test_bytes },
    { "/app/viewers/hits", test_hits },
    { "/app/viewers/fold-fits", test_fold_fits },
    { "/app/viewers/hits/in-view", test_hit_in_view },
    { "/app/viewers/large", test_large },
  };

  g_setenv ("GSETTINGS_BACKEND", "memory", TRUE);
  g_setenv ("GTK_A11Y", "test", FALSE);        /* what they are told is kept, and goes nowhere */
  g_setenv ("GDK_DEBUG", "gl-disable", FALSE); /* its libraries leak, and start slowly */
  g_setenv ("GSK_RENDERER", "cairo", FALSE);
  g_test_init (&argc, &argv, NULL);
  if (!gtk_init_check ())
    {
      g_print ("1..0 # SKIP there is no display\n");
      return 0;
    }
  adw_init ();
  g_timeout_add (50, tick_cb, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].run, tear_down);

  return g_test_run ();
}
