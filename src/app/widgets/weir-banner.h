/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* A line over the page that says what is wrong and offers a button, as libadwaita has from 1.3 on. */

G_BEGIN_DECLS

#define WEIR_TYPE_BANNER (weir_banner_get_type ())
G_DECLARE_FINAL_TYPE (WeirBanner, weir_banner, WEIR, BANNER, GtkWidget)

/* @title: bold, @text: after it; @button, @action: nullable, what to do. @css_class: "warning", whose
 * details can be copied (the action "win.copy-details"), or "info". */
void weir_banner_show (WeirBanner *self, const char *css_class, const char *title, const char *text, const char *button,
                       const char *action);
/* A second thing that can be done, for as long as the banner shows the same; before the other, which then stands out.
 * @button: (nullable): nothing */
void weir_banner_set_other (WeirBanner *self, const char *button, const char *action);
/* In a narrow window its buttons are below its text. */
void weir_banner_set_narrow (WeirBanner *self, gboolean is_narrow);
void weir_banner_hide (WeirBanner *self);

G_END_DECLS
