/* SPDX-License-Identifier: GPL-2.0-or-later */
/* emitter - the result's formats for a toolstack */
#ifndef DOMU_ANSWER_EMITTER_H
#define DOMU_ANSWER_EMITTER_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"

#define RESULT_PARTS_MAX 8

struct manifest_tree; /* answer/manifest.h */

/* A file in the guest; valid after its filesystem is unmounted. */
struct result_part {
	char guest_path[PATH_MAX]; /* canonical; in the filesystem if the entry names a device */
	char source[256];	   /* the guest's device, as "xvda2" */
	char fstype[32];
	const char *journal; /* "clean", "replayed" or "stale" */
	uint64_t size;	     /* bytes */
	char stamp[192];     /* see fs/stamp.h; "" if not requested */
};

struct result_file {
	char path[(RESULT_PARTS_MAX + 1) * PATH_MAX]; /* absolute path of our copy */
	uint64_t size;				      /* bytes */
	char sha256[72];			      /* hexadecimal; "" if not requested */
	struct result_part part[RESULT_PARTS_MAX];    /* the guest's files in it, in order */
	unsigned int n_parts;
};

struct result {
	const struct result_file *kernel;
	const struct result_file *initrd; /* NULL if none */
	const char *args;		  /* NULL or "" if none */
	const char *kernel_kind;	  /* of the guest's file, as "bzImage" */
	const char *kernel_version;	  /* "" if unknown */
	const char *kernel_compression, *kernel_arch;
	bool kernel_unpacked; /* the copy is the kernel unpacked from that file */
	bool xen_known, xen_pv, xen_pvh;
	bool modules_known, modules;	  /* the guest has the kernel's modules */
	const struct manifest_tree *tree; /* the extracted modules; NULL if not requested */
	const char *mapper;
	bool in_use;  /* a disk may be written by others */
	bool dry_run; /* the paths are placeholders, as "<kernel:/boot/vmlinuz>" */
};

/*
 * A format. render() writes the whole result to @to, without other side effects.
 * Errors: step "emit.value" or "emit.length", with the reason in the detail, if the format cannot
 * represent it
 */
struct emitter {
	const char *name, *help;
	bool tells_inside; /* includes what is only known from the unpacked kernel */
	int (*render)(FILE *to, const struct result *r, struct err *e);
};

extern const struct emitter answer_sxp, answer_simple, answer_simple0, answer_json;

/* Look up a format; NULL if there is none of this name. */
const struct emitter *emitter_by_name(const char *name);

/* Return "sxp, simple, simple0, json", for messages. */
const char *emitter_names(void);

#endif
