/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <adwaita.h>

#include <fcntl.h>
#include <glib/gstdio.h>
#include <gtksourceview/gtksource.h>
#include <unistd.h>

#include "wait-for.h"
#include "weir-channel-private.h"
#include "weir-hex-view.h"
#include "weir-message-cell.h"
#include "weir-message-list-private.h"
#include "weir-message-table.h"
#include "weir-message-view.h"
#include "weir-point-error.h"
#include "weir-settings.h"
#include "weir-source-style.h"
#include "weir-tap-page.h"
#include "weir-tap-reader-private.h"
#include "weir-tap-save.h"
#include "weir-toast.h"
#include "widget-tree.h"

/* A tap's table and viewer. Needs a display, and is skipped without one. */

#define TIME_US G_GINT64_CONSTANT (1700000000000000)
#define REF                                                                                                            \
  "{\"type\":\"start\",\"reader\":{\"channel_id\":\"c1\",\"access_key\":\"0123456789abcdef\",\"direction\":\"read\"}}"

typedef struct
{
  WeirMessageList *messages;
  GtkWidget *window;
  WeirMessageTable *table;
  WeirMessageView *view;
  guint64 n_sent;
} Fixture;

/* --- finding what is shown --- */

/* As it is read, without its markup. */
static GtkWidget *
find_label (Fixture *fixture, const char *words)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new ();

  widget_collect (fixture->window, GTK_TYPE_LABEL, found);
  for (guint i = 0; i < found->len; i++)
    if (strstr (gtk_label_get_text (found->pdata[i]), words) != NULL)
      return found->pdata[i];
  return NULL;
}

static gboolean
says (Fixture *fixture, const char *words)
{
  return find_label (fixture, words) != NULL;
}

static gboolean
is_laid_out (GtkWidget *widget)
{
  return widget != NULL && gtk_widget_get_height (widget) > 0;
}

static gboolean
row_says (Fixture *fixture, const char *words)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new ();

  widget_collect (fixture->window, GTK_TYPE_INSCRIPTION, found);
  for (guint i = 0; i < found->len; i++)
    {
      const char *text = gtk_inscription_get_text (found->pdata[i]);

      if (text != NULL && strstr (text, words) != NULL)
        return TRUE;
    }
  return FALSE;
}

static char *
dup_text (Fixture *fixture)
{
  GtkTextView *view = widget_find_seen (fixture->window, GTK_TYPE_TEXT_VIEW);
  char *text = NULL;

  if (view != NULL)
    g_object_get (gtk_text_view_get_buffer (view), "text", &text, NULL);
  return text != NULL ? text : g_strdup ("");
}

static gboolean
text_says (Fixture *fixture, const char *words)
{
  g_autofree char *text = dup_text (fixture);

  return strstr (text, words) != NULL;
}

/* --- a tap --- */

/* @size: of which @len bytes are kept. */
static void
send (Fixture *fixture, WeirRecordKind kind, const char *payload, gsize len, gsize size)
{
  WeirRecordHead head = {
    .size = WEIR_RECORD_HEAD_SIZE + len,
    .kind = kind,
    .flags = len < size ? WEIR_RECORD_CUT : 0,
    .payload_size = size,
    .seq = ++fixture->n_sent,
    .time_us = TIME_US + fixture->n_sent * 1000,
  };

  g_assert_true (weir_message_list_append (fixture->messages, &head, (const guint8 *) payload, len, NULL));
}

static void
send_text (Fixture *fixture, const char *text)
{
  send (fixture, WEIR_RECORD_TEXT, text, strlen (text), strlen (text));
}

static void
send_cut (Fixture *fixture, const char *text, gsize size)
{
  send (fixture, WEIR_RECORD_TEXT, text, strlen (text), size);
}

/* All that was sent is in the list. */
static void
settle (Fixture *fixture)
{
  WAIT_FOR (g_list_model_get_n_items (G_LIST_MODEL (fixture->messages)) ==
            fixture->n_sent - weir_message_list_get_n_hidden (fixture->messages));
}

static void
look_at (Fixture *fixture, guint position)
{
  g_autoptr (WeirMessage) message = g_list_model_get_item (G_LIST_MODEL (fixture->messages), position);

  weir_message_view_set_message (fixture->view, message);
}

static void
set_filter (Fixture *fixture, WeirMessageKinds kinds, const char *text)
{
  g_autoptr (WeirNeedle) needle = weir_needle_new (WEIR_NEEDLE_TEXT, text, NULL);

  weir_message_table_set_filter (fixture->table, kinds, needle);
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
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  fixture->messages = weir_message_list_new (&error);
  g_assert_no_error (error);
  fixture->table = g_object_new (WEIR_TYPE_MESSAGE_TABLE, NULL);
  weir_message_table_set_messages (fixture->table, fixture->messages);
  fixture->view = WEIR_MESSAGE_VIEW (weir_message_view_new ());
  gtk_widget_set_vexpand (GTK_WIDGET (fixture->view), TRUE);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (fixture->table));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (fixture->view));
  fixture->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 900, 600);
  gtk_window_set_child (GTK_WINDOW (fixture->window), box);
  gtk_window_present (GTK_WINDOW (fixture->window));
  WAIT_FOR (gtk_widget_get_width (GTK_WIDGET (fixture->table)) > 0);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_object_unref (fixture->messages);
}

static void
activate (Fixture *fixture, const char *action, const char *target)
{
  g_assert_true (gtk_widget_activate_action (gtk_widget_get_first_child (GTK_WIDGET (fixture->view)), action,
                                             target != NULL ? "s" : NULL, target));
}

/* --- access keys --- */

static void
test_keys_masked (Fixture *fixture, gconstpointer data)
{
  send_text (fixture, REF);
  send_text (fixture, "see " REF);
  settle (fixture);
  WAIT_FOR (row_says (fixture, "0123************"));
  g_assert_false (row_says (fixture, "01234"));

  for (guint i = 0; i < 2; i++) /* as JSON, as text */
    {
      look_at (fixture, i);
      WAIT_FOR (text_says (fixture, "0123************"));
      g_assert_false (text_says (fixture, "01234"));
      g_assert_true (says (fixture, "It holds an access key, which is masked with *."));
    }
}

