/* SPDX-License-Identifier: GPL-2.0-or-later */
/* manifest - what was taken out of a guest, and where it came from */
#include "answer/manifest.h"

#include "answer/jsontext.h"

static struct json_object *answer_manifest_file_object(const struct manifest_file *f)
{
	struct json_object *o = json_object_new_object();

	jsontext_add(o, "what", f->what);
	jsontext_add(o, "name", f->name);
	jsontext_add(o, "guest_path", f->guest_path);
	jsontext_add(o, "source", f->source);
	jsontext_add(o, "filesystem", f->fstype);
	jsontext_add(o, "journal", f->journal);
	jsontext_add_number(o, "size", f->size);
	jsontext_add(o, "sha256", f->sha256);
	return o;
}

struct json_object *answer_manifest_tree(const struct manifest_tree *t)
{
	struct json_object *o;

	if (!t->name[0])
		return NULL;
	o = json_object_new_object();
	jsontext_add(o, "name", t->name);
	jsontext_add(o, "guest_path", t->guest_path);
	jsontext_add_number(o, "files", t->files);
	jsontext_add_number(o, "size", t->size);
	jsontext_add_number(o, "left_out", t->left_out);
	jsontext_add(o, "sha256", t->sha256);
	return o;
}

static struct json_object *answer_manifest_kernel_object(const struct manifest *m)
{
	struct json_object *o;

	if (!m->kind)
		return NULL;
	o = json_object_new_object();
	jsontext_add(o, "kind", m->kind);
	jsontext_add(o, "version", m->version);
	jsontext_add(o, "release", m->release);
	jsontext_add(o, "compression", m->compression);
	jsontext_add(o, "architecture", m->arch);
	return o;
}

int answer_manifest_json(FILE *to, const struct manifest *m, struct err *e)
{
	struct json_object *o = json_object_new_object(), *files = json_object_new_array();

	for (unsigned int i = 0; i < m->n_files; i++)
		json_object_array_add(files, answer_manifest_file_object(&m->file[i]));
	json_object_object_add(o, "kernel", answer_manifest_kernel_object(m));
	json_object_object_add(o, "files", files);
	json_object_object_add(o, "modules", answer_manifest_tree(&m->modules));
	jsontext_add(o, "mapper", m->mapper);
	jsontext_add_flag(o, "in_use", m->in_use);
	return jsontext_print(to, o, e);
}

void answer_manifest_text(FILE *to, const struct manifest *m, const char *dir)
{
	for (unsigned int i = 0; i < m->n_files; i++)
		fprintf(to, "%s/%s\n", dir, m->file[i].name);
	if (m->modules.name[0])
		fprintf(to, "%s/%s\n", dir, m->modules.name);
	fprintf(to, "%s/%s\n", dir, MANIFEST_NAME);
}
