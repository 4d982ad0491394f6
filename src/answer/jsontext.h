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

/* The same, and NULL for "". */
struct json_object *jsontext_or_null(const char *value);

/* A value by its type: text as jsontext_or_null() makes it, a number, a flag. */
#define JSON(x)                                                                                    \
	_Generic((x),                                                                              \
		char *: jsontext_or_null,                                                          \
		const char *: jsontext_or_null,                                                    \
		bool: json_object_new_boolean,                                                     \
		int: json_object_new_int64,                                                        \
		unsigned int: json_object_new_uint64,                                              \
		uint64_t: json_object_new_uint64)(x)

struct json_member {
	const char *key; /* NULL: it is none, and has no value */
	struct json_object *value;
};

/* The members, {key, value} each, in an object or added to one; the values are its from now on. */
struct json_object *jsontext_fill(struct json_object *o, const struct json_member *m, size_t n);
#define JSON_ADD(o, ...)                                                                           \
	jsontext_fill(o, (const struct json_member[]){__VA_ARGS__},                                \
		sizeof((const struct json_member[]){__VA_ARGS__}) / sizeof(struct json_member))
#define JSON_OBJECT(...) JSON_ADD(json_object_new_object(), __VA_ARGS__)

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