/* By an act, for this message alone. */
static void
test_keys_revealed (Fixture *fixture, gconstpointer data)
{
  send_text (fixture, REF);
  send_text (fixture, REF);
  send_text (fixture, "{}");
  settle (fixture);
  look_at (fixture, 0);
  WAIT_FOR (text_says (fixture, "0123************"));
  activate (fixture, "viewer.show-keys", NULL);
  g_assert_true (text_says (fixture, "0123456789abcdef"));
  g_assert_true (says (fixture, "the right to a channel"));
  look_at (fixture, 1);
  g_assert_true (text_says (fixture, "0123************"));
  look_at (fixture, 2);
  g_assert_false (says (fixture, "It holds"));
}

static void
copied_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  char **text = user_data;

  *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (object), result, &error);
  g_assert_no_error (error);
}

static char *
dup_copy (Fixture *fixture)
{
  char *text = NULL;

  activate (fixture, "viewer.copy", NULL);
  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (fixture->window), NULL, copied_cb, &text);
  WAIT_FOR (text != NULL);
  return text;
}

static void
test_keys_copied (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = NULL, *bytes = NULL, *asked = NULL;

  send_text (fixture, "access_key=0123456789abcdef");
  settle (fixture);
  look_at (fixture, 0);
  text = dup_copy (fixture);
  g_assert_cmpstr (text, ==, "access_key=0123************");
  activate (fixture, "viewer.kind", "hex");
  bytes = dup_copy (fixture);
  g_assert_true (g_str_has_suffix (bytes, "3d 30 31 32 33 2a 2a 2a 2a 2a 2a 2a 2a 2a 2a 2a 2a"));
  activate (fixture, "viewer.show-keys", NULL);
  asked = dup_copy (fixture);
  g_assert_true (g_str_has_suffix (asked, "65 66"));
}

/* Cut anywhere by the borders of messages, in rows and viewers; what is between them belongs to another kind. */
static void
test_keys_cut (Fixture *fixture, gconstpointer data)
{
  static const char *const parts[] = { "{\"x\":1,\"access_", "key\":\"0123", "456789abcd", "ef\",\"y\":\"end\"}\n" };

  weir_message_view_set_messages (fixture->view, fixture->messages);
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      send (fixture, WEIR_RECORD_BINARY, parts[i], strlen (parts[i]), strlen (parts[i]));
      send_text (fixture, "hello");
    }
  settle (fixture);
  WAIT_FOR (row_says (fixture, "**********"));
  g_assert_false (row_says (fixture, "4567"));
  g_assert_true (row_says (fixture, "hello"));
  activate (fixture, "viewer.kind", "text");
  look_at (fixture, 4);
  WAIT_FOR (text_says (fixture, "**********"));
  g_assert_true (says (fixture, "It holds an access key, which is masked with *."));
  look_at (fixture, 6);
  WAIT_FOR (text_says (fixture, "**\",\"y\":\"end\"}"));
  activate (fixture, "viewer.show-keys", NULL);
  g_assert_true (text_says (fixture, "ef\",\"y\""));
  activate (fixture, "viewer.kind", "stream");
  WAIT_FOR (row_says (fixture, "\"access_key\":\"0123************\""));
  g_assert_false (row_says (fixture, "4567"));
}

/* Where the user has asked for it, and as soon as that is over, no more. */
static void
test_keys_by_preference (Fixture *fixture, gconstpointer data)
{
  send_text (fixture, REF);
  settle (fixture);
  look_at (fixture, 0);
  WAIT_FOR (row_says (fixture, "0123************") && text_says (fixture, "0123************"));
  g_settings_set_boolean (weir_settings_get (), "mask-keys", FALSE);
  g_assert_true (row_says (fixture, "0123456789abcdef"));
  g_assert_true (text_says (fixture, "0123456789abcdef"));
  g_assert_true (says (fixture, "the right to a channel"));
  g_settings_set_boolean (weir_settings_get (), "mask-keys", TRUE);
  g_assert_false (row_says (fixture, "01234"));
  g_assert_false (text_says (fixture, "01234"));
}

/* --- assistive tools --- */

static GtkAccessible *
get_row (Fixture *fixture, guint n)
{
  g_autoptr (GPtrArray) cells = g_ptr_array_new ();

  widget_collect (fixture->window, WEIR_TYPE_MESSAGE_CELL, cells);
  n *= WEIR_MESSAGE_N_COLUMNS;
  g_assert_cmpuint (n, <, cells->len);
  return GTK_ACCESSIBLE (gtk_widget_get_parent (gtk_widget_get_parent (cells->pdata[n])));
}

