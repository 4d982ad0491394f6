/* SPDX-License-Identifier: GPL-2.0-or-later */
/* manifest - MANIFEST.json: the files in a guest's directory, and their origin */
#ifndef DOMU_RACK_MANIFEST_H
#define DOMU_RACK_MANIFEST_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define MANIFEST_FILE	 "MANIFEST.json"
#define MANIFEST_KERNEL	 "vmlinuz"
#define MANIFEST_MODULES "modules"
#define MANIFEST_INITRD	 "initrd"

/* What a JSON result says about the copies. */
struct taken {
	char kernel[PATH_MAX], ramdisk[PATH_MAX]; /* "": none */
	uint64_t bytes;				  /* of both */
	char version[64];   /* the kernel's, up to the first blank; "": unknown */
	bool lacks_modules; /* the guest has no modules for its kernel */
};

/*
 * Parse the JSON result of the main job.
 * Errors: step "manifest.read"
 */
int manifest_read(const char *text, struct taken *ret, struct err *e);

/*
 * Build the text of a manifest from a JSON result: the same object with @name added, and with
 * "file", the name in the guest's directory, instead of each path.
 * @ret: malloc'ed
 * Errors: step "manifest.make"
 */
int manifest_make(const char *answer, const char *name, char **ret, struct err *e);

/* How a guest compares with the manifest in its directory. */
enum manifest_match {
	MANIFEST_NONE,	    /* no manifest exists */
	MANIFEST_SAME,	    /* the same files, by stamp or by digest */
	MANIFEST_DIFFERENT, /* the difference is in @why, in printable ASCII */
};

/*
 * Compare a JSON result or another manifest with the manifest in @dir. The files next to the
 * manifest must also have the recorded sizes.
 * @by_digest: compare digests, not stamps
 * @modules: the manifest must include modules
 * @why: the difference, at most @size bytes
 * Returns: an enum manifest_match
 * Errors: steps "manifest.open", "manifest.parse"
 */
int manifest_compare(const char *dir, const char *answer, bool by_digest, bool modules, char *why,
	size_t size, struct err *e);

/*
 * Replace the manifest in @dir by the one in @from_dir; keep the files.
 * Errors: step "manifest.renew"
 */
int manifest_renew(const char *from_dir, const char *dir, struct err *e);

#endif
