/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-tone.h"

static const char *const classes[] = {
  [WEIR_TONE_PLAIN] = NULL,         [WEIR_TONE_SECONDARY] = "tone-secondary",
  [WEIR_TONE_GOOD] = "tone-good",   [WEIR_TONE_WARNING] = "tone-warning",
  [WEIR_TONE_ERROR] = "tone-error",
};

WeirTone
weir_tone_of_severity (WeirSeverity severity)
{
  switch (severity)
    {
    case WEIR_SEVERITY_GOOD:
      return WEIR_TONE_GOOD;
    case WEIR_SEVERITY_WARNING:
      return WEIR_TONE_WARNING;
    case WEIR_SEVERITY_ERROR:
      return WEIR_TONE_ERROR;
    case WEIR_SEVERITY_QUIET:
    default:
      return WEIR_TONE_SECONDARY;
    }
}

void
weir_tone_set (GtkWidget *widget, WeirTone tone)
{
  if (classes[tone] != NULL && gtk_widget_has_css_class (widget, classes[tone]))
    return;

  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    if (classes[i] != NULL)
      gtk_widget_remove_css_class (widget, classes[i]);
  if (classes[tone] != NULL)
    gtk_widget_add_css_class (widget, classes[tone]);
}