/* Also one that was bound to another message before. */
static void
test_rows_named (Fixture *fixture, gconstpointer data)
{
  send_text (fixture, "hello");
  send (fixture, WEIR_RECORD_BINARY, "PA", 2, 2);
  settle (fixture);
  WAIT_FOR (row_says (fixture, "50 41"));
  gtk_test_accessible_assert_property (get_row (fixture, 0), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Text 1, 5\302\240B: hello");
  gtk_test_accessible_assert_property (get_row (fixture, 1), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Binary 2, 2\302\240B: 50 41   PA");
  set_filter (fixture, WEIR_SHOW_BINARY, NULL);
  WAIT_FOR (!row_says (fixture, "hello"));
  gtk_test_accessible_assert_property (get_row (fixture, 0), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Binary 2, 2\302\240B: 50 41   PA");
}

/* Figures and texts stand below the heads of their columns, whichever way they are written. */
static void
test_aligned (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new ();
  guint n_sizes = 0, n_contents = 0;

  gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  send_text (fixture, "hello");
  settle (fixture);
  WAIT_FOR (row_says (fixture, "hello"));
  gtk_widget_set_default_direction (GTK_TEXT_DIR_LTR);
  widget_collect (fixture->window, GTK_TYPE_INSCRIPTION, found);
  for (guint i = 0; i < found->len; i++)
    {
      const char *text = gtk_inscription_get_text (found->pdata[i]);
      float xalign = gtk_inscription_get_xalign (found->pdata[i]);

      if (text == NULL)
        continue;
      if (g_str_equal (text, "hello"))
        n_contents += xalign == 1;
      else if (g_str_has_suffix (text, "B")) /* against the end, which GTK takes for the other one */
        n_sizes += xalign == 0;
    }
  g_assert_cmpuint (n_sizes, >, 0);
  g_assert_cmpuint (n_contents, >, 0);
}

/* --- themes --- */

static void
load_style (GtkCssProvider *provider, gboolean is_dark)
{
  gtk_css_provider_load_from_resource (provider, is_dark ? "/io/github/weir/Weir/style-dark.css"
                                                         : "/io/github/weir/Weir/style.css");
}

/* The first colour of the row: its key's; as 0xRRRR. */
static guint
get_red (Fixture *fixture)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new ();

  widget_collect (fixture->window, GTK_TYPE_INSCRIPTION, found);
  for (guint i = 0; i < found->len; i++)
    {
      PangoAttrList *attributes = gtk_inscription_get_attributes (found->pdata[i]);
      g_autoptr (PangoAttrIterator) iterator = attributes != NULL ? pango_attr_list_get_iterator (attributes) : NULL;

      while (iterator != NULL)
        {
          PangoAttribute *colour = pango_attr_iterator_get (iterator, PANGO_ATTR_FOREGROUND);

          if (colour != NULL)
            return pango_attribute_as_color (colour)->color.red;
          if (!pango_attr_iterator_next (iterator))
            break;
        }
    }
  return 0;
}

/* The application loads the style of the theme, before others hear of it. */
/* The viewer's JSON has the colours of the list's. */
static gboolean
has_colours_of_list (Fixture *fixture, GtkWidget *view)
{
  static const struct
  {
    const char *style, *colour;
  } rows[] = {
    { "json:keyname", "weir_json_key" },
    { "json:string", "weir_json_string" },
    { "json:decimal", "weir_json_word" },
    { "json:boolean", "weir_json_word" },
  };
  GtkSourceBuffer *buffer = GTK_SOURCE_BUFFER (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)));
  GtkSourceStyleScheme *scheme = gtk_source_buffer_get_style_scheme (buffer);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      GtkSourceStyle *style = gtk_source_style_scheme_get_style (scheme, rows[i].style);
      g_autofree char *name = NULL;
      GdkRGBA shown, wanted;

      g_assert_nonnull (style);
      g_object_get (style, "foreground", &name, NULL);
      g_assert_true (gdk_rgba_parse (&shown, name));
      g_assert_true (
          gtk_style_context_lookup_color (gtk_widget_get_style_context (fixture->window), rows[i].colour, &wanted));
      if (!gdk_rgba_equal (&shown, &wanted))
        return FALSE;
    }
  return TRUE;
}

/* A view's colour of a character, as its language and its scheme have it; "": the text's own. */
static char *
dup_colour (GtkWidget *view, int offset)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (view));
  GtkTextIter start, end, at;
  g_autoptr (GSList) tags = NULL;
  GdkRGBA *colour = NULL;
  char *name;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  gtk_source_buffer_ensure_highlight (GTK_SOURCE_BUFFER (buffer), &start, &end);
  gtk_text_buffer_get_iter_at_offset (buffer, &at, offset);
  tags = gtk_text_iter_get_tags (&at);
  for (GSList *tag = tags; tag != NULL && colour == NULL; tag = tag->next)
    g_object_get (tag->data, "foreground-rgba", &colour, NULL);
  if (colour == NULL)
    return g_strdup ("");

  name = g_strdup_printf ("#%02x%02x%02x", (guint) (colour->red * 255 + 0.5), (guint) (colour->green * 255 + 0.5),
                          (guint) (colour->blue * 255 + 0.5));
  gdk_rgba_free (colour);
  return name;
}

static void
test_json_colours (Fixture *fixture, gconstpointer data)
{
  static const char *const text = "{\"n\\\"\": [-1.5e3, \"s\\n\", true], \"\u00e9\": nul}";
  static const struct
  {
    const char *at, *colour;
  } rows[] = {
    { "n\\", "#1a5fb4" }, { "-1.5", "#a2470b" }, { "e3", "#a2470b" },     { "s\\", "#26734d" },
    { "\\n", "#26734d" }, { "true", "#a2470b" }, { "\u00e9", "#1a5fb4" }, { "[", "" },
  };
  GtkWidget *view = g_object_ref_sink (gtk_source_view_new ());

  weir_source_style_follow (GTK_SOURCE_VIEW (view));
  weir_source_style_set_json (GTK_SOURCE_VIEW (view), TRUE);
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)), text, -1);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *colour = dup_colour (view, (int) g_utf8_pointer_to_offset (text, strstr (text, rows[i].at)));

      g_assert_cmpstr (colour, ==, rows[i].colour);
    }
  g_object_unref (view);
}

static void
test_colours_follow (Fixture *fixture, gconstpointer data)
{
  GtkCssProvider *provider = gtk_css_provider_new ();
  GdkDisplay *display = gtk_widget_get_display (fixture->window);
  GtkWidget *view = g_object_ref_sink (gtk_source_view_new ());

  weir_source_style_follow (GTK_SOURCE_VIEW (view));
  load_style (provider, FALSE);
  gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  send_text (fixture, "{\"n\":1}");
  settle (fixture);
  WAIT_FOR (get_red (fixture) == 0x1a1a);
  WAIT_FOR (has_colours_of_list (fixture, view));
  load_style (provider, TRUE);
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_FORCE_DARK);
  WAIT_FOR (get_red (fixture) == 0x9999);
  WAIT_FOR (has_colours_of_list (fixture, view));
  g_object_unref (view);
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_DEFAULT);
  gtk_style_context_remove_provider_for_display (display, GTK_STYLE_PROVIDER (provider));
  g_object_unref (provider);
}

/* --- what is searched for --- */

static guint
count_lit (Fixture *fixture)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new ();
  guint n = 0;

  widget_collect (fixture->window, GTK_TYPE_INSCRIPTION, found);
  for (guint i = 0; i < found->len; i++)
    {
      PangoAttrList *attributes = gtk_inscription_get_attributes (found->pdata[i]);
      g_autoptr (PangoAttrIterator) iterator = attributes != NULL ? pango_attr_list_get_iterator (attributes) : NULL;

      if (iterator != NULL)
        do
          n += pango_attr_iterator_get (iterator, PANGO_ATTR_BACKGROUND) != NULL;
        while (pango_attr_iterator_next (iterator));
    }
  return n;
}

