/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-connection-row.h"

#include <glib/gi18n.h>

#include "weir-describe-error.h"
#include "weir-describe-point.h"

struct _WeirConnectionRow
{
  GtkWidget parent_instance;

  GtkWidget *show_button;
  GtkWidget *edit_button;
  GtkWidget *dot;
  GtkLabel *url;
  GtkLabel *status;
  GtkLabel *alarms;
  GtkWidget *check;
  GtkBox *points;
  char *shown_points;
  WeirConnection *connection;
};

G_DEFINE_FINAL_TYPE (WeirConnectionRow, weir_connection_row, GTK_TYPE_WIDGET)

static void
clicked_cb (WeirConnectionRow *self)
{
  gtk_popover_popdown (GTK_POPOVER (gtk_widget_get_ancestor (GTK_WIDGET (self), GTK_TYPE_POPOVER)));
}

static void
weir_connection_row_finalize (GObject *object)
{
  g_free (WEIR_CONNECTION_ROW (object)->shown_points);
  G_OBJECT_CLASS (weir_connection_row_parent_class)->finalize (object);
}

static void
weir_connection_row_dispose (GObject *object)
{
  g_clear_object (&WEIR_CONNECTION_ROW (object)->connection);
  gtk_widget_dispose_template (GTK_WIDGET (object), WEIR_TYPE_CONNECTION_ROW);
  G_OBJECT_CLASS (weir_connection_row_parent_class)->dispose (object);
}

static void
weir_connection_row_class_init (WeirConnectionRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_connection_row_dispose;
  G_OBJECT_CLASS (klass)->finalize = weir_connection_row_finalize;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/ui/weir-connection-row.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirConnectionRow, show_button);
  gtk_widget_class_bind_template_child (widget_class, WeirConnectionRow, edit_button);
  gtk_widget_class_bind_template_child (widget_class, WeirConnectionRow, dot);
  gtk_widget_class_bind_template_child (widget_class, WeirConnectionRow, url);
  gtk_widget_class_bind_template_child (widget_class, WeirConnectionRow, status);
  gtk_widget_class_bind_template_child (widget_class, WeirConnectionRow, alarms);
  gtk_widget_class_bind_template_child (widget_class, WeirConnectionRow, check);
  gtk_widget_class_bind_template_child (widget_class, WeirConnectionRow, points);
  gtk_widget_class_bind_template_callback (widget_class, clicked_cb);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
}

static void
weir_connection_row_init (WeirConnectionRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
weir_connection_row_new (WeirConnection *connection)
{
  WeirConnectionRow *self = g_object_new (WEIR_TYPE_CONNECTION_ROW, NULL);

  self->connection = g_object_ref (connection);
  return GTK_WIDGET (self);
}

static void
weir_connection_row_refresh_title (WeirConnectionRow *self)
{
  const char *title = weir_connection_get_title (self->connection);
  g_autofree char *edit = g_strdup_printf (_ ("Edit %s…"), title);

  gtk_label_set_label (self->url, title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->edit_button), GTK_ACCESSIBLE_PROPERTY_LABEL, edit, -1);
  gtk_widget_set_tooltip_text (self->edit_button, edit);
}

static void
weir_connection_row_place (WeirConnectionRow *self, guint position, gboolean is_current)
{
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->show_button), "u", position);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->edit_button), "u", position);
  gtk_widget_set_opacity (self->check, is_current ? 1 : 0); /* its place is kept, so that the counts stand in line */
}

static char *
weir_connection_row_dup_status (WeirConnectionRow *self)
{
  char *status = weir_connection_dup_status (self->connection);

  if (weir_connection_get_name (self->connection) != NULL)
    {
      g_autofree char *short_status = status;

      status = g_strdup_printf ("%s · %s", weir_connection_get_shown_url (self->connection), short_status);
    }
  return status;
}

/* --- its points --- */

/* One that is connected is named in the line above. */
static gboolean
shows_points (WeirObserver *observer)
{
  guint n = weir_observer_get_n_points (observer);

  return n > 1 || (n == 1 && weir_observer_get_point (observer, 0).state != WEIR_POINT_LIVE);
}

