/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lvmrows - rows and fields of lvm's report: JSON in which all values are strings */
#include "guest/lvmrows.h"

#include <json-c/json.h>
#include <string.h>

#include "base/num.h"
#include "base/quote.h"
#include "base/step.h"

#define DEPTH  8 /* lvm's JSON has 5 */
#define SECTOR 512

int lvmrows_bad(struct err *e, const char *key, const char *guest_text)
{
	FAIL(e, -EBADMSG, "lvm.report", "%s", key);
	return err_detail(e, "it is %s", QUOTE(guest_text));
}

int lvmrows_open(const char *text, size_t len, struct json_object **ret, struct err *e)
{
	json_tokener *tokener = json_tokener_new_ex(DEPTH);
	json_object *root = NULL;

	if (!tokener)
		return err_set(e, -ENOMEM, "lvm.report", "%s", "");
	if (len < INT32_MAX)
		root = json_tokener_parse_ex(tokener, text, (int)len);
	json_tokener_free(tokener);
	if (!lvmrows_array(root, "report")) {
		json_object_put(root);
		return FAIL(e, -EBADMSG, "lvm.report", "%s", "it is not lvm's JSON");
	}
	*ret = root;
	return 0;
}

void lvmrows_close(struct json_object *root)
{
	json_object_put(root);
}

struct json_object *lvmrows_array(struct json_object *in, const char *key)
{
	json_object *array;

	if (!json_object_is_type(in, json_type_object) ||
		!json_object_object_get_ex(in, key, &array) ||
		!json_object_is_type(array, json_type_array))
		return NULL;
	return array;
}

size_t lvmrows_count(struct json_object *array)
{
	return array ? json_object_array_length(array) : 0;
}

struct json_object *lvmrows_at(struct json_object *array, size_t i)
{
	return json_object_array_get_idx(array, i);
}

const char *lvmrows_text(struct json_object *row, const char *key)
{
	json_object *value;

	if (!json_object_is_type(row, json_type_object) ||
		!json_object_object_get_ex(row, key, &value) ||
		!json_object_is_type(value, json_type_string))
		return "";
	return json_object_get_string(value);
}

int lvmrows_number(
	struct json_object *row, const char *key, uint64_t max, uint64_t *ret, struct err *e)
{
	const char *text = lvmrows_text(row, key);

	return num_parse(text, max, ret) < 0 ? lvmrows_bad(e, key, text) : 0;
}

int lvmrows_bytes(struct json_object *row, const char *key, uint64_t *ret, struct err *e)
{
	int r = lvmrows_number(row, key, INT64_MAX, ret, e);

	if (r < 0)
		return r;
	return *ret % SECTOR ? lvmrows_bad(e, key, lvmrows_text(row, key)) : 0;
}

bool lvmrows_is_made_of(const char *text, const char *characters)
{
	for (; *text; text++)
		if (!(*text >= 'a' && *text <= 'z') && !(*text >= 'A' && *text <= 'Z') &&
			!(*text >= '0' && *text <= '9') && !strchr(characters, *text))
			return false;
	return true;
}

int lvmrows_word(struct json_object *row, const char *key, const char *characters, char *to,
	size_t size, struct err *e)
{
	const char *text = lvmrows_text(row, key);

	if (!*text || strlen(text) >= size || !lvmrows_is_made_of(text, characters))
		return lvmrows_bad(e, key, text);
	strcpy(to, text);
	return 0;
}