/* In the rows of the joined stream each hit, also one that a border cuts; not when it is over. */
static void
test_stream_hits (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WeirNeedle) needle = weir_needle_new (WEIR_NEEDLE_TEXT, "fish", NULL);
  GtkCssProvider *provider = gtk_css_provider_new ();
  GdkDisplay *display = gtk_widget_get_display (fixture->window);

  load_style (provider, FALSE);
  gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  weir_message_view_set_messages (fixture->view, fixture->messages);
  send (fixture, WEIR_RECORD_BINARY, "one fi", 6, 6);
  send (fixture, WEIR_RECORD_BINARY, "sh two fish\nred Fish\nblue\n", 26, 26);
  settle (fixture);
  gtk_widget_set_visible (GTK_WIDGET (fixture->table), FALSE);
  activate (fixture, "viewer.kind", "stream");
  look_at (fixture, 1);
  WAIT_FOR (row_says (fixture, "one fish two fish") && row_says (fixture, "blue"));
  g_assert_cmpuint (count_lit (fixture), ==, 0);
  weir_message_table_set_search (fixture->table, needle);
  WAIT_FOR (count_lit (fixture) == 3);
  weir_message_table_set_search (fixture->table, NULL);
  WAIT_FOR (count_lit (fixture) == 0);
  gtk_style_context_remove_provider_for_display (display, GTK_STYLE_PROVIDER (provider));
  g_object_unref (provider);
}

/* --- kinds of view --- */

static gboolean
is_in_hex (Fixture *fixture)
{
  return widget_find_seen (fixture->window, WEIR_TYPE_HEX_VIEW) != NULL;
}

/* What the user has chosen stays for all messages that it fits, and comes back after one that it does not. */
static void
test_choice_stays (Fixture *fixture, gconstpointer data)
{
  send_text (fixture, "{\"n\":1}");
  send_text (fixture, "{\"n\":2}");
  send_text (fixture, "no JSON");
  send_text (fixture, "{\"n\":3}");
  settle (fixture);

  look_at (fixture, 0);
  WAIT_FOR (text_says (fixture, "  \"n\": 1")); /* laid out */
  look_at (fixture, 2);
  g_assert_true (text_says (fixture, "no JSON"));
  look_at (fixture, 1);
  g_assert_true (text_says (fixture, "  \"n\": 2"));

  activate (fixture, "viewer.kind", "hex");
  for (guint i = 0; i < 4; i++)
    {
      look_at (fixture, i);
      WAIT_FOR (is_in_hex (fixture));
    }
  activate (fixture, "viewer.kind", "text");
  look_at (fixture, 1);
  WAIT_FOR (text_says (fixture, "{\"n\":2}"));
  activate (fixture, "viewer.kind", "json");
  look_at (fixture, 2);
  g_assert_true (text_says (fixture, "no JSON"));
  look_at (fixture, 3);
  g_assert_true (text_says (fixture, "  \"n\": 3"));
}

/* --- progress --- */

/* @fraction: of the bar; negative: there is none. */
static void
check_progress (Fixture *fixture, const char *json, const char *words, double fraction)
{
  GtkProgressBar *bar;

  send_text (fixture, json);
  settle (fixture);
  look_at (fixture, fixture->n_sent - 1);
  if (words == NULL)
    {
      g_assert_false (says (fixture, "progress"));
      return;
    }
  WAIT_FOR (says (fixture, words));
  bar = widget_find_seen (fixture->window, GTK_TYPE_PROGRESS_BAR);
  g_assert_true ((bar == NULL) == (fraction < 0));
  if (bar != NULL)
    g_assert_cmpfloat (gtk_progress_bar_get_fraction (bar), ==, fraction);
}

static void
test_progress (Fixture *fixture, gconstpointer data)
{
  check_progress (fixture, "{\"type\":\"chunk\",\"rows\":3,\"of\":20}", NULL, -1);
  check_progress (fixture, "{\"type\":\"progress\"}", NULL, -1);
  check_progress (fixture, "{\"type\":\"progress\",\"rows\":3,\"of\":12}", ", 3 of 12", 0.25);
  check_progress (fixture, "{\"type\":\"progress\",\"parts\":64,\"bytes\":1024,\"percent\":50}", ", parts: 64", 0.5);
  check_progress (fixture, "{\"type\":\"progress\",\"percent\":12.25}", "12\302\240%", 0.1225);
  check_progress (fixture, "{\"type\":\"progress\",\"percent\":1e300}", "100\302\240%", 1);
  check_progress (fixture, "{\"type\":\"progress\",\"chunks\":3}", "chunks: 3", -1);
  check_progress (fixture, "{\"type\":\"progress\",\"rows\":3,\"of\":0}", "rows: 3", -1);
  check_progress (fixture, "{\"type\":\"progress\",\"rows\":-3,\"of\":9}", NULL, -1);
}

/* --- the table --- */

static GtkSelectionModel *
get_selection (Fixture *fixture)
{
  return gtk_column_view_get_model (widget_find_seen (fixture->window, GTK_TYPE_COLUMN_VIEW));
}

static gboolean
is_none_selected (Fixture *fixture)
{
  g_autoptr (GtkBitset) selected = gtk_selection_model_get_selection (get_selection (fixture));

  return gtk_bitset_is_empty (selected);
}

static void
notified_cb (GObject *object, GParamSpec *pspec, guint *n)
{
  (*n)++;
}

