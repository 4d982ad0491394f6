/* SPDX-License-Identifier: GPL-2.0-or-later */
/* jsontext - build JSON from foreign text, and print it on one line */
#ifndef DOMU_ANSWER_JSONTEXT_H
#define DOMU_ANSWER_JSONTEXT_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"

/*
 * Convert text to a JSON string. Paths and command lines may not be UTF-8; invalid bytes become
 * U+FFFD to keep the document valid. NULL for NULL.
 */
struct json_object *jsontext(const char *value);

/* Convert text to a JSON string; NULL for NULL and "". */
struct json_object *jsontext_or_null(const char *value);

/* Convert a value by its type: text as by jsontext_or_null(), a number, or a boolean. */
#define JSON(x)                                                                                    \
	_Generic((x),                                                                              \
		char *: jsontext_or_null,                                                          \
		const char *: jsontext_or_null,                                                    \
		bool: json_object_new_boolean,                                                     \
		int: json_object_new_int64,                                                        \
		unsigned int: json_object_new_uint64,                                              \
		uint64_t: json_object_new_uint64)(x)

struct json_member {
	const char *key; /* NULL: skip it; it has no value */
	struct json_object *value;
};

/* Add members, each {key, value}, to an object, which owns the values then. */
struct json_object *jsontext_fill(struct json_object *o, const struct json_member *m, size_t n);
#define JSON_ADD(o, ...)                                                                           \
	jsontext_fill(o, (const struct json_member[]){__VA_ARGS__},                                \
		sizeof((const struct json_member[]){__VA_ARGS__}) / sizeof(struct json_member))
#define JSON_OBJECT(...) JSON_ADD(json_object_new_object(), __VA_ARGS__)

/* Get a member; NULL if there is none, or @o is NULL. */
static inline struct json_object *jsontext_member(struct json_object *o, const char *key)
{
	struct json_object *value = NULL;

	json_object_object_get_ex(o, key, &value);
	return value;
}

/* Get a member's text; "" if there is none. */
static inline const char *jsontext_of(struct json_object *o, const char *key)
{
	struct json_object *value = jsontext_member(o, key);

	return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : "";
}

/* Test whether the text is valid UTF-8. */
bool jsontext_is_utf8(const char *value);

/*
 * Print an object on one line, and free it.
 * Returns: 0; or -ENOMEM, step "emit.value"
 */
int jsontext_print(FILE *to, struct json_object *o, struct err *e);

#endif
