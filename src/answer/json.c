/* SPDX-License-Identifier: GPL-2.0-or-later */
/* json - one object, for scripts */
#include "answer/emitter.h"
#include "answer/jsontext.h"
#include "answer/manifest.h"

/* The guest's file, and how much there is of it, or of the copy that it went into. */
static void add_part(struct json_object *o, const struct result_part *part, uint64_t size)
{
	json_object_object_add(o, "guest_path", jsontext(part->guest_path));
	json_object_object_add(o, "source", jsontext(part->source));
	json_object_object_add(o, "filesystem", jsontext(part->fstype));
	json_object_object_add(o, "journal", jsontext(part->journal));
	jsontext_add_number(o, "size", size);
	if (part->stamp && *part->stamp)
		jsontext_add(o, "stamp", part->stamp);
}

static struct json_object *answer_json_file_object(const struct result_file *file)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "path", jsontext(file->path));
	add_part(o, &file->part[0], file->size);
	if (file->sha256 && *file->sha256)
		jsontext_add(o, "sha256", file->sha256);
	return o;
}

static struct json_object *ramdisk_object(const struct result_file *file)
{
	struct json_object *o, *parts;

	if (!file->path)
		return NULL;
	o = answer_json_file_object(file);
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

static struct json_object *answer_json_kernel_object(const struct result *r)
{
	struct json_object *o = answer_json_file_object(&r->kernel);

	json_object_object_add(o, "kind", jsontext(r->kernel_kind));
	json_object_object_add(o, "version", jsontext(r->kernel_version));
	json_object_object_add(o, "compression", jsontext(r->kernel_compression));
	json_object_object_add(o, "architecture", jsontext(r->kernel_arch));
	json_object_object_add(o, "xen_notes", xen_notes(r));
	json_object_object_add(
		o, "modules", r->modules_known ? json_object_new_boolean(r->modules) : NULL);
	jsontext_add_flag(o, "unpacked", r->kernel_unpacked);
	return o;
}

static int answer_json_render(FILE *to, const struct result *r, struct err *e)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "kernel", answer_json_kernel_object(r));
	json_object_object_add(o, "ramdisk", ramdisk_object(&r->initrd));
	json_object_object_add(o, "args", jsontext(r->args ? r->args : ""));
	json_object_object_add(o, "mapper", jsontext(r->mapper));
	jsontext_add_flag(o, "in_use", r->in_use);
	jsontext_add_flag(o, "dry_run", r->dry_run);
	if (r->tree)
		json_object_object_add(o, "modules", answer_manifest_tree(r->tree));
	return jsontext_print(to, o, e);
}

const struct emitter answer_json = {.name = "json",
	.help = "one object, for scripts",
	.tells_inside = true,
	.render = answer_json_render};
