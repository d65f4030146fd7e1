/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-writing-pane.h"

#include <glib/gi18n.h>

#include "weir-hex-text.h"
#include "weir-line-bound.h"
#include "weir-settings.h"
#include "weir-source-style.h"
#include "weir-source.h"

struct _WeirWritingPane
{
  GtkWidget parent_instance;

  GtkWidget *box;
  AdwPreferencesGroup *group;
  GtkToggleButton *kinds[WEIR_WRITING_GENERATED + 1];
  GtkStack *stack;
  GtkTextView *text;
  GtkTextView *hex;
  AdwActionRow *file_row;
  AdwComboRow *generator;
  GtkSpinButton *seed;
  GtkSpinButton *count;
  AdwComboRow *message_kind;
  GtkSpinButton *message_size;
  AdwComboRow *pace;
  AdwActionRow *rate_row;
  GtkSpinButton *rate;
  GtkSwitch *closes;
  GtkLabel *problem_label;

  WeirSendSetup *setup;
  char *path;          /* nullable: the file */
  char *problem;       /* nullable */
  gboolean is_showing; /* the rows are being set */
  gboolean is_refused; /* what is to be shown has a line that is too long */
  GCancellable *cancellable;
  GFileMonitor *monitor; /* nullable: of the file */
};

enum
{
  PROP_PROBLEM = 1,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (WeirWritingPane, weir_writing_pane, GTK_TYPE_WIDGET)

/* --- what is set --- */

static WeirWritingKind
get_kind (WeirWritingPane *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->kinds); i++)
    if (gtk_toggle_button_get_active (self->kinds[i]))
      return i;
  return WEIR_WRITING_TEXT;
}

static char *
dup_text (GtkTextView *view)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (view);
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, TRUE);
}

static WeirWriting *
read_rows (WeirWritingPane *self)
{
  WeirWriting *writing = weir_writing_new ();

  writing->kind = get_kind (self);
  g_free (writing->text);
  writing->text = dup_text (self->text);
  g_free (writing->hex);
  writing->hex = dup_text (self->hex);
  writing->path = g_strdup (self->path);
  writing->generator = adw_combo_row_get_selected (self->generator);
  writing->seed = gtk_spin_button_get_value (self->seed);
  writing->count = gtk_spin_button_get_value (self->count);
  writing->is_text = adw_combo_row_get_selected (self->message_kind) == 1;
  writing->message_size = gtk_spin_button_get_value (self->message_size);
  writing->pace = adw_combo_row_get_selected (self->pace);
  writing->rate = gtk_spin_button_get_value (self->rate);
  writing->closes = gtk_switch_get_active (self->closes);

  return writing;
}

static void
weir_writing_pane_set_problem (WeirWritingPane *self, const char *problem)
{
  gtk_label_set_label (self->problem_label, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem_label), problem != NULL);
  if (g_strcmp0 (problem, self->problem) == 0)
    return;
  g_free (self->problem);
  self->problem = g_strdup (problem);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROBLEM]);
}

static void
weir_writing_pane_check (WeirWritingPane *self, const WeirWriting *writing)
{
  g_autoptr (GError) error = NULL;
  const char *typed = writing->kind == WEIR_WRITING_HEX ? writing->hex : writing->text;

  if (writing->kind <= WEIR_WRITING_HEX && strlen (typed) > WEIR_WRITING_MAX_TYPED_SIZE)
    {
      weir_writing_pane_set_problem (self, _ ("This is more than may be typed here (1 MiB): put it into a file"));
      return;
    }
  weir_source_check (writing, &error);
  /* That no file is chosen yet is no mistake of the user's. */
  weir_writing_pane_set_problem (
      self, error != NULL && (writing->kind != WEIR_WRITING_FILE || writing->path != NULL) ? error->message : NULL);
}

/* It is no problem of what is there. */
static void
refused_cb (gpointer user_data)
{
  WeirWritingPane *self = user_data;

  self->is_refused = TRUE;
  gtk_label_set_label (self->problem_label, _ ("A line of more than 16 KiB is not taken here: put it into a file"));
  gtk_widget_set_visible (GTK_WIDGET (self->problem_label), TRUE);
}

