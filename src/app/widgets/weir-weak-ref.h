/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

/* What a callback is given of a widget that may have gone by then. */

G_BEGIN_DECLS

/* @object: (transfer none). Returns: (transfer full): for weir_weak_ref_take (), once. */
static inline GWeakRef *
weir_weak_ref_new (gpointer object)
{
  GWeakRef *ref = g_new (GWeakRef, 1);

  g_weak_ref_init (ref, object);
  return ref;
}

/* @ref: (transfer full). Returns: (nullable) (transfer full): NULL: it has gone. */
static inline gpointer
weir_weak_ref_take (GWeakRef *ref)
{
  gpointer object = g_weak_ref_get (ref);

  g_weak_ref_clear (ref);
  g_free (ref);
  return object;
}

G_END_DECLS
