/* SPDX-License-Identifier: GPL-2.0-or-later */
/* manifest - print what was extracted from a guest, and from where */
#include "answer/manifest.h"

#include "answer/jsontext.h"

struct json_object *answer_manifest_tree(const struct manifest_tree *t)
{
	if (!t->name[0])
		return NULL;
	return JSON_OBJECT({"name", JSON(t->name)}, {"guest_path", JSON(t->guest_path)},
		{"files", JSON(t->files)}, {"size", JSON(t->size)}, {"left_out", JSON(t->left_out)},
		{"sha256", JSON(t->sha256)});
}

int answer_manifest_json(FILE *to, const struct manifest *m, struct err *e)
{
	struct json_object *files = json_object_new_array(), *kernel = NULL;

	for (const struct manifest_file *f = m->file; f < m->file + m->n_files; f++)
		json_object_array_add(
			files, JSON_OBJECT({"what", JSON(f->what)}, {"name", JSON(f->name)},
				       {"guest_path", JSON(f->from.guest_path)},
				       {"source", JSON(f->from.source)},
				       {"filesystem", JSON(f->from.fstype)},
				       {"journal", JSON(f->from.journal)},
				       {"size", JSON(f->from.size)}, {"sha256", JSON(f->sha256)}));
	if (m->kind)
		kernel = JSON_OBJECT({"kind", JSON(m->kind)}, {"version", JSON(m->version)},
			{"release", JSON(m->release)}, {"compression", JSON(m->compression)},
			{"architecture", JSON(m->arch)});
	return jsontext_print(to,
		JSON_OBJECT({"kernel", kernel}, {"files", files},
			{"modules", answer_manifest_tree(&m->modules)}, {"mapper", JSON(m->mapper)},
			{"in_use", JSON(m->in_use)}),
		e);
}

void answer_manifest_text(FILE *to, const struct manifest *m, const char *dir)
{
	for (unsigned int i = 0; i < m->n_files; i++)
		fprintf(to, "%s/%s\n", dir, m->file[i].name);
	if (m->modules.name[0])
		fprintf(to, "%s/%s\n", dir, m->modules.name);
	fprintf(to, "%s/%s\n", dir, MANIFEST_NAME);
}
