/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

/* `weir [--url U] [--demo]`. One process: a second start shows the window of the first, and connects there. */

G_BEGIN_DECLS

#define WEIR_TYPE_APPLICATION (weir_application_get_type ())
G_DECLARE_FINAL_TYPE (WeirApplication, weir_application, WEIR, APPLICATION, AdwApplication)

GApplication *weir_application_new (void);

G_END_DECLS