/* What only some choices have a use for. */
static void
weir_writing_pane_update_rows (WeirWritingPane *self)
{
  static const char *const pages[] = { "text", "hex", "file", "generated" };
  GtkAdjustment *rate = gtk_spin_button_get_adjustment (self->rate);
  WeirWritingPace pace = adw_combo_row_get_selected (self->pace);

  gtk_stack_set_visible_child_name (self->stack, pages[get_kind (self)]);
  gtk_widget_set_visible (GTK_WIDGET (self->rate_row), pace != WEIR_PACE_FREE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->rate_row),
                                 pace == WEIR_PACE_BYTES ? _ ("Bytes a second") : _ ("Messages a second"));
  gtk_adjustment_set_step_increment (rate, pace == WEIR_PACE_BYTES ? 1000 : 1);
}

static void
changed_cb (WeirWritingPane *self)
{
  g_autoptr (WeirWriting) writing = NULL;

  if (self->is_showing || self->setup == NULL)
    return;
  weir_writing_pane_update_rows (self);
  writing = read_rows (self);
  weir_writing_pane_check (self, writing);
  self->is_showing = TRUE; /* it is what the rows say already */
  weir_send_setup_set_writing (self->setup, writing);
  self->is_showing = FALSE;
}

/* --- the file --- */

static void
info_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WeirWritingPane) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileInfo) info = g_file_query_info_finish (G_FILE (object), result, &error);
  g_autofree char *size = NULL, *type = NULL, *text = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->file_row == NULL)
    return;
  if (info == NULL)
    {
      adw_action_row_set_subtitle (self->file_row, error->message);
      return;
    }
  if (g_file_info_get_file_type (info) == G_FILE_TYPE_REGULAR)
    size = weir_format_bytes (g_file_info_get_size (info), weir_settings_get_units ());
  if (g_file_info_get_content_type (info) != NULL)
    type = g_content_type_get_description (g_file_info_get_content_type (info));
  /* Translators: the size of a file, and what it is: "209.6 kB, CSV document" */
  text =
      size != NULL && type != NULL ? g_strdup_printf (_ ("%s, %s"), size, type) : g_strdup (size != NULL ? size : type);
  adw_action_row_set_subtitle (self->file_row, text != NULL ? text : "");
}

static void
look_at_file (WeirWritingPane *self)
{
  g_autoptr (GFile) file = g_file_new_for_path (self->path);

  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  g_file_query_info_async (file,
                           G_FILE_ATTRIBUTE_STANDARD_SIZE "," G_FILE_ATTRIBUTE_STANDARD_TYPE
                                                          "," G_FILE_ATTRIBUTE_STANDARD_CONTENT_TYPE,
                           G_FILE_QUERY_INFO_NONE, G_PRIORITY_DEFAULT, self->cancellable, info_cb, g_object_ref (self));
}

/* It may grow, be cut, go and come again while it is chosen. */
static void
watch_file (WeirWritingPane *self)
{
  g_autoptr (GFile) file = g_file_new_for_path (self->path);

  self->monitor = g_file_monitor_file (file, G_FILE_MONITOR_NONE, NULL, NULL);
  if (self->monitor != NULL)
    g_signal_connect_object (self->monitor, "changed", G_CALLBACK (look_at_file), self, G_CONNECT_SWAPPED);
}

static void
weir_writing_pane_show_file (WeirWritingPane *self, const char *path)
{
  g_autofree char *name = path != NULL ? g_filename_display_basename (path) : NULL;

  g_free (self->path);
  self->path = g_strdup (path);
  g_clear_object (&self->monitor);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->file_row), name != NULL ? name : _ ("No file chosen"));
  adw_action_row_set_subtitle (self->file_row, "");
  g_cancellable_cancel (self->cancellable);
  if (path == NULL)
    return;
  look_at_file (self);
  watch_file (self);
}

static void
chosen_cb (GtkNativeDialog *dialog, int response, WeirWritingPane *self)
{
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  const char *path = file != NULL ? g_file_peek_path (file) : NULL;

  if (response == GTK_RESPONSE_ACCEPT && path != NULL)
    {
      weir_writing_pane_show_file (self, path);
      changed_cb (self);
    }
  g_object_unref (dialog); /* shown until now */
}

