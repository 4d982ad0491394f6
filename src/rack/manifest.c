/* SPDX-License-Identifier: GPL-2.0-or-later */
/* manifest - MANIFEST.json: what lies in a guest's directory, and where it came from */
#include "rack/manifest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer/jsontext.h"
#include "base/step.h"

/* -ENAMETOOLONG for what does not fit. */
static int manifest_take_file(struct json_object *answer, const char *key, struct taken_file *ret)
{
	struct json_object *file = jsontext_member(answer, key);
	int n;

	if (!file)
		return 0;
	n = snprintf(ret->path, sizeof(ret->path), "%s", jsontext_of(file, "path"));
	ret->size = (uint64_t)json_object_get_int64(jsontext_member(file, "size"));
	return n < (int)sizeof(ret->path) ? 0 : -ENAMETOOLONG;
}

static int take_answer(struct json_object *o, struct taken *ret)
{
	struct taken m = {0};
	const char *version = jsontext_of(jsontext_member(o, "kernel"), "version");
	int r = manifest_take_file(o, "kernel", &m.kernel);

	if (r >= 0)
		r = manifest_take_file(o, "ramdisk", &m.ramdisk);
	snprintf(m.version, sizeof(m.version), "%.*s", (int)strcspn(version, " "), version);
	if (r >= 0 && !m.kernel.path[0])
		r = -EBADMSG;
	if (r >= 0)
		*ret = m;
	return r;
}

int manifest_read(const char *text, struct taken *ret, struct err *e)
{
	struct json_object *o = json_tokener_parse(text);
	int r = STEP_OURS(e, "manifest.read", "", o ? take_answer(o, ret) : -EBADMSG);

	json_object_put(o);
	return r;
}

static int name_file(struct json_object *answer, const char *key, const char *name)
{
	struct json_object *file = jsontext_member(answer, key);

	if (!file)
		return 0;
	json_object_object_del(file, "path");
	return json_object_object_add(file, "file", json_object_new_string(name));
}

static int manifest_fill(struct json_object *o, const char *name, char **ret)
{
	if (!o || name_file(o, "kernel", MANIFEST_KERNEL) ||
		name_file(o, "ramdisk", MANIFEST_INITRD))
		return -ENOMEM;
	json_object_object_del(o, "dry_run");
	if (json_object_object_add(o, "name", json_object_new_string(name)))
		return -ENOMEM;
	*ret = strdup(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PRETTY |
								JSON_C_TO_STRING_SPACED |
								JSON_C_TO_STRING_NOSLASHESCAPE));
	return *ret ? 0 : -ENOMEM;
}

int manifest_make(const char *answer, const char *name, char **ret, struct err *e)
{
	struct json_object *o = json_tokener_parse(answer);
	int r = STEP_OURS(e, "manifest.make", "", manifest_fill(o, name, ret));

	json_object_put(o);
	return r;
}
