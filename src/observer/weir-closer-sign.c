/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-closer-sign.h"

#include <string.h>

#define PREFIX "weir-observer::"
#define SUFFIX "::looks-closer"

/* The sign's own part: a UUID. NULL: it is another function. */
static char *
dup_id (WeirSpan function)
{
  g_autofree char *name = weir_json_type (function) == WEIR_JSON_OBJECT
                              ? weir_json_dup_string (weir_json_member (function, "function_id"))
                              : NULL;
  const char *start = name != NULL ? strstr (name, PREFIX) : NULL; /* a listener may put a prefix before it */

  if (start == NULL || !g_str_has_suffix (start, SUFFIX))
    return NULL;
  start += strlen (PREFIX);
  return g_strndup (start, strlen (start) - strlen (SUFFIX));
}

WeirSpan
weir_closer_sign_find (WeirSpan answer, const char *id, const char *not_id)
{
  WeirSpan functions =
      weir_json_type (answer) == WEIR_JSON_OBJECT ? weir_json_member (answer, "functions") : (WeirSpan){ NULL, 0 };
  WeirJsonIter iter;
  WeirSpan key, function;

  if (weir_json_type (functions) != WEIR_JSON_ARRAY)
    return (WeirSpan){ NULL, 0 };
  weir_json_iter_init (&iter, functions);
  while (weir_json_iter_next (&iter, &key, &function))
    {
      g_autofree char *found = dup_id (function);

      if (found != NULL && (id != NULL ? g_str_equal (found, id) : !g_str_equal (found, not_id)))
        return function;
    }
  return (WeirSpan){ NULL, 0 };
}

char *
weir_closer_sign_dup_before (WeirSpan sign)
{
  WeirSpan metadata = weir_json_member (sign, "metadata");

  return weir_json_type (metadata) == WEIR_JSON_OBJECT ? weir_json_dup_string (weir_json_member (metadata, "before"))
                                                       : NULL;
}

static void
ignore_cb (WeirInvocation *invocation, gpointer user_data)
{
  weir_invocation_return (invocation, NULL);
}

char *
weir_closer_sign_put (WeirWorker *worker, const char *id, const char *before)
{
  g_autoptr (JsonNode) metadata = json_node_alloc ();
  JsonObject *object = json_object_new ();
  char *name = g_strconcat (PREFIX, id, SUFFIX, NULL);

  json_object_set_boolean_member (object, "internal", TRUE);
  if (before != NULL)
    json_object_set_string_member (object, "before", before);
  json_node_init_object (metadata, object);
  json_object_unref (object);
  weir_worker_register_function (worker, name, "Shows that this Weir has the engine log each message of its channels",
                                 metadata, ignore_cb, NULL, NULL);
  return name;
}
