/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "weir-observer.h"

/* Asks for a ref, in whatever spelling it was copied, and says what connecting to it would do before that is done. */

G_BEGIN_DECLS

#define WEIR_TYPE_REF_DIALOG (weir_ref_dialog_get_type ())
G_DECLARE_FINAL_TYPE (WeirRefDialog, weir_ref_dialog, WEIR, REF_DIALOG, AdwWindow)

/* For Weir to take the end. @ref: (nullable): what it is filled with */
GtkWidget *weir_ref_dialog_new (GtkWindow *parent, WeirObserver *observer, const WeirRef *ref);

/* For a function to be given it: only a ref of that direction will do, and nobody takes anything now. */
GtkWidget *weir_ref_dialog_new_for_call (GtkWindow *parent, WeirObserver *observer, WeirDirection direction);

/* (nullable): the ref that is chosen; valid in a handler of "chosen" */
const WeirRef *weir_ref_dialog_get_ref (WeirRefDialog *self);

/* Signal "chosen": the user wants it. The dialog closes by itself. */

G_END_DECLS