/* A filter hides rows, not what one looks at; where the row comes again, it is selected. */
static void
test_selected_stays (Fixture *fixture, gconstpointer data)
{
  WeirMessage *selected;
  guint n_notified = 0;

  for (guint i = 0; i < 1000; i++)
    send_text (fixture, i == 600 ? "three" : i % 2 == 0 ? "even" : "odd");
  settle (fixture);
  weir_message_table_set_follow (fixture->table, FALSE);
  g_signal_connect (fixture->table, "notify::selected", G_CALLBACK (notified_cb), &n_notified);
  gtk_selection_model_select_item (get_selection (fixture), 600, TRUE);
  selected = weir_message_table_get_selected (fixture->table);
  g_assert_cmpuint (weir_message_get_seq (selected), ==, 601);

  set_filter (fixture, WEIR_SHOW_ALL, "three");
  settle (fixture);
  g_assert_true (gtk_selection_model_is_selected (get_selection (fixture), 0));
  set_filter (fixture, WEIR_SHOW_ALL, "odd");
  settle (fixture);
  g_assert_true (is_none_selected (fixture));
  g_assert_true (weir_message_table_get_selected (fixture->table) == selected);
  set_filter (fixture, WEIR_SHOW_ALL, NULL);
  g_assert_true (gtk_selection_model_is_selected (get_selection (fixture), 600));
  g_assert_true (weir_message_table_get_selected (fixture->table) == selected);
  g_assert_cmpuint (n_notified, ==, 1);
  WAIT_FOR (row_says (fixture, "three")); /* it is in view */

  gtk_selection_model_unselect_item (get_selection (fixture), 600);
  g_assert_null (weir_message_table_get_selected (fixture->table));
  set_filter (fixture, WEIR_SHOW_BINARY, NULL);
  set_filter (fixture, WEIR_SHOW_ALL, NULL);
  g_assert_true (is_none_selected (fixture));
}

/* A tap that is closed while the filter hides what is selected. */
static void
test_closed_filtered (Fixture *fixture, gconstpointer data)
{
  send_text (fixture, "one");
  send_text (fixture, "two");
  settle (fixture);
  weir_message_table_select (fixture->table, 0);
  set_filter (fixture, WEIR_SHOW_ALL, "two");
  settle (fixture);
  weir_message_table_set_messages (fixture->table, NULL);
  g_assert_null (weir_message_table_get_selected (fixture->table));
}

/* --- keys of the table --- */

static gboolean
activate_shortcut (GtkWidget *widget, GtkPropagationPhase phase, const char *trigger)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);
  g_autoptr (GtkShortcutTrigger) wanted = gtk_shortcut_trigger_parse_string (trigger);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (!GTK_IS_SHORTCUT_CONTROLLER (controller) || gtk_event_controller_get_propagation_phase (controller) != phase)
        continue;
      for (guint j = 0; j < g_list_model_get_n_items (G_LIST_MODEL (controller)); j++)
        {
          g_autoptr (GtkShortcut) shortcut = g_list_model_get_item (G_LIST_MODEL (controller), j);

          if (gtk_shortcut_trigger_equal (gtk_shortcut_get_trigger (shortcut), wanted) &&
              gtk_shortcut_action_activate (gtk_shortcut_get_action (shortcut), 0, widget,
                                            gtk_shortcut_get_arguments (shortcut)))
            return TRUE;
        }
    }
  return FALSE;
}

static gboolean
capture_key (GtkWidget *widget, const char *trigger)
{
  GtkWidget *parent = gtk_widget_get_parent (widget);

  return (parent != NULL && capture_key (parent, trigger)) || activate_shortcut (widget, GTK_PHASE_CAPTURE, trigger);
}

/* As the toolkit would go about it, but at once: as it comes when keys are faster than frames. */
static void
press (Fixture *fixture, const char *trigger)
{
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (fixture->window));

  g_assert_nonnull (focus);
  if (capture_key (focus, trigger))
    return;
  for (GtkWidget *widget = focus; widget != NULL; widget = gtk_widget_get_parent (widget))
    if (activate_shortcut (widget, GTK_PHASE_BUBBLE, trigger))
      return;
}

static guint64
get_selected_seq (Fixture *fixture)
{
  WeirMessage *selected = weir_message_table_get_selected (fixture->table);

  return selected != NULL ? weir_message_get_seq (selected) : 0;
}

/* How many rows fit into what is seen of the table. */
static guint
count_fitting (Fixture *fixture)
{
  GtkWidget *row = GTK_WIDGET (get_row (fixture, 0));
  GtkWidget *list = gtk_widget_get_parent (row);

  return gtk_widget_get_height (list) / gtk_widget_get_height (row);
}

/* Its row; NULL: it is not in view. */
static GtkWidget *
find_selected_row (Fixture *fixture)
{
  g_autoptr (GPtrArray) cells = g_ptr_array_new ();

  widget_collect (fixture->window, WEIR_TYPE_MESSAGE_CELL, cells);
  for (guint i = 0; i < cells->len; i++)
    {
      GtkWidget *row = gtk_widget_get_parent (gtk_widget_get_parent (cells->pdata[i]));

      if ((gtk_widget_get_state_flags (row) & GTK_STATE_FLAG_SELECTED) != 0)
        return row;
    }
  return NULL;
}

static gboolean
focus_selected (Fixture *fixture)
{
  GtkWidget *row = find_selected_row (fixture);

  return row != NULL && gtk_widget_grab_focus (row);
}

static gboolean
is_selected_in_view (Fixture *fixture)
{
  GtkWidget *row = find_selected_row (fixture);
  GtkWidget *list = row != NULL ? gtk_widget_get_parent (row) : NULL;
  graphene_rect_t bounds;

  return row != NULL && gtk_widget_compute_bounds (row, list, &bounds) && bounds.origin.y > -1 &&
         bounds.origin.y + bounds.size.height < gtk_widget_get_height (list) + 1;
}

static void
set_up_long (Fixture *fixture)
{
  gtk_widget_set_vexpand (GTK_WIDGET (fixture->table), TRUE);
  for (guint i = 0; i < 5000; i++)
    send_text (fixture, i % 2 == 0 ? "even" : "odd");
  settle (fixture);
  weir_message_table_select (fixture->table, 1000);
  WAIT_FOR (is_selected_in_view (fixture) && focus_selected (fixture));
}

/* A page is what is seen but one row, also where rows were just put into the list and have no place yet: keys are
 * faster than frames here. */
static void
check_pages (Fixture *fixture, const char *key, int n_rows)
{
  for (guint i = 0; i < 8; i++)
    {
      guint64 before = get_selected_seq (fixture);

      press (fixture, key);
      g_assert_cmpint (get_selected_seq (fixture) - before, ==, n_rows);
    }
}