static void
choose_file_cb (WeirWritingPane *self)
{
  GtkFileChooserNative *dialog =
      gtk_file_chooser_native_new (_ ("Choose a File to Send"), GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                                   GTK_FILE_CHOOSER_ACTION_OPEN, _ ("_Open"), _ ("_Cancel"));

  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (chosen_cb), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static gboolean
drop_cb (GtkDropTarget *target, const GValue *value, double x, double y, WeirWritingPane *self)
{
  GFile *file = g_value_get_object (value);

  if (file == NULL || g_file_peek_path (file) == NULL)
    return FALSE;
  weir_writing_pane_show_file (self, g_file_peek_path (file));
  gtk_toggle_button_set_active (self->kinds[WEIR_WRITING_FILE], TRUE);
  changed_cb (self);
  return TRUE;
}

/* --- the setup --- */

static void
show_text (GtkTextView *view, const char *text)
{
  g_autofree char *shown = dup_text (view);

  if (!g_str_equal (shown, text))
    gtk_text_buffer_set_text (gtk_text_view_get_buffer (view), text, -1);
}

static void
weir_writing_pane_show (WeirWritingPane *self)
{
  const WeirWriting *writing = weir_send_setup_get_writing (self->setup);

  if (self->is_showing)
    return;
  self->is_showing = TRUE;
  self->is_refused = FALSE;
  gtk_toggle_button_set_active (self->kinds[writing->kind], TRUE);
  show_text (self->text, writing->text);
  show_text (self->hex, writing->hex);
  if (g_strcmp0 (writing->path, self->path) != 0 || writing->path == NULL)
    weir_writing_pane_show_file (self, writing->path);
  adw_combo_row_set_selected (self->generator, writing->generator);
  gtk_spin_button_set_value (self->seed, writing->seed);
  gtk_spin_button_set_value (self->count, writing->count);
  adw_combo_row_set_selected (self->message_kind, writing->is_text ? 1 : 0);
  gtk_spin_button_set_value (self->message_size, writing->message_size);
  adw_combo_row_set_selected (self->pace, writing->pace);
  gtk_spin_button_set_value (self->rate, writing->rate);
  gtk_switch_set_active (self->closes, writing->closes);
  weir_writing_pane_update_rows (self);
  weir_writing_pane_check (self, writing);
  self->is_showing = FALSE;
  if (!self->is_refused)
    return;
  changed_cb (self); /* nothing is written that is not shown */
  refused_cb (self);
}

void
weir_writing_pane_set_setup (WeirWritingPane *self, WeirSendSetup *setup)
{
  g_return_if_fail (WEIR_IS_WRITING_PANE (self) && self->setup == NULL);

  self->setup = g_object_ref (setup);
  g_signal_connect_object (setup, "changed", G_CALLBACK (weir_writing_pane_show), self, G_CONNECT_SWAPPED);
  weir_writing_pane_show (self);
}

void
weir_writing_pane_set_targets (WeirWritingPane *self, guint n, const char *text)
{
  g_return_if_fail (WEIR_IS_WRITING_PANE (self));

  adw_preferences_group_set_title (self->group, n > 1 ? _ ("Write into the Channels") : _ ("Write into the Channel"));
  adw_preferences_group_set_description (self->group, text);
}

gboolean
weir_writing_pane_is_ready (WeirWritingPane *self)
{
  return self->problem == NULL && (get_kind (self) != WEIR_WRITING_FILE || self->path != NULL);
}

/* --- sizes in the units people have for them --- */

static gboolean
size_output_cb (GtkSpinButton *spin)
{
  g_autofree char *text = weir_format_limit (gtk_spin_button_get_value (spin));

  if (!g_str_equal (gtk_editable_get_text (GTK_EDITABLE (spin)), text))
    gtk_editable_set_text (GTK_EDITABLE (spin), text);
  return TRUE;
}

/* "64 KiB", "64k", "65536", "1 MB" */
static int
size_input_cb (GtkSpinButton *spin, double *value)
{
  g_autofree char *text = g_ascii_strdown (gtk_editable_get_text (GTK_EDITABLE (spin)), -1);
  char *end;
  double factor = 1;

  *value = g_ascii_strtod (text, &end);
  while (g_unichar_isspace (g_utf8_get_char (end)))
    end = g_utf8_next_char (end);
  if (*end == 'k')
    factor = strchr (end, 'i') != NULL || end[1] == '\0' ? 1024 : 1000;
  else if (*end == 'm')
    factor = strchr (end, 'i') != NULL || end[1] == '\0' ? 1024 * 1024 : 1e6;
  else if (*end != '\0' && *end != 'b')
    return GTK_INPUT_ERROR;
  *value *= factor;
  return end == text ? GTK_INPUT_ERROR : TRUE;
}

/* --- GObject --- */

static void
weir_writing_pane_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_PROBLEM)
    g_value_set_string (value, WEIR_WRITING_PANE (object)->problem);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
