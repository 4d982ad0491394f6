/* SPDX-License-Identifier: GPL-2.0-or-later */
/* emitter - the formats of the result for a toolstack */
#ifndef DOMU_ANSWER_EMITTER_H
#define DOMU_ANSWER_EMITTER_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"

#define RESULT_PARTS_MAX 8

struct manifest_tree; /* answer/manifest.h */

/* One of the guest's files, as it is known when its tree is gone again. */
struct result_part {
	char guest_path[PATH_MAX]; /* canonical; the filesystem's own when the entry named a device
				    */
	char source[256];	   /* the guest's device: "xvda2" */
	char fstype[32];
	const char *journal; /* "clean", "replayed", "stale" */
	uint64_t size;	     /* bytes */
	char stamp[192];     /* what changes when the file does; "": not asked for */
};

struct result_file {
	char path[(RESULT_PARTS_MAX + 1) * PATH_MAX]; /* our copy: absolute */
	uint64_t size;				      /* bytes */
	char sha256[72];			      /* hexadecimal; "": not asked for */
	struct result_part part[RESULT_PARTS_MAX];    /* what it was made of, in order */
	unsigned int n_parts;
};

struct result {
	const struct result_file *kernel;
	const struct result_file *initrd; /* NULL: none */
	const char *args;		  /* NULL or "": none */
	const char *kernel_kind;	  /* "bzImage": of the guest's file */
	const char *kernel_version;	  /* "" unknown */
	const char *kernel_compression, *kernel_arch;
	bool kernel_unpacked; /* the copy is what was packed in that file */
	bool xen_known, xen_pv, xen_pvh;
	bool modules_known, modules;	  /* the guest has those of the kernel */
	const struct manifest_tree *tree; /* they were taken; NULL: nobody asked */
	const char *mapper;
	bool in_use;  /* somebody else may be writing to one of the disks */
	bool dry_run; /* the paths are "<kernel:/boot/vmlinuz>" */
};

/*
 * Writes the whole answer to @to: a pure function. What the format can't carry is refused: step
 * "emit.value" with the reason in the detail.
 */
struct emitter {
	const char *name, *help;
	bool tells_inside; /* also what only the unpacked kernel tells */
	int (*render)(FILE *to, const struct result *r, struct err *e);
};

extern const struct emitter answer_sxp, answer_simple, answer_simple0, answer_json;

/* NULL when there is none of this name. */
const struct emitter *emitter_by_name(const char *name);

/* "sxp, simple, simple0, json": for messages. */
const char *emitter_names(void);

#endif
