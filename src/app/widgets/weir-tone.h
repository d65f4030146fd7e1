/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "weir-finding.h"

/* The colours that say how things are, as style classes (data/style.css). Never colour alone: there is a word beside
 * it. */

G_BEGIN_DECLS

typedef enum
{
  WEIR_TONE_PLAIN,
  WEIR_TONE_SECONDARY,
  WEIR_TONE_GOOD,
  WEIR_TONE_WARNING,
  WEIR_TONE_ERROR,
} WeirTone;

WeirTone weir_tone_of_severity (WeirSeverity severity);

/* Replaces the tone the widget had. */
void weir_tone_set (GtkWidget *widget, WeirTone tone);

G_END_DECLS
