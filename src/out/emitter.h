/* SPDX-License-Identifier: GPL-2.0-or-later */
/* emitter - how the answer is told to a toolstack */
#ifndef DOMU_OUT_EMITTER_H
#define DOMU_OUT_EMITTER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"

struct result_file {
	const char *path;	/* our copy: absolute */
	const char *guest_path; /* where it was, canonical, in the guest; the filesystem's own when
				   the entry named a device */
	const char *source;	/* the guest's device: "xvda2" */
	const char *fstype;
	const char *journal; /* "clean", "replayed", "stale" */
	uint64_t size;	     /* bytes */
	const char *sha256;  /* of the copy, hexadecimal; NULL or "": nobody asked */
};

struct result {
	struct result_file kernel;
	struct result_file initrd;  /* path NULL: none */
	const char *args;	    /* NULL or "": none */
	const char *kernel_kind;    /* "bzImage" */
	const char *kernel_version; /* "" unknown */
	const char *kernel_compression, *kernel_arch;
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
	int (*render)(FILE *to, const struct result *r, struct err *e);
};

extern const struct emitter out_sxp, out_simple, out_simple0, out_json;

/* NULL when there is none of this name. */
const struct emitter *emitter_by_name(const char *name);

/* "sxp, simple, simple0, json": for messages. */
const char *emitter_names(void);

#endif
