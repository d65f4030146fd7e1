/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* Stands for a payload that is too much for an editor: how large it is, and a button that takes it away. */

G_BEGIN_DECLS

#define WEIR_TYPE_PAYLOAD_CHIP (weir_payload_chip_get_type ())
G_DECLARE_FINAL_TYPE (WeirPayloadChip, weir_payload_chip, WEIR, PAYLOAD_CHIP, GtkWidget)

GtkWidget *weir_payload_chip_new (void);

/* @size: in bytes */
void weir_payload_chip_set_size (WeirPayloadChip *self, gsize size);

/* "removed": the button was pressed. */

G_END_DECLS
