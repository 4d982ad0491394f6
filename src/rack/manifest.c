/* SPDX-License-Identifier: GPL-2.0-or-later */
/* manifest - MANIFEST.json: the files in a guest's directory, and their origin */
#include "rack/manifest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer/jsontext.h"
#include "base/step.h"

/* Fails with -ENAMETOOLONG if the path does not fit. */
static int manifest_take_file(struct json_object *file, char path[PATH_MAX], uint64_t *bytes)
{
	int n = snprintf(path, PATH_MAX, "%s", jsontext_of(file, "path"));

	*bytes += (uint64_t)json_object_get_int64(jsontext_member(file, "size"));
	return n < PATH_MAX ? 0 : -ENAMETOOLONG;
}

static int take_answer(struct json_object *o, struct taken *ret)
{
	struct json_object *kernel = jsontext_member(o, "kernel"),
			   *modules = jsontext_member(kernel, MANIFEST_MODULES);
	const char *version = jsontext_of(kernel, "version");
	struct taken m = {.lacks_modules = modules && !json_object_get_boolean(modules)};
	int r = manifest_take_file(kernel, m.kernel, &m.bytes);

	if (r >= 0)
		r = manifest_take_file(jsontext_member(o, "ramdisk"), m.ramdisk, &m.bytes);
	if (r >= 0 && !m.kernel[0])
		r = -EBADMSG;
	snprintf(m.version, sizeof(m.version), "%s", version);
	m.version[strcspn(m.version, " ")] = '\0';
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

static void name_file(struct json_object *file, const char *name)
{
	if (!file)
		return;
	json_object_object_del(file, "path");
	JSON_ADD(file, {"file", JSON(name)});
}

static int manifest_fill(struct json_object *o, const char *name, char **ret)
{
	if (!o)
		return -ENOMEM;
	name_file(jsontext_member(o, "kernel"), MANIFEST_KERNEL);
	name_file(jsontext_member(o, "ramdisk"), MANIFEST_INITRD);
	json_object_object_del(o, "dry_run");
	JSON_ADD(o, {"name", JSON(name)});
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