weir_writing_pane_dispose (GObject *object)
{
  WeirWritingPane *self = WEIR_WRITING_PANE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->monitor);
  self->is_showing = TRUE; /* its rows say nothing any more */
  gtk_widget_dispose_template (GTK_WIDGET (self), WEIR_TYPE_WRITING_PANE);
  g_clear_object (&self->setup);
  G_OBJECT_CLASS (weir_writing_pane_parent_class)->dispose (object);
}

static void
weir_writing_pane_finalize (GObject *object)
{
  WeirWritingPane *self = WEIR_WRITING_PANE (object);

  g_object_unref (self->cancellable);
  g_free (self->path);
  g_free (self->problem);
  G_OBJECT_CLASS (weir_writing_pane_parent_class)->finalize (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, WeirWritingPane, box);
  gtk_widget_class_bind_template_child (widget_class, WeirWritingPane, group);
  gtk_widget_class_bind_template_child_full (widget_class, "kind_text", FALSE,
                                             G_STRUCT_OFFSET (WeirWritingPane, kinds[WEIR_WRITING_TEXT]));
  gtk_widget_class_bind_template_child_full (widget_class, "kind_hex", FALSE,
                                             G_STRUCT_OFFSET (WeirWritingPane, kinds[WEIR_WRITING_HEX]));
  gtk_widget_class_bind_template_child_full (widget_class, "kind_file", FALSE,
                                             G_STRUCT_OFFSET (WeirWritingPane, kinds[WEIR_WRITING_FILE]));
  gtk_widget_class_bind_template_child_full (widget_class, "kind_generated", FALSE,
                                             G_STRUCT_OFFSET (WeirWritingPane, kinds[WEIR_WRITING_GENERATED]));
  gtk_widget_class_bind_template_child (widget_class, WeirWritingPane, stack);
  gtk_widget_class_bind_template_child (widget_class, WeirWritingPane, text);
  gtk_widget_class_bind_template_child (widget_class, WeirWritingPane, hex);
  gtk_widget_class_bind_template_child (widget_class, WeirWritingPane, file_row);
  gtk_widget_class_bind_template_child (widget_class, WeirWritingPane, generator);
  gtk_widget_class_bind_template_child (widget_class, WeirWritingPane, seed);
  gtk_widget_class_bind_template_child (widget_class, WeirWritingPane, count);
  gtk_widget_class_bind_template_child (widget_class, WeirWritingPane, message_kind);
  gtk_widget_class_bind_template_child (widget_class, WeirWritingPane, message_size);
  gtk_widget_class_bind_template_child (widget_class, WeirWritingPane, pace);
  gtk_widget_class_bind_template_child (widget_class, WeirWritingPane, rate_row);
  gtk_widget_class_bind_template_child (widget_class, WeirWritingPane, rate);
  gtk_widget_class_bind_template_child (widget_class, WeirWritingPane, closes);
  gtk_widget_class_bind_template_child (widget_class, WeirWritingPane, problem_label);
}

static void
weir_writing_pane_class_init (WeirWritingPaneClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = weir_writing_pane_get_property;
  object_class->dispose = weir_writing_pane_dispose;
  object_class->finalize = weir_writing_pane_finalize;

  properties[PROP_PROBLEM] =
      g_param_spec_string ("problem", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "weirwriting");
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/ui/weir-writing-pane.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, choose_file_cb);
  gtk_widget_class_bind_template_callback (widget_class, size_output_cb);
  gtk_widget_class_bind_template_callback (widget_class, size_input_cb);
}

static void
weir_writing_pane_init (WeirWritingPane *self)
{
  GtkDropTarget *target = gtk_drop_target_new (G_TYPE_FILE, GDK_ACTION_COPY);

  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  weir_line_bound_add (gtk_text_view_get_buffer (self->text), refused_cb, self);
  weir_line_bound_add (gtk_text_view_get_buffer (self->hex), refused_cb, self);
  weir_source_style_break_plainly (self->text);
  weir_source_style_break_plainly (self->hex);
  g_signal_connect_object (gtk_text_view_get_buffer (self->text), "changed", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (gtk_text_view_get_buffer (self->hex), "changed", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect (target, "drop", G_CALLBACK (drop_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}
