/* SPDX-License-Identifier: GPL-2.0-or-later */
/* manifest - MANIFEST.json: what lies in a guest's directory, and where it came from */
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

/* What an answer in json tells of the copies. */
struct taken {
	char kernel[PATH_MAX], ramdisk[PATH_MAX]; /* "": there is none */
	uint64_t bytes;				  /* of both */
	char version[64];   /* the kernel's, up to its first blank; "": not known */
	bool lacks_modules; /* the guest has none for its kernel */
};

/*
 * Reads an answer in json, as the main job writes it. Step "manifest.read".
 */
int manifest_read(const char *text, struct taken *ret, struct err *e);

/*
 * The manifest's text for an answer: the same object with @name, and the names that the files have
 * in their directory ("file") in the place of their paths. malloc'ed. Step "manifest.make".
 */
int manifest_make(const char *answer, const char *name, char **ret, struct err *e);

/* How what the guest has compares with what a manifest says is here. */
enum manifest_match {
	MANIFEST_NONE,	    /* there is no manifest */
	MANIFEST_SAME,	    /* the same files, by their stamps or by their digests */
	MANIFEST_DIFFERENT, /* *ret_why says in which way, printable ASCII */
};

/*
 * Compares an answer, of a dry run or another manifest, with the manifest in @dir: by stamps (with
 * @modules it must tell of them), or by digests. The files beside the manifest must have its sizes.
 * Steps "manifest.open", "manifest.parse".
 */
int manifest_compare(const char *dir, const char *answer, bool by_digest, bool modules, char *why,
	size_t size, struct err *e);

/* The new manifest takes the old one's place; the files stay. Step "manifest.renew". */
int manifest_renew(const char *from_dir, const char *dir, struct err *e);

#endif