static void
test_pages (Fixture *fixture, gconstpointer data)
{
  int n_rows;

  set_up_long (fixture);
  n_rows = count_fitting (fixture) - 1;
  check_pages (fixture, "Page_Down", n_rows);
  check_pages (fixture, "Page_Up", -n_rows);
  check_pages (fixture, "<Shift>KP_Page_Down", n_rows);
  g_assert_cmpuint (weir_message_table_get_n_selected (fixture->table), ==, 8 * n_rows + 1);
  check_pages (fixture, "<Control>Page_Down", 0); /* the focus alone */
  press (fixture, "Page_Down");
  g_assert_cmpuint (get_selected_seq (fixture), ==, 1001 + 17 * n_rows);
  g_assert_cmpuint (weir_message_table_get_n_selected (fixture->table), ==, 1);
  WAIT_FOR (is_selected_in_view (fixture));
}

/* While messages come, whether it follows them or not; and after a filter. */
static void
test_pages_of_change (Fixture *fixture, gconstpointer data)
{
  int n_rows;

  set_up_long (fixture);
  n_rows = count_fitting (fixture) - 1;
  for (guint i = 0; i < 4; i++)
    {
      weir_message_table_set_follow (fixture->table, i % 2 == 0);
      for (guint j = 0; j < 500; j++)
        send_text (fixture, "odd");
      settle (fixture);
      check_pages (fixture, "Page_Down", n_rows);
    }
  weir_message_table_set_follow (fixture->table, FALSE);
  set_filter (fixture, WEIR_SHOW_ALL, "odd");
  settle (fixture);
  weir_message_table_select (fixture->table, 1000);
  WAIT_FOR (focus_selected (fixture));
  check_pages (fixture, "Page_Down", 2 * n_rows); /* every other one is hidden */
  press (fixture, "Page_Up");
  WAIT_FOR (is_selected_in_view (fixture));
}

static void
destroyed_cb (gpointer n_destroyed, GObject *row)
{
  (*(guint *) n_destroyed)++;
}

/* Those rows that a filter takes out are destroyed, but not all 200 of them in one turn of the main loop. */
static void
test_rows_go_gradually (Fixture *fixture, gconstpointer data)
{
  guint n_rows = 0, n_destroyed = 0;
  GtkWidget *list;

  set_up_long (fixture);
  list = gtk_widget_get_last_child (widget_find (GTK_WIDGET (fixture->table), GTK_TYPE_COLUMN_VIEW));
  for (GtkWidget *row = gtk_widget_get_first_child (list); row != NULL; row = gtk_widget_get_next_sibling (row))
    {
      g_object_weak_ref (G_OBJECT (row), destroyed_cb, &n_destroyed);
      n_rows++;
    }
  g_assert_cmpuint (n_rows, >, 100);
  set_filter (fixture, WEIR_SHOW_ALL, "neither");
  while (n_destroyed < n_rows)
    {
      guint n_before = n_destroyed;

      g_main_context_iteration (NULL, TRUE);
      g_assert_cmpuint (n_destroyed - n_before, <, 60);
    }
}

/* They end where the list does. */
static void
test_pages_end (Fixture *fixture, gconstpointer data)
{
  set_up_long (fixture);
  weir_message_table_select (fixture->table, 2);
  WAIT_FOR (focus_selected (fixture));
  press (fixture, "Page_Up");
  g_assert_cmpuint (get_selected_seq (fixture), ==, 1);
  press (fixture, "Page_Up");
  g_assert_cmpuint (get_selected_seq (fixture), ==, 1);
  weir_message_table_select (fixture->table, 4996);
  WAIT_FOR (focus_selected (fixture));
  press (fixture, "Page_Down");
  g_assert_cmpuint (get_selected_seq (fixture), ==, 5000);
  press (fixture, "Page_Down");
  g_assert_cmpuint (get_selected_seq (fixture), ==, 5000);
}

/* --- the page --- */

/* In place of what the fixture shows: a page of a tap that keeps so much. */
static WeirTapReader *
show_page (Fixture *fixture, guint64 max_bytes)
{
  g_autofree char *path = NULL;
  int fd = g_file_open_tmp ("weir-test-XXXXXX", &path, NULL);
  g_autoptr (WeirPlane) plane = weir_plane_new ("weir-engine-1", WEIR_PLANE_ENGINE);
  g_autoptr (WeirChannel) channel =
      weir_channel_new (plane, weir_channel_info_new ("0123456789ab"), g_get_monotonic_time ());
  WeirTapReader *reader;

  g_unlink (path);
  g_clear_object (&fixture->messages);
  fixture->messages = weir_message_list_new_for_store (weir_message_store_new_for_fd (fd, max_bytes, 1000));
  reader = weir_tap_reader_new_unconnected (fixture->messages);
  gtk_window_set_child (GTK_WINDOW (fixture->window), weir_tap_page_new (reader, channel));
  weir_message_list_set_max_bytes (fixture->messages, max_bytes); /* the page has set what the setting says */
  return reader;
}

static void
feed (Fixture *fixture, WeirTapReader *reader, WeirRecordKind kind, const char *text)
{
  gsize len = strlen (text);
  g_autoptr (GByteArray) record = g_byte_array_new ();
  WeirRecordHead head = {
    .size = WEIR_RECORD_HEAD_SIZE + len,
    .kind = kind,
    .payload_size = len,
    .seq = ++fixture->n_sent,
    .time_us = TIME_US,
  };

  g_byte_array_set_size (record, WEIR_RECORD_HEAD_SIZE);
  weir_record_head_write (&head, record->data);
  g_byte_array_append (record, (const guint8 *) text, len);
  g_assert_true (weir_tap_reader_take (reader, FALSE, record->data, record->len, NULL));
}

static void
feed_text (Fixture *fixture, WeirTapReader *reader, gsize len)
{
  g_autofree char *text = g_strnfill (len, 'x');

  feed (fixture, reader, WEIR_RECORD_TEXT, text);
}

/* Why messages are not kept is said while it is so, and nothing else is said to be the reason. */
static void
test_page_says_why (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WeirTapReader) reader = show_page (fixture, 500);

  feed_text (fixture, reader, 10);
  WAIT_FOR (row_says (fixture, "xxxxxxxxxx"));
  g_assert_false (says (fixture, "Messages are not kept"));
  feed_text (fixture, reader, 1000);
  WAIT_FOR (says (fixture, "Messages are not kept: A message is larger than all that a tap may keep"));
  feed_text (fixture, reader, 10);
  WAIT_FOR (!says (fixture, "Messages are not kept"));
  WAIT_FOR (row_says (fixture, "1 message dropped by this tap; number 2; the channel itself was not touched"));
  feed_text (fixture, reader, 1000);
  weir_tap_reader_stop (reader);
  WAIT_FOR (says (fixture, "Messages are not kept: A message is larger than all that a tap may keep"));
}

