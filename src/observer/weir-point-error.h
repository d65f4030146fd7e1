/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* What can be wrong with a point, or with a feed of its: in weir_observer_get_error () and weir_tap_reader_get_error
 * ().
 */

G_BEGIN_DECLS

#define WEIR_POINT_ERROR (weir_point_error_quark ())
GQuark weir_point_error_quark (void);

typedef enum
{
  WEIR_POINT_ERROR_FEED,        /* it does not keep to what the feed is; the message names the point and the rule */
  WEIR_POINT_ERROR_WANTS_TOKEN, /* it answered that the token is missing or wrong, or shows nothing without one */
  WEIR_POINT_ERROR_REFUSED,     /* it answered with another error; the message has its code */
  WEIR_POINT_ERROR_LOST,        /* the feed has ended, or has gone silent */
} WeirPointError;

G_END_DECLS
