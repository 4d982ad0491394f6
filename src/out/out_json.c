/* SPDX-License-Identifier: GPL-2.0-or-later */
/* out_json - one object, for scripts */
#include <json-c/json.h>
#include <string.h>

#include "base/step.h"
#include "out/emitter.h"

/*
 * JSON is UTF-8, a path or a command line is bytes: those that are no UTF-8 become U+FFFD rather
 * than a broken document.
 */
static size_t utf8_length(const unsigned char *s)
{
	size_t n = s[0] < 0x80			 ? 1
		   : s[0] >= 0xc2 && s[0] < 0xe0 ? 2
		   : (s[0] & 0xf0) == 0xe0	 ? 3
		   : s[0] >= 0xf0 && s[0] < 0xf5 ? 4
						 : 0;
	/* Not every second byte: no overlong form, no surrogate, nothing above U+10FFFF. */
	unsigned char low = s[0] == 0xe0 ? 0xa0 : s[0] == 0xf0 ? 0x90 : 0x80;
	unsigned char high = s[0] == 0xed ? 0x9f : s[0] == 0xf4 ? 0x8f : 0xbf;

	if (n > 1 && (s[1] < low || s[1] > high))
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	return n;
}

static struct json_object *text(const char *value)
{
	char *clean = NULL;
	size_t size = 0;
	struct json_object *ret;
	FILE *f;

	if (!value || !(f = open_memstream(&clean, &size)))
		return NULL;
	while (*value) {
		size_t n = utf8_length((const unsigned char *)value);

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

/* The guest's file, and how much there is of it, or of the copy that it went into. */
static void add_part(struct json_object *o, const struct result_part *part, uint64_t size)
{
	json_object_object_add(o, "guest_path", text(part->guest_path));
	json_object_object_add(o, "source", text(part->source));
	json_object_object_add(o, "filesystem", text(part->fstype));
	json_object_object_add(o, "journal", text(part->journal));
	json_object_object_add(o, "size", json_object_new_uint64(size));
}

static struct json_object *file_object(const struct result_file *file)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "path", text(file->path));
	add_part(o, &file->part[0], file->size);
	if (file->sha256 && *file->sha256)
		json_object_object_add(o, "sha256", text(file->sha256));
	return o;
}

static struct json_object *ramdisk_object(const struct result_file *file)
{
	struct json_object *o, *parts;

	if (!file->path)
		return NULL;
	o = file_object(file);
	parts = json_object_new_array();
	for (unsigned int i = 0; i < file->n_parts; i++) {
		struct json_object *part = json_object_new_object();

		add_part(part, &file->part[i], file->part[i].size);
		json_object_array_add(parts, part);
	}
	json_object_object_add(o, "parts", parts);
	return o;
}

static struct json_object *xen_notes(const struct result *r)
{
	struct json_object *o;

	if (!r->xen_known)
		return NULL;
	o = json_object_new_array();
	if (r->xen_pv)
		json_object_array_add(o, json_object_new_string("PV"));
	if (r->xen_pvh)
		json_object_array_add(o, json_object_new_string("PVH"));
	return o;
}

static struct json_object *kernel_object(const struct result *r)
{
	struct json_object *o = file_object(&r->kernel);

	json_object_object_add(o, "kind", text(r->kernel_kind));
	json_object_object_add(o, "version", text(r->kernel_version));
	json_object_object_add(o, "compression", text(r->kernel_compression));
	json_object_object_add(o, "architecture", text(r->kernel_arch));
	json_object_object_add(o, "xen_notes", xen_notes(r));
	json_object_object_add(o, "unpacked", json_object_new_boolean(r->kernel_unpacked));
	return o;
}

static int render(FILE *to, const struct result *r, struct err *e)
{
	struct json_object *o = json_object_new_object();
	const char *s;

	json_object_object_add(o, "kernel", kernel_object(r));
	json_object_object_add(o, "ramdisk", ramdisk_object(&r->initrd));
	json_object_object_add(o, "args", text(r->args ? r->args : ""));
	json_object_object_add(o, "mapper", text(r->mapper));
	json_object_object_add(o, "in_use", json_object_new_boolean(r->in_use));
	json_object_object_add(o, "dry_run", json_object_new_boolean(r->dry_run));
	s = json_object_to_json_string_ext(
		o, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
	if (s)
		fprintf(to, "%s\n", s);
	json_object_put(o);
	return s ? 0 : err_set(e, -ENOMEM, "emit.value", "json");
}

const struct emitter out_json = {
	.name = "json", .help = "one object, for scripts", .tells_inside = true, .render = render};
