/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "weir-channel-rows.h"

/* The bracket that joins rows whose refs went in one call: this row's part of it, drawn over the row's full height. */

G_BEGIN_DECLS

#define WEIR_TYPE_GROUP_MARK (weir_group_mark_get_type ())
G_DECLARE_FINAL_TYPE (WeirGroupMark, weir_group_mark, WEIR, GROUP_MARK, GtkWidget)

GtkWidget *weir_group_mark_new (void);
void weir_group_mark_set_join (WeirGroupMark *self, WeirJoin join);

G_END_DECLS
