/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "weir-tone.h"

/* A card of figures: a name and a value in each line. Lines are made when they are first set and keep their order. */

G_BEGIN_DECLS

#define WEIR_TYPE_FIGURES (weir_figures_get_type ())
G_DECLARE_FINAL_TYPE (WeirFigures, weir_figures, WEIR, FIGURES, GtkWidget)

/* @line: 0, 1, …: no line may be left out. */
void weir_figures_set (WeirFigures *self, guint line, const char *name, const char *value, WeirTone tone);

G_END_DECLS
