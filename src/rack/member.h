/* SPDX-License-Identifier: GPL-2.0-or-later */
/* member - what an object of a manifest holds under a key */
#ifndef DOMU_RACK_MEMBER_H
#define DOMU_RACK_MEMBER_H

#include <json-c/json.h>

/* NULL: there is none, or @o is none. */
static inline struct json_object *member(struct json_object *o, const char *key)
{
	struct json_object *value = NULL;

	json_object_object_get_ex(o, key, &value);
	return value;
}

/* "": there is no text. */
static inline const char *text_of(struct json_object *o, const char *key)
{
	struct json_object *value = member(o, key);

	return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : "";
}

#endif
