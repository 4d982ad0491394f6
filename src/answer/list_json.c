/* SPDX-License-Identifier: GPL-2.0-or-later */
/* list_json - what is on a guest's disks, as one object */
#include "answer/jsontext.h"
#include "answer/list.h"

static struct json_object *mounts_array(const struct list_volume *v)
{
	struct json_object *all = json_object_new_array();

	for (unsigned int i = 0; i < v->n_mounts; i++) {
		struct json_object *o = json_object_new_object();

		jsontext_add(o, "root", v->mount[i].guest_root);
		jsontext_add(o, "target", v->mount[i].guest_target);
		jsontext_add(o, "subvolume", v->mount[i].guest_subvol);
		json_object_array_add(all, o);
	}
	return all;
}

static struct json_object *volume_object(const struct list_volume *v)
{
	struct json_object *o = json_object_new_object();

	jsontext_add(o, "name", v->name);
	jsontext_add_flag(o, "logical", v->is_logical);
	jsontext_add_number(o, "number", v->number);
	jsontext_add_number(o, "start", v->start);
	jsontext_add_number(o, "size", v->size);
	jsontext_add(o, "partuuid", v->partuuid);
	jsontext_add(o, "partlabel", v->guest_partlabel);
	jsontext_add(o, "type", v->type);
	jsontext_add(o, "label", v->guest_label);
	jsontext_add(o, "uuid", v->guest_uuid);
	jsontext_add(o, "journal", v->journal);
	jsontext_add_flag(o, "fstab", v->is_root);
	json_object_object_add(o, "mounts", mounts_array(v));
	jsontext_add(o, "problem", v->problem);
	return o;
}

static struct json_object *disk_object(const struct list *l, size_t n)
{
	const struct list_disk *d = &l->disk[n];
	struct json_object *o = json_object_new_object(), *volumes = json_object_new_array();

	jsontext_add(o, "path", d->path);
	jsontext_add(o, "name", d->vdev);
	jsontext_add_number(o, "size", d->size);
	jsontext_add(o, "table", d->table);
	jsontext_add_number(o, "sector_size", d->sector_size);
	jsontext_add_flag(o, "in_use", d->in_use);
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
	jsontext_add(o, "path", k->guest_initrd);
	jsontext_add_number(o, "size", k->initrd_size);
	return o;
}

static struct json_object *answer_list_json_kernel_object(const struct list_kernel *k)
{
	struct json_object *o = json_object_new_object(), *links = json_object_new_array();

	for (unsigned int i = 0; i < k->n_links; i++)
		json_object_array_add(links, jsontext(k->guest_link[i]));
	jsontext_add(o, "root", k->guest_root);
	jsontext_add(o, "source", k->source);
	jsontext_add(o, "path", k->guest_path);
	jsontext_add(o, "file", k->guest_file);
	json_object_object_add(o, "links", links);
	jsontext_add_number(o, "size", k->size);
	jsontext_add(o, "kind", k->kind);
	jsontext_add(o, "version", k->version);
	jsontext_add(o, "release", k->release);
	jsontext_add(o, "compression", k->compression);
	jsontext_add(o, "architecture", k->arch);
	json_object_object_add(o, "initrd", initrd_object(k));
	jsontext_add(o, "modules", k->guest_modules);
	/* One that isn't written as it is would name another file. */
	jsontext_add(o, "entry", jsontext_is_utf8(k->guest_entry) ? k->guest_entry : NULL);
	jsontext_add_flag(o, "needs_root", k->needs_root);
	jsontext_add_flag(o, "default", k->is_default);
	return o;
}

int answer_list_json(FILE *to, const struct list *l, struct err *e)
{
	struct json_object *o = json_object_new_object(), *disks = json_object_new_array(),
			   *kernels = json_object_new_array();

	for (size_t i = 0; i < l->n_disks; i++)
		json_object_array_add(disks, disk_object(l, i));
	for (size_t i = 0; i < l->n_kernels; i++)
		json_object_array_add(kernels, answer_list_json_kernel_object(l->kernel[i]));
	json_object_object_add(o, "disks", disks);
	json_object_object_add(o, "kernels", kernels);
	jsontext_add(o, "mapper", l->mapper);
	jsontext_add_flag(o, "in_use", l->in_use);
	jsontext_add_flag(o, "more", l->more);
	return jsontext_print(to, o, e);
}
