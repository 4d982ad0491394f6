/* SPDX-License-Identifier: GPL-2.0-or-later */
/* jsontext - text from elsewhere in a JSON document, and the document as one line */
#ifndef DOMU_ANSWER_JSONTEXT_H
#define DOMU_ANSWER_JSONTEXT_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"

/*
 * JSON is UTF-8, a path or a command line is bytes: those that are no UTF-8 become U+FFFD rather
 * than a broken document. NULL for NULL.
 */
struct json_object *jsontext(const char *value);

/* Members of an object: text as above, and null for "" and NULL; a number; a flag. */
void jsontext_add(struct json_object *o, const char *key, const char *value);
void jsontext_add_number(struct json_object *o, const char *key, uint64_t value);
void jsontext_add_flag(struct json_object *o, const char *key, bool value);

/* NULL: there is none, or @o is none. */
static inline struct json_object *jsontext_member(struct json_object *o, const char *key)
{
	struct json_object *value = NULL;

	json_object_object_get_ex(o, key, &value);
	return value;
}

/* "": there is no text. */
static inline const char *jsontext_of(struct json_object *o, const char *key)
{
	struct json_object *value = jsontext_member(o, key);

	return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : "";
}

/* Nothing in it would become U+FFFD. */
bool jsontext_is_utf8(const char *value);

/* The whole object in one line; it is the callee's from now on. -ENOMEM, step "emit.value". */
int jsontext_print(FILE *to, struct json_object *o, struct err *e);

#endif
