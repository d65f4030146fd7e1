/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-source-style.h"

#include <adwaita.h>

#define RESOURCES "/io/github/weir/Weir/"

static void
put_file (const char *kind, const char *folder, const char *name)
{
  g_autofree char *resource = g_strconcat (RESOURCES, kind, "/", name, NULL);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GBytes) bytes = g_resources_lookup_data (resource, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *there = NULL;
  gsize size;

  if (g_file_get_contents (path, &there, &size, NULL) && size == g_bytes_get_size (bytes) &&
      memcmp (there, g_bytes_get_data (bytes, NULL), size) == 0)
    return;
  if (!g_file_set_contents (path, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &error))
    g_info ("JSON has not its colours: %s", error->message);
}

/* GtkSourceView reads a scheme or a language only of a file (5.6), whether Weir is installed, in a Flatpak or neither:
 * so they are written into the cache. Where they cannot be, its own are used.
 * @kind: a folder of the resources. Returns: (transfer full): where its files are now */
static char *
put_files (const char *kind)
{
  g_autofree char *resources = g_strconcat (RESOURCES, kind, NULL);
  g_auto (GStrv) names = g_resources_enumerate_children (resources, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  char *folder = g_build_filename (g_get_user_cache_dir (), "weir", kind, NULL);

  g_mkdir_with_parents (folder, 0700);
  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    put_file (kind, folder, names[i]);
  return folder;
}

static const char *const schemes[] = { "weir-json", "weir-json-dark", "weir-contrast", "weir-contrast-dark" };

static void
add_schemes (GtkSourceStyleSchemeManager *manager)
{
  static gboolean is_done;
  g_autofree char *folder = NULL;

  if (is_done)
    return;

  is_done = TRUE;
  folder = put_files ("styles");
  gtk_source_style_scheme_manager_append_search_path (manager, folder);
}

static GtkSourceStyleScheme *
get_scheme (gboolean is_dark, gboolean has_contrast)
{
  GtkSourceStyleSchemeManager *manager = gtk_source_style_scheme_manager_get_default ();
  GtkSourceStyleScheme *scheme;

  add_schemes (manager);
  scheme = gtk_source_style_scheme_manager_get_scheme (manager, schemes[2 * has_contrast + is_dark]);
  if (scheme == NULL)
    scheme = gtk_source_style_scheme_manager_get_scheme (manager, is_dark ? "Adwaita-dark" : "Adwaita");

  return scheme;
}

static void
update (GtkSourceView *view)
{
  AdwStyleManager *style = adw_style_manager_get_default ();

  gtk_source_buffer_set_style_scheme (
      GTK_SOURCE_BUFFER (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view))),
      get_scheme (adw_style_manager_get_dark (style), adw_style_manager_get_high_contrast (style)));
}

/* What is inserted into what has the tag already has it, too: this is for the first of it, and for its edges. */
static void
inserted_cb (GtkTextBuffer *buffer, const GtkTextIter *end, const char *text, int len, GtkTextTag *tag)
{
  GtkTextIter start = *end;

  gtk_text_iter_backward_chars (&start, g_utf8_strlen (text, len));
  gtk_text_buffer_apply_tag (buffer, tag, &start, end);
}

void
weir_source_style_break_plainly (GtkTextView *view)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (view);
  GtkTextTag *tag = gtk_text_buffer_create_tag (buffer, NULL, "insert-hyphens", FALSE, NULL);

  g_signal_connect_object (buffer, "insert-text", G_CALLBACK (inserted_cb), tag, G_CONNECT_AFTER);
}

void
weir_source_style_follow (GtkSourceView *view)
{
  AdwStyleManager *style = adw_style_manager_get_default ();

  g_signal_connect_object (style, "notify::dark", G_CALLBACK (update), view, G_CONNECT_SWAPPED);
  g_signal_connect_object (style, "notify::high-contrast", G_CALLBACK (update), view, G_CONNECT_SWAPPED);
  weir_source_style_break_plainly (GTK_TEXT_VIEW (view));
  update (view);
}

/* (nullable): ours alone: the first language of GtkSourceView's own takes 40 ms, for it looks into all of them and
 * checks that one. */
static GtkSourceLanguage *
get_json (void)
{
  static GtkSourceBuffer *keeper;
  g_autofree char *folder = NULL;
  GtkSourceLanguageManager *ours;
  GtkSourceLanguage *json;

  if (keeper != NULL)
    return gtk_source_buffer_get_language (keeper);

  folder = put_files ("languages");
  ours = gtk_source_language_manager_new (); /* stays: a language needs it */
  gtk_source_language_manager_set_search_path (ours, (const char *[]){ folder, NULL });
  json = gtk_source_language_manager_get_language (ours, "json");
  if (json == NULL)
    json = gtk_source_language_manager_get_language (gtk_source_language_manager_get_default (), "json");
  if (json != NULL)
    keeper = gtk_source_buffer_new_with_language (json);
  return json;
}

void
weir_source_style_set_json (GtkSourceView *view, gboolean is_json)
{
  gtk_source_buffer_set_language (GTK_SOURCE_BUFFER (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view))),
                                  is_json ? get_json () : NULL);
}
