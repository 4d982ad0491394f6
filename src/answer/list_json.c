/* SPDX-License-Identifier: GPL-2.0-or-later */
/* list_json - the list as a JSON object */
#include "answer/jsontext.h"
#include "answer/list.h"

static struct json_object *mounts_array(const struct list_volume *v)
{
	struct json_object *all = json_object_new_array();

	for (const struct list_mount *m = v->mount; m < v->mount + v->n_mounts; m++)
		json_object_array_add(all, JSON_OBJECT({"root", JSON(m->guest_root)},
						   {"target", JSON(m->guest_target)},
						   {"subvolume", JSON(m->guest_subvol)}));
	return all;
}

static struct json_object *volume_object(const struct list_volume *v)
{
	return JSON_OBJECT({"name", JSON(v->name)}, {"logical", JSON(v->is_logical)},
		{"number", JSON(v->number)}, {"start", JSON(v->start)}, {"size", JSON(v->size)},
		{"partuuid", JSON(v->partuuid)}, {"partlabel", JSON(v->guest_partlabel)},
		{"type", JSON(v->type)}, {"label", JSON(v->guest_label)},
		{"uuid", JSON(v->guest_uuid)}, {"journal", JSON(v->journal)},
		{"fstab", JSON(v->is_root)}, {"mounts", mounts_array(v)},
		{"problem", JSON(v->problem)});
}

static struct json_object *disk_object(const struct list *l, size_t n)
{
	const struct list_disk *d = &l->disk[n];
	struct json_object *volumes = json_object_new_array();

	for (size_t i = 0; i < l->n_volumes; i++)
		if (l->volume[i].disk == n)
			json_object_array_add(volumes, volume_object(&l->volume[i]));
	return JSON_OBJECT({"path", JSON(d->path)}, {"name", JSON(d->vdev)},
		{"size", JSON(d->size)}, {"table", JSON(d->table)},
		{"sector_size", JSON(d->sector_size)}, {"in_use", JSON(d->in_use)},
		{"volumes", volumes});
}

static struct json_object *kernel_object(const struct list_kernel *k)
{
	struct json_object *links = json_object_new_array(), *initrd = NULL, *entry = NULL;

	for (unsigned int i = 0; i < k->n_links; i++)
		json_object_array_add(links, jsontext(k->guest_link[i]));
	if (k->guest_initrd[0])
		initrd = JSON_OBJECT(
			{"path", JSON(k->guest_initrd)}, {"size", JSON(k->initrd_size)});
	if (jsontext_is_utf8(k->guest_entry)) /* otherwise it would name another file */
		entry = JSON(k->guest_entry);
	return JSON_OBJECT({"root", JSON(k->guest_root)}, {"source", JSON(k->source)},
		{"path", JSON(k->guest_path)}, {"file", JSON(k->guest_file)}, {"links", links},
		{"size", JSON(k->size)}, {"kind", JSON(k->kind)}, {"version", JSON(k->version)},
		{"release", JSON(k->release)}, {"compression", JSON(k->compression)},
		{"architecture", JSON(k->arch)}, {"initrd", initrd},
		{"modules", JSON(k->guest_modules)}, {"entry", entry},
		{"needs_root", JSON(k->needs_root)}, {"default", JSON(k->is_default)});
}

int answer_list_json(FILE *to, const struct list *l, struct err *e)
{
	struct json_object *disks = json_object_new_array(), *kernels = json_object_new_array();

	for (size_t i = 0; i < l->n_disks; i++)
		json_object_array_add(disks, disk_object(l, i));
	for (size_t i = 0; i < l->n_kernels; i++)
		json_object_array_add(kernels, kernel_object(l->kernel[i]));
	return jsontext_print(to,
		JSON_OBJECT({"disks", disks}, {"kernels", kernels}, {"mapper", JSON(l->mapper)},
			{"in_use", JSON(l->in_use)}, {"more", JSON(l->more)}),
		e);
}
