/* SPDX-License-Identifier: GPL-2.0-or-later */
/* out_manifest - what was taken out of a guest, and where it came from */
#include "out/out_manifest.h"

#include "out/jsontext.h"

static void add_text(struct json_object *o, const char *key, const char *value)
{
	json_object_object_add(o, key, jsontext_or_null(value));
}

static void add_number(struct json_object *o, const char *key, uint64_t value)
{
	json_object_object_add(o, key, json_object_new_uint64(value));
}

static struct json_object *file_object(const struct manifest_file *f)
{
	struct json_object *o = json_object_new_object();

	add_text(o, "what", f->what);
	add_text(o, "name", f->name);
	add_text(o, "guest_path", f->guest_path);
	add_text(o, "source", f->source);
	add_text(o, "filesystem", f->fstype);
	add_text(o, "journal", f->journal);
	add_number(o, "size", f->size);
	add_text(o, "sha256", f->sha256);
	return o;
}

static struct json_object *modules_object(const struct manifest_tree *t)
{
	struct json_object *o;

	if (!t->name[0])
		return NULL;
	o = json_object_new_object();
	add_text(o, "name", t->name);
	add_text(o, "guest_path", t->guest_path);
	add_number(o, "files", t->files);
	add_number(o, "size", t->size);
	add_number(o, "left_out", t->left_out);
	add_text(o, "sha256", t->sha256);
	return o;
}

static struct json_object *kernel_object(const struct manifest *m)
{
	struct json_object *o;

	if (!m->kind)
		return NULL;
	o = json_object_new_object();
	add_text(o, "kind", m->kind);
	add_text(o, "version", m->version);
	add_text(o, "release", m->release);
	add_text(o, "compression", m->compression);
	add_text(o, "architecture", m->arch);
	return o;
}

int out_manifest_json(FILE *to, const struct manifest *m, struct err *e)
{
	struct json_object *o = json_object_new_object(), *files = json_object_new_array();

	for (unsigned int i = 0; i < m->n_files; i++)
		json_object_array_add(files, file_object(&m->file[i]));
	json_object_object_add(o, "kernel", kernel_object(m));
	json_object_object_add(o, "files", files);
	json_object_object_add(o, "modules", modules_object(&m->modules));
	add_text(o, "mapper", m->mapper);
	json_object_object_add(o, "in_use", json_object_new_boolean(m->in_use));
	return jsontext_print(to, o, e);
}

void out_manifest_text(FILE *to, const struct manifest *m, const char *dir)
{
	for (unsigned int i = 0; i < m->n_files; i++)
		fprintf(to, "%s/%s\n", dir, m->file[i].name);
	if (m->modules.name[0])
		fprintf(to, "%s/%s\n", dir, m->modules.name);
	fprintf(to, "%s/%s\n", dir, MANIFEST_NAME);
}
