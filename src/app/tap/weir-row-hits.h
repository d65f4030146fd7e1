/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "weir-needle.h"

/* What is searched, lit up in a row's text. */

G_BEGIN_DECLS

void weir_row_hits_light (GtkWidget *widget, PangoAttrList *attributes, gsize start, gsize end);

/* All that is found in @text. @needle: (nullable) */
void weir_row_hits_light_all (GtkWidget *widget, PangoAttrList *attributes, const char *text, WeirNeedle *needle);

G_END_DECLS
