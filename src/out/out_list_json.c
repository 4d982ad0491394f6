/* SPDX-License-Identifier: GPL-2.0-or-later */
/* out_list_json - what is on a guest's disks, as one object */
#include "out/jsontext.h"
#include "out/out_list.h"

static void add_text(struct json_object *o, const char *key, const char *value)
{
	json_object_object_add(o, key, jsontext_or_null(value));
}

static void add_number(struct json_object *o, const char *key, uint64_t value)
{
	json_object_object_add(o, key, json_object_new_uint64(value));
}

static void add_flag(struct json_object *o, const char *key, bool value)
{
	json_object_object_add(o, key, json_object_new_boolean(value));
}

static struct json_object *mounts_array(const struct list_volume *v)
{
	struct json_object *all = json_object_new_array();

	for (unsigned int i = 0; i < v->n_mounts; i++) {
		struct json_object *o = json_object_new_object();

		add_text(o, "root", v->mount[i].guest_root);
		add_text(o, "target", v->mount[i].guest_target);
		add_text(o, "subvolume", v->mount[i].guest_subvol);
		json_object_array_add(all, o);
	}
	return all;
}

static struct json_object *volume_object(const struct list_volume *v)
{
	struct json_object *o = json_object_new_object();

	add_text(o, "name", v->name);
	add_flag(o, "logical", v->is_logical);
	add_number(o, "number", v->number);
	add_number(o, "start", v->start);
	add_number(o, "size", v->size);
	add_text(o, "partuuid", v->partuuid);
	add_text(o, "partlabel", v->guest_partlabel);
	add_text(o, "type", v->type);
	add_text(o, "label", v->guest_label);
	add_text(o, "uuid", v->guest_uuid);
	add_text(o, "journal", v->journal);
	add_flag(o, "fstab", v->is_root);
	json_object_object_add(o, "mounts", mounts_array(v));
	add_text(o, "problem", v->problem);
	return o;
}

static struct json_object *disk_object(const struct list *l, size_t n)
{
	const struct list_disk *d = &l->disk[n];
	struct json_object *o = json_object_new_object(), *volumes = json_object_new_array();

	add_text(o, "path", d->path);
	add_text(o, "name", d->vdev);
	add_number(o, "size", d->size);
	add_text(o, "table", d->table);
	add_number(o, "sector_size", d->sector_size);
	add_flag(o, "in_use", d->in_use);
	for (size_t i = 0; i < l->n_volumes; i++)
		if (l->volume[i].disk == n)
			json_object_array_add(volumes, volume_object(&l->volume[i]));
	json_object_object_add(o, "volumes", volumes);
	return o;
}

static struct json_object *initrd_object(const struct list_kernel *k)
{
	struct json_object *o;

	if (!k->guest_initrd[0])
		return NULL;
	o = json_object_new_object();
	add_text(o, "path", k->guest_initrd);
	add_number(o, "size", k->initrd_size);
	return o;
}

static struct json_object *kernel_object(const struct list_kernel *k)
{
	struct json_object *o = json_object_new_object(), *links = json_object_new_array();

	for (unsigned int i = 0; i < k->n_links; i++)
		json_object_array_add(links, jsontext(k->guest_link[i]));
	add_text(o, "root", k->guest_root);
	add_text(o, "source", k->source);
	add_text(o, "path", k->guest_path);
	add_text(o, "file", k->guest_file);
	json_object_object_add(o, "links", links);
	add_number(o, "size", k->size);
	add_text(o, "kind", k->kind);
	add_text(o, "version", k->version);
	add_text(o, "release", k->release);
	add_text(o, "compression", k->compression);
	add_text(o, "architecture", k->arch);
	json_object_object_add(o, "initrd", initrd_object(k));
	add_text(o, "modules", k->guest_modules);
	/* One that isn't written as it is would name another file. */
	add_text(o, "entry", jsontext_is_utf8(k->guest_entry) ? k->guest_entry : NULL);
	add_flag(o, "needs_root", k->needs_root);
	add_flag(o, "default", k->is_default);
	return o;
}

int out_list_json(FILE *to, const struct list *l, struct err *e)
{
	struct json_object *o = json_object_new_object(), *disks = json_object_new_array(),
			   *kernels = json_object_new_array();

	for (size_t i = 0; i < l->n_disks; i++)
		json_object_array_add(disks, disk_object(l, i));
	for (size_t i = 0; i < l->n_kernels; i++)
		json_object_array_add(kernels, kernel_object(l->kernel[i]));
	json_object_object_add(o, "disks", disks);
	json_object_object_add(o, "kernels", kernels);
	add_text(o, "mapper", l->mapper);
	add_flag(o, "in_use", l->in_use);
	add_flag(o, "more", l->more);
	return jsontext_print(to, o, e);
}
