/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

/* What the sample functions take and return, as a worker tells it: JSON Schema, made of an example of each. */

/* (transfer full) (nullable): of a function of weir-demo; NULL where there is nothing to say. */
JsonNode *weir_demo_request_schema_new (const char *function_id);
JsonNode *weir_demo_response_schema_new (const char *function_id);