/* What was there before is no message of this tap, and was not lost. */
static void
test_page_says_before (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WeirTapReader) reader = show_page (fixture, G_MAXUINT32);

  fixture->n_sent = 1161;
  feed_text (fixture, reader, 10);
  feed_text (fixture, reader, 10);
  WAIT_FOR (says (fixture, "161 came before this tap"));
  g_assert_true (says (fixture, "2 kept of 2"));
  g_assert_true (says (fixture, "Before this tap"));
}

static GtkEditable *
type_filter (Fixture *fixture, WeirNeedleMode mode, const char *text)
{
  GtkDropDown *drop_down = widget_find_seen (fixture->window, GTK_TYPE_DROP_DOWN);
  GtkEditable *entry = widget_find_seen (fixture->window, GTK_TYPE_SEARCH_ENTRY);

  gtk_drop_down_set_selected (drop_down, mode);
  gtk_editable_set_text (entry, text);
  return entry;
}

static graphene_rect_t
get_place (Fixture *fixture, gpointer widget)
{
  graphene_rect_t place;

  g_assert_true (gtk_widget_compute_bounds (widget, fixture->window, &place));
  return place;
}

/* Where something is and how large, by what is typed. */
static void
test_page_keeps_place (Fixture *fixture, gconstpointer data)
{
  static const char *const wrong[] = { "", "5", "[" };
  static const char *const wrong_words[] = { "", "Bytes are pairs", "No regular expression" };
  g_autoptr (WeirTapReader) reader = show_page (fixture, G_MAXUINT32);
  graphene_rect_t table, entry;

  feed_text (fixture, reader, 10);
  WAIT_FOR (row_says (fixture, "xxxxxxxxxx"));
  WAIT_FOR (is_laid_out (widget_find_seen (fixture->window, GTK_TYPE_INSCRIPTION)) && !says (fixture, "Asking for"));
  table = get_place (fixture, widget_find_seen (fixture->window, WEIR_TYPE_MESSAGE_TABLE));
  entry = get_place (fixture, widget_find_seen (fixture->window, GTK_TYPE_SEARCH_ENTRY));
  for (guint mode = WEIR_NEEDLE_HEX; mode <= WEIR_NEEDLE_REGEX; mode++)
    {
      graphene_rect_t later;

      type_filter (fixture, mode, wrong[mode]);
      WAIT_FOR (is_laid_out (find_label (fixture, wrong_words[mode])));
      later = get_place (fixture, widget_find_seen (fixture->window, WEIR_TYPE_MESSAGE_TABLE));
      g_assert_true (graphene_rect_equal (&later, &table));
      later = get_place (fixture, widget_find_seen (fixture->window, GTK_TYPE_SEARCH_ENTRY));
      g_assert_true (graphene_rect_equal (&later, &entry));
    }
  type_filter (fixture, WEIR_NEEDLE_TEXT, "");
  WAIT_FOR (!says (fixture, "No regular expression"));
}

/* Whatever is above a message's viewer, and also where no message is left. */
static void
test_divider_holds (Fixture *fixture, gconstpointer data)
{
  static const char *const texts[] = {
    "plain",
    "{\"type\":\"progress\",\"percent\":40}",
    "{\"type\":\"set_status\",\"status_code\":201}",
    "{\"type\":\"error\",\"message\":\"no room\"}",
    "{\"type\":\"text_delta\",\"delta\":\"so far\"}",
    REF,
  };
  static const char *const words[] = { "Message 1 ·", "40", "201 Created", "no room", "so far", "access key" };
  g_autoptr (WeirTapReader) reader = show_page (fixture, G_MAXUINT32);
  WeirMessageTable *table;
  graphene_rect_t before, later;

  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 700, 420); /* little room */
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    feed (fixture, reader, WEIR_RECORD_TEXT, texts[i]);
  feed (fixture, reader, WEIR_RECORD_BINARY, "{\"a\":1}\n{\"a\":\377\n{\"a\":3}\n");
  WAIT_FOR (row_says (fixture, "plain"));
  table = widget_find_seen (fixture->window, WEIR_TYPE_MESSAGE_TABLE);
  weir_message_table_select (table, 0);
  WAIT_FOR (says (fixture, words[0]) && !says (fixture, "Asking for"));
  WAIT_FOR (is_laid_out (find_label (fixture, words[0])));
  before = get_place (fixture, table);
  for (guint i = 1; i <= G_N_ELEMENTS (texts); i++)
    {
      const char *wanted = i < G_N_ELEMENTS (texts) ? words[i] : "3 lines";

      weir_message_table_select (table, i);
      WAIT_FOR (says (fixture, wanted) && is_laid_out (find_label (fixture, wanted)));
      later = get_place (fixture, table);
      g_assert_cmpfloat (later.size.height, ==, before.size.height);
    }
  type_filter (fixture, WEIR_NEEDLE_TEXT, "nowhere");
  WAIT_FOR (says (fixture, "No Message Matches") && is_laid_out (find_label (fixture, "No Message Matches")));
  later = get_place (fixture, table);
  g_assert_cmpfloat (later.size.height, ==, before.size.height);
}

/* One sentence for a tap that was cut off, and the way on; another where the engine would not have it. */
static void
test_page_ended (Fixture *fixture, gconstpointer data)
{
  static const char words[] = "This tap ended when the connection to the engine broke, and keeps what came until then.";
  g_autoptr (GError) lost = g_error_new (WEIR_POINT_ERROR, WEIR_POINT_ERROR_LOST, "The feed broke off: Some socket");
  g_autoptr (GError) refused = g_error_new (WEIR_POINT_ERROR, WEIR_POINT_ERROR_REFUSED, "WEIR_NOT_PERMITTED");
  g_autoptr (WeirTapReader) reader = show_page (fixture, G_MAXUINT32), other = NULL;

  feed_text (fixture, reader, 10);
  weir_tap_reader_finish (reader, lost);
  WAIT_FOR (says (fixture, words) && says (fixture, "Show Channels"));
  g_assert_false (says (fixture, "Some socket"));

  other = show_page (fixture, G_MAXUINT32);
  weir_tap_reader_finish (other, refused);
  WAIT_FOR (says (fixture, "This tap has ended: "));
  g_assert_false (says (fixture, "Show Channels"));
}

