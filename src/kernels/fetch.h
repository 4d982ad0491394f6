/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fetch - kernel and initrd, recognised and copied, but not published yet */
#ifndef DOMU_KERNELS_FETCH_H
#define DOMU_KERNELS_FETCH_H

#include <limits.h>
#include <stdbool.h>

#include "answer/emitter.h"
#include "copy/digest.h"
#include "disks/guest.h"
#include "fs/stamp.h"
#include "guest/fsstate.h"
#include "guest/kernel.h"
#include "kernels/modules.h"
#include "publish/publish.h"
#include "syntax/entry.h"

/* One of the guest's files, as it is known when its tree is gone again. */
struct fetched_part {
	char guest_path[PATH_MAX];    /* canonical */
	char source[VOLUME_NAME_MAX]; /* "xvda2" */
	char fstype[32];
	enum journal journal;
	uint64_t size;		/* bytes */
	char stamp[STAMP_SIZE]; /* where the plan wants it; else "" */
};

/* One of the two copies: the kernel, or all initrds one after the other. */
struct fetched_file {
	const char *what; /* "kernel", "ramdisk": also the copy's name */
	char path[(ENTRY_INITRDS_MAX + 1) * PATH_MAX]; /* of the copy; of a dry run
							  "<kernel:/boot/vmlinuz>" */
	struct fetched_part part[ENTRY_INITRDS_MAX];
	unsigned int n_parts;
	uint64_t size;		  /* bytes */
	char sha256[DIGEST_TEXT]; /* of the copy, with --checksum; else "" */
	struct publication *copy; /* in the outputs scope; NULL: not copied yet */
};

struct fetched {
	struct fetched_file file[2];
	unsigned int n; /* 2 with an initrd */
	struct kernel_info kernel;
	enum modules modules;
	bool unpacked; /* its copy is what was packed in it */
	const char *mapper;
	bool in_use;  /* a disk that was needed may be written to by somebody else */
	bool differs; /* a copy that was there already was not what the guest holds now */
};

/*
 * Resolves all files, recognises the kernel, checks sizes and space, and copies (unless it is a
 * dry run). Where *f holds copies of an earlier extraction, they are compared with the guest's
 * files instead, and copied anew when they are not equal. Steps "fetch.*".
 */
int fetch_all(struct scope *outputs, struct guest *g, struct fetched *f, struct err *e);

/* The answer's view of it; points into @f and @p. */
struct result fetch_result(const struct fetched *f, const struct plan *p);

/* Gives the copies their names. */
int fetch_publish(struct fetched *f, struct err *e);

#endif
