/* SPDX-License-Identifier: GPL-2.0-or-later */
/* manifest - print what was extracted from a guest, and from where */
#ifndef DOMU_ANSWER_MANIFEST_H
#define DOMU_ANSWER_MANIFEST_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "answer/emitter.h"
#include "base/err.h"

#define MANIFEST_NAME	   "MANIFEST.json"
#define MANIFEST_FILES_MAX 48

struct manifest_file {
	const char *what; /* "kernel", "initrd", "file" */
	char name[NAME_MAX + 1];
	struct result_part from;
	char sha256[72];
};

struct manifest_tree {
	char name[NAME_MAX + 16]; /* "modules/6.1.0" */
	char guest_path[PATH_MAX];
	uint64_t files, size; /* regular files, and their bytes */
	uint64_t left_out;    /* number of files excluded */
	char sha256[72];      /* of one line for each file: sha256, two blanks, path, newline */
};

struct manifest {
	struct manifest_file file[MANIFEST_FILES_MAX];
	unsigned int n_files;
	struct manifest_tree modules; /* name "" if none */
	const char *kind;	      /* of the kernel; NULL if none */
	char version[128], release[128], compression[16], arch[16];
	const char *mapper;
	bool in_use; /* a disk may have been written meanwhile; the files were read until stable */
};

/*
 * Print the manifest: as a JSON object, its member for modules, or the names under @dir as lines.
 * Returns: answer_manifest_json(): 0; or -ENOMEM, step "emit.value"
 */
int answer_manifest_json(FILE *to, const struct manifest *m, struct err *e);
struct json_object *answer_manifest_tree(const struct manifest_tree *t);
void answer_manifest_text(FILE *to, const struct manifest *m, const char *dir);

#endif