/* A line each: "weir-relay-lab: wants a token". "": there are none to be shown. */
static char *
dup_points (WeirObserver *observer)
{
  GString *lines = g_string_new (NULL);

  for (guint i = 0; shows_points (observer) && i < weir_observer_get_n_points (observer); i++)
    {
      WeirPointInfo point = weir_observer_get_point (observer, i);
      g_autofree char *line = weir_describe_point (&point);

      g_string_append_printf (lines, "%s%s", i > 0 ? "\n" : "", line);
    }
  return g_string_free (lines, FALSE);
}

static const char *
get_point_dot (WeirPointState state)
{
  switch (state)
    {
    case WEIR_POINT_LIVE:
      return "live";
    case WEIR_POINT_WANTS_TOKEN:
    case WEIR_POINT_REFUSED:
      return "partial";
    case WEIR_POINT_BROKEN:
      return "lost";
    case WEIR_POINT_TRYING:
    case WEIR_POINT_GONE:
    default:
      return "off";
    }
}

static GtkWidget *
point_line_new (const WeirPointInfo *point)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *dot = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  g_autofree char *text = weir_describe_point (point);
  GtkWidget *label = gtk_label_new (text);
  g_autofree char *why = point->error != NULL ? weir_describe_error (point->error) : NULL;

  gtk_widget_set_css_classes (dot, (const char *[]){ "dot", get_point_dot (point->state), NULL });
  gtk_widget_set_valign (dot, GTK_ALIGN_CENTER);
  g_object_set (label, "xalign", 0.0, "ellipsize", PANGO_ELLIPSIZE_MIDDLE, "max-width-chars", 40, NULL);
  gtk_widget_set_css_classes (label, (const char *[]){ "second-line", "tone-secondary", NULL });
  gtk_widget_set_tooltip_text (line, why);
  gtk_box_append (GTK_BOX (line), dot);
  gtk_box_append (GTK_BOX (line), label);
  return line;
}

static void
weir_connection_row_refresh_points (WeirConnectionRow *self)
{
  WeirObserver *observer = weir_connection_get_observer (self->connection);
  g_autofree char *points = dup_points (observer);
  GtkWidget *line;

  if (g_strcmp0 (points, self->shown_points) == 0)
    return;
  while ((line = gtk_widget_get_first_child (GTK_WIDGET (self->points))) != NULL)
    gtk_box_remove (self->points, line);
  for (guint i = 0; *points != '\0' && i < weir_observer_get_n_points (observer); i++)
    {
      WeirPointInfo point = weir_observer_get_point (observer, i);

      gtk_box_append (self->points, point_line_new (&point));
    }
  gtk_widget_set_visible (GTK_WIDGET (self->points), *points != '\0');
  g_free (self->shown_points);
  self->shown_points = g_steal_pointer (&points);
}

/* As one line: the button is read as one thing. (transfer full) */
static char *
weir_connection_row_join_points (WeirConnectionRow *self, const char *status)
{
  g_auto (GStrv) lines = g_strsplit (self->shown_points, "\n", -1);
  g_autofree char *joined = g_strjoinv ("; ", lines);

  return *joined != '\0' ? g_strconcat (status, "; ", joined, NULL) : g_strdup (status);
}

void
weir_connection_row_refresh (WeirConnectionRow *self, guint position, gboolean is_current)
{
  guint n = weir_alarms_get_count (weir_connection_get_alarms (self->connection));
  g_autofree char *status = weir_connection_row_dup_status (self);
  g_autofree char *number = g_strdup_printf ("%u", n);
  g_autofree char *alarms = g_strdup_printf (ngettext ("%u alarm", "%u alarms", n), n);
  g_autofree char *all = NULL, *name = NULL;

  weir_connection_row_place (self, position, is_current);
  weir_connection_row_refresh_title (self);
  weir_connection_row_refresh_points (self);
  all = weir_connection_row_join_points (self, status);
  name = g_strdup_printf (n > 0 ? _ ("Show %s: %s, %s") : _ ("Show %s: %s"),
                          weir_connection_get_title (self->connection), all, alarms);
  gtk_label_set_label (self->status, status);
  gtk_label_set_label (self->alarms, number);
  gtk_widget_set_visible (GTK_WIDGET (self->alarms), n > 0);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->alarms), alarms);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->show_button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  weir_connection_row_set_dot (self->dot, self->connection);
}

void
weir_connection_row_set_dot (GtkWidget *dot, WeirConnection *connection)
{
  const char *classes[] = { "dot", connection != NULL ? weir_connection_get_dot (connection) : "off", NULL };

  gtk_widget_set_css_classes (dot, classes);
}
