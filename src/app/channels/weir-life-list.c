/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-life-list.h"

#include <glib/gi18n.h>

#include "weir-describe.h"
#include "weir-tone.h"

/* The beginning says how it came to be, the end how it is: of a long life the middle is left out. */
#define MAX_FIRST 12
#define MAX_LAST  38

typedef struct
{
  GtkLabel *time;
  GtkLabel *text;
} WeirLifeRow;

struct _WeirLifeList
{
  GtkWidget parent_instance;

  GtkGrid *grid;
  GArray *rows; /* (element-type WeirLifeRow), reused */
};

G_DEFINE_FINAL_TYPE (WeirLifeList, weir_life_list, GTK_TYPE_WIDGET)

static void
set_label (GtkLabel *label, const char *text)
{
  if (g_strcmp0 (gtk_label_get_label (label), text) != 0)
    gtk_label_set_label (label, text);
}

static WeirLifeRow *
weir_life_list_get_row (WeirLifeList *self, guint i)
{
  while (self->rows->len <= i)
    {
      WeirLifeRow row = { GTK_LABEL (gtk_label_new (NULL)), GTK_LABEL (gtk_label_new (NULL)) };

      gtk_label_set_xalign (row.time, 1);
      gtk_widget_set_valign (GTK_WIDGET (row.time), GTK_ALIGN_BASELINE);
      gtk_widget_add_css_class (GTK_WIDGET (row.time), "time");
      gtk_label_set_xalign (row.text, 0);
      gtk_label_set_wrap (row.text, TRUE);
      gtk_label_set_wrap_mode (row.text, PANGO_WRAP_WORD_CHAR);
      gtk_widget_set_hexpand (GTK_WIDGET (row.text), TRUE);
      gtk_widget_set_valign (GTK_WIDGET (row.text), GTK_ALIGN_BASELINE);
      gtk_grid_attach (self->grid, GTK_WIDGET (row.time), 0, self->rows->len, 1, 1);
      gtk_grid_attach (self->grid, GTK_WIDGET (row.text), 1, self->rows->len, 1, 1);
      g_array_append_val (self->rows, row);
    }

  return &g_array_index (self->rows, WeirLifeRow, i);
}

static void
weir_life_list_set_row (WeirLifeList *self, guint i, const char *time, const char *text, WeirTone tone)
{
  WeirLifeRow *row = weir_life_list_get_row (self, i);

  set_label (row->time, time);
  set_label (row->text, text);
  weir_tone_set (GTK_WIDGET (row->text), tone);
  gtk_widget_set_visible (GTK_WIDGET (row->time), TRUE);
  gtk_widget_set_visible (GTK_WIDGET (row->text), TRUE);
}

static WeirTone
tone_of_event (const WeirLifeEvent *event)
{
  switch (event->kind)
    {
    case WEIR_LIFE_STALLED:
    case WEIR_LIFE_HELD:
      return event->duration_us == 0 ? WEIR_TONE_ERROR : WEIR_TONE_PLAIN; /* still */
    case WEIR_LIFE_LAST_READ:
      return WEIR_TONE_ERROR;
    case WEIR_LIFE_RETURNED:
      return event->passed != NULL && event->passed->error_code != NULL ? WEIR_TONE_ERROR : WEIR_TONE_PLAIN;
    case WEIR_LIFE_NOT_FOUND:
    case WEIR_LIFE_REFUSED:
      return WEIR_TONE_ERROR;
    case WEIR_LIFE_CREATED:
    case WEIR_LIFE_ASKED:
    case WEIR_LIFE_PASSED:
    case WEIR_LIFE_WITH:
    case WEIR_LIFE_WRITER_CONNECTED:
    case WEIR_LIFE_READER_CONNECTED:
    case WEIR_LIFE_FIRST_MESSAGE:
    case WEIR_LIFE_ACT:
    case WEIR_LIFE_WRITER_CLOSED:
    case WEIR_LIFE_READER_CLOSED:
    case WEIR_LIFE_ENDED:
    default:
      return WEIR_TONE_PLAIN;
    }
}

static void
weir_life_list_set_event (WeirLifeList *self, guint i, WeirChannel *channel, const WeirLifeEvent *event,
                          gint64 first_ms, gint64 now_us)
{
  g_autofree char *time =
      i == 0 ? weir_format_time (event->at_ms * 1000, NULL) : weir_format_delta ((event->at_ms - first_ms) * 1000);
  g_autofree char *text = weir_describe_life_event (channel, event, now_us);

  weir_life_list_set_row (self, i, time, text, tone_of_event (event));
}

static void
weir_life_list_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), WEIR_TYPE_LIFE_LIST);
  G_OBJECT_CLASS (weir_life_list_parent_class)->dispose (object);
}

static void
weir_life_list_finalize (GObject *object)
{
  g_array_unref (WEIR_LIFE_LIST (object)->rows);
  G_OBJECT_CLASS (weir_life_list_parent_class)->finalize (object);
}

static void
weir_life_list_class_init (WeirLifeListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_life_list_dispose;
  G_OBJECT_CLASS (klass)->finalize = weir_life_list_finalize;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/ui/weir-life-list.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirLifeList, grid);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "weirlife");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
weir_life_list_init (WeirLifeList *self)
{
  self->rows = g_array_new (FALSE, FALSE, sizeof (WeirLifeRow));
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
weir_life_list_show (WeirLifeList *self, WeirChannel *channel, gint64 now_us)
{
  g_autoptr (GPtrArray) life = weir_channel_dup_life (channel);
  gint64 first_ms = life->len > 0 ? ((WeirLifeEvent *) life->pdata[0])->at_ms : 0;
  guint n_left_out = life->len > MAX_FIRST + MAX_LAST + 1 ? life->len - MAX_FIRST - MAX_LAST : 0;
  guint row = 0;

  for (guint i = 0; i < life->len; i++)
    {
      if (n_left_out > 0 && i == MAX_FIRST)
        {
          g_autofree char *text =
              g_strdup_printf (ngettext ("%u event left out", "%u events left out", n_left_out), n_left_out);

          weir_life_list_set_row (self, row++, "…", text, WEIR_TONE_SECONDARY);
          i += n_left_out;
        }
      weir_life_list_set_event (self, row++, channel, life->pdata[i], first_ms, now_us);
    }
  for (; row < self->rows->len; row++)
    {
      gtk_widget_set_visible (GTK_WIDGET (weir_life_list_get_row (self, row)->time), FALSE);
      gtk_widget_set_visible (GTK_WIDGET (weir_life_list_get_row (self, row)->text), FALSE);
    }
}
