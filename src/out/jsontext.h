/* SPDX-License-Identifier: GPL-2.0-or-later */
/* jsontext - text from elsewhere in a JSON document, and the document as one line */
#ifndef DOMU_OUT_JSONTEXT_H
#define DOMU_OUT_JSONTEXT_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/err.h"

/*
 * JSON is UTF-8, a path or a command line is bytes: those that are no UTF-8 become U+FFFD rather
 * than a broken document. NULL for NULL.
 */
struct json_object *jsontext(const char *value);

/* The same, and null for "". */
struct json_object *jsontext_or_null(const char *value);

/* Nothing in it would become U+FFFD. */
bool jsontext_is_utf8(const char *value);

/* The whole object in one line; it is the callee's from now on. -ENOMEM, step "emit.value". */
int jsontext_print(FILE *to, struct json_object *o, struct err *e);

#endif
