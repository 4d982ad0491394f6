/* SPDX-License-Identifier: GPL-2.0-or-later */
/* json - the result as a JSON object */
#include "answer/emitter.h"
#include "answer/jsontext.h"
#include "answer/manifest.h"

/* A member, omitted if not requested. */
static struct json_member asked_for(const char *key, const char *value)
{
	return (struct json_member){value && *value ? key : NULL, JSON(value)};
}

/* A copy of a file; one that is part of another copy has no @path. */
static struct json_object *file_object(
	const char *path, const struct result_part *part, uint64_t size, const char *sha256)
{
	return JSON_OBJECT(asked_for("path", path), {"guest_path", JSON(part->guest_path)},
		{"source", JSON(part->source)}, {"filesystem", JSON(part->fstype)},
		{"journal", JSON(part->journal)}, {"size", JSON(size)},
		asked_for("stamp", part->stamp), asked_for("sha256", sha256));
}

static struct json_object *copy_object(const struct result_file *f)
{
	return file_object(f->path, &f->part[0], f->size, f->sha256);
}

static struct json_object *ramdisk_object(const struct result_file *f)
{
	struct json_object *parts;

	if (!f)
		return NULL;
	parts = json_object_new_array();
	for (const struct result_part *part = f->part; part < f->part + f->n_parts; part++)
		json_object_array_add(parts, file_object(NULL, part, part->size, NULL));
	return JSON_ADD(copy_object(f), {"parts", parts});
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

static int answer_json_render(FILE *to, const struct result *r, struct err *e)
{
	struct json_object *modules = r->modules_known ? json_object_new_boolean(r->modules) : NULL;
	struct json_object *kernel = JSON_ADD(copy_object(r->kernel),
		{"kind", jsontext(r->kernel_kind)}, {"version", jsontext(r->kernel_version)},
		{"compression", jsontext(r->kernel_compression)},
		{"architecture", jsontext(r->kernel_arch)}, {"xen_notes", xen_notes(r)},
		{"modules", modules}, {"unpacked", JSON(r->kernel_unpacked)});
	struct json_object *o =
		JSON_OBJECT({"kernel", kernel}, {"ramdisk", ramdisk_object(r->initrd)},
			{"args", jsontext(r->args ? r->args : "")}, {"mapper", JSON(r->mapper)},
			{"in_use", JSON(r->in_use)}, {"dry_run", JSON(r->dry_run)});

	if (r->tree)
		JSON_ADD(o, {"modules", answer_manifest_tree(r->tree)});
	return jsontext_print(to, o, e);
}

const struct emitter answer_json = {.name = "json",
	.help = "one object, for scripts",
	.tells_inside = true,
	.render = answer_json_render};
