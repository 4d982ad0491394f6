/* SPDX-License-Identifier: GPL-2.0-or-later */
/* jsontext - build JSON from foreign text, and print it on one line */
#include "answer/jsontext.h"

#include <errno.h>
#include <stdlib.h>

#include "base/utf8.h"

struct json_object *jsontext(const char *value)
{
	char *clean = NULL;
	size_t size = 0;
	struct json_object *ret;
	FILE *f;

	if (!value || !(f = open_memstream(&clean, &size)))
		return NULL;
	while (*value) {
		size_t n = utf8_length(value);

		if (n)
			fwrite(value, 1, n, f);
		else
			fputs("\xef\xbf\xbd", f);
		value += n ? n : 1;
	}
	fclose(f);
	ret = json_object_new_string_len(clean, (int)size);
	free(clean);
	return ret;
}

struct json_object *jsontext_or_null(const char *value)
{
	return value && *value ? jsontext(value) : NULL;
}

struct json_object *jsontext_fill(struct json_object *o, const struct json_member *m, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (m[i].key)
			json_object_object_add(o, m[i].key, m[i].value);
	return o;
}

bool jsontext_is_utf8(const char *value)
{
	size_t n = 1;

	for (; *value && n; value += n)
		n = utf8_length(value);
	return n;
}

int jsontext_print(FILE *to, struct json_object *o, struct err *e)
{
	const char *s = json_object_to_json_string_ext(
		o, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);

	if (s)
		fprintf(to, "%s\n", s);
	json_object_put(o);
	return s ? 0 : err_set(e, -ENOMEM, "emit.value", "json");
}