/* Nothing is there yet, and that is no reason to say that nothing came. */
static void
test_page_filtering (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WeirTapReader) reader = show_page (fixture, G_MAXUINT32);

  feed_text (fixture, reader, 10);
  WAIT_FOR (row_says (fixture, "xxxxxxxxxx"));
  type_filter (fixture, WEIR_NEEDLE_REGEX, "y+"); /* in a thread */
  WAIT_FOR (says (fixture, "Filtering…"));
  WAIT_FOR (says (fixture, "No Message Matches"));
}

/* --- saving --- */

static void
done_cb (WeirTapSave *save, const char *text, char **out)
{
  *out = g_strdup (text);
}

/* What became of it, in words, and what is in the file. */
static void
check_saved (Fixture *fixture, GArray *rows, WeirExportFormat format, const char *wanted, const char *content)
{
  WeirTapSave *save = g_object_new (WEIR_TYPE_TAP_SAVE, NULL);
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "weir-saved-XXXXXX", NULL);
  g_autofree char *words = NULL, *text = NULL;
  g_autoptr (GFile) file = NULL;

  close (g_mkstemp (path));
  file = g_file_new_for_path (path);
  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (save));
  g_signal_connect (save, "done", G_CALLBACK (done_cb), &words);
  weir_tap_save_to (save, fixture->messages, rows, WEIR_SHOW_ALL, format, file);
  WAIT_FOR (words != NULL);
  g_assert_cmpstr (words, ==, wanted);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, content));
  g_unlink (path);
}

static void
test_saved (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (guint32));

  send_text (fixture, "whole");
  send_cut (fixture, "a part", 400);
  send_text (fixture, REF);
  settle (fixture);
  g_array_append_val (rows, (guint32){ 0 });
  check_saved (fixture, rows, WEIR_EXPORT_BYTES, "Saved 1 message, 5\302\240B.", "whole");
  g_array_append_val (rows, (guint32){ 1 });
  check_saved (fixture, rows, WEIR_EXPORT_BYTES, "Saved 2 messages, 11\302\240B. 1 is cut: the tap kept its beginning.",
               "wholea part");
  check_saved (fixture, NULL, WEIR_EXPORT_NDJSON,
               "Saved 3 messages, 107\302\240B. 1 is cut: the tap kept its beginning. 1 holds an access key: take care "
               "whom you give it to.",
               "\"kept\":6");
}

static void
test_toast (Fixture *fixture, gconstpointer data)
{
  AdwToastOverlay *toasts = ADW_TOAST_OVERLAY (adw_toast_overlay_new ());

  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (toasts));
  adw_toast_overlay_set_child (toasts, gtk_label_new (NULL));
  adw_toast_overlay_add_toast (toasts, weir_toast_new ("No file a&b<c> here"));
  WAIT_FOR (says (fixture, "No file a&b<c> here"));
}

/* Escape, pressed faster than toasts appear: libadwaita 1.2 would read what it has freed. */
static void
test_toasts_dismissed (Fixture *fixture, gconstpointer data)
{
  static const char *const texts[] = { "One", "Two", "Three" };

  AdwToastOverlay *toasts = ADW_TOAST_OVERLAY (adw_toast_overlay_new ());
  AdwToast *all[G_N_ELEMENTS (texts)];

  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (toasts));
  adw_toast_overlay_set_child (toasts, gtk_label_new (NULL));
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    adw_toast_overlay_add_toast (toasts, all[i] = weir_toast_new (texts[i]));
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      WAIT_FOR (says (fixture, texts[i]));
      adw_toast_dismiss (all[i]);
    }
  WAIT_FOR (!says (fixture, texts[G_N_ELEMENTS (texts) - 1]));
}

/* Each of what was just done is confirmed at once: nothing waits for its turn behind what is no news any more. */
static void
test_toasts_replaced (Fixture *fixture, gconstpointer data)
{
  AdwToastOverlay *toasts = ADW_TOAST_OVERLAY (adw_toast_overlay_new ());

  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (toasts));
  adw_toast_overlay_set_child (toasts, gtk_label_new (NULL));
  weir_toast_show (toasts, "One");
  WAIT_FOR (says (fixture, "One"));
  weir_toast_show (toasts, "Two");
  weir_toast_show (toasts, "Three");
  WAIT_FOR (!says (fixture, "One"));
  WAIT_FOR (says (fixture, "Three"));
  g_assert_false (says (fixture, "Two"));
}

#define ADD(path, func) g_test_add ("/app/tap/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
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
  g_timeout_add (100, tick_cb, NULL);
  ADD ("keys/masked", test_keys_masked);
  ADD ("keys/revealed", test_keys_revealed);
  ADD ("keys/copied", test_keys_copied);
  ADD ("keys/cut", test_keys_cut);
  ADD ("keys/by-preference", test_keys_by_preference);
  ADD ("view/stream-hits", test_stream_hits);
  ADD ("table/rows-named", test_rows_named);
  ADD ("table/aligned", test_aligned);
  ADD ("table/colours-follow", test_colours_follow);
  ADD ("table/json-colours", test_json_colours);
  ADD ("view/choice-stays", test_choice_stays);
  ADD ("view/progress", test_progress);
  ADD ("table/selected-stays", test_selected_stays);
  ADD ("table/closed-filtered", test_closed_filtered);
  ADD ("table/pages", test_pages);
  ADD ("table/pages-of-change", test_pages_of_change);
  ADD ("table/pages-end", test_pages_end);
  ADD ("table/rows-go-gradually", test_rows_go_gradually);
  ADD ("page/says-why", test_page_says_why);
  ADD ("page/says-before", test_page_says_before);
  ADD ("page/keeps-place", test_page_keeps_place);
  ADD ("page/divider", test_divider_holds);
  ADD ("page/ended", test_page_ended);
  ADD ("page/filtering", test_page_filtering);
  ADD ("saved", test_saved);
  ADD ("toast", test_toast);
  ADD ("toasts-dismissed", test_toasts_dismissed);
  ADD ("toasts-replaced", test_toasts_replaced);
  return g_test_run ();
}
