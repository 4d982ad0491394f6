/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fetch - identify and copy the kernel and the initrds, not yet under their final names */
#ifndef DOMU_KERNELS_FETCH_H
#define DOMU_KERNELS_FETCH_H

#include <stdbool.h>

#include "answer/emitter.h"
#include "guest/kernel.h"
#include "kernels/modules.h"
#include "publish/publish.h"
#include "source/source.h"
#include "syntax/entry.h"

/* One of the two copies: the kernel, or all initrds concatenated. */
struct fetched_file {
	const char *what;	  /* "kernel", "ramdisk": also the copy's name */
	struct result_file is;	  /* its path; in a dry run "<kernel:/boot/vmlinuz>" */
	struct publication *copy; /* owned by the outputs scope; NULL: not copied yet */
};

struct fetched {
	struct fetched_file file[2];
	unsigned int n; /* 2 if there is an initrd */
	struct kernel_info kernel;
	enum modules modules;
	bool unpacked; /* the copy is the uncompressed kernel */
	const char *mapper;
	bool in_use;  /* a disk that was needed may be written to by another process */
	bool differs; /* an earlier copy differed from what the guest has now */
};

/*
 * Resolve the entry's files, identify the kernel, check sizes and free space, and copy, unless it
 * is a dry run.
 * If *f holds copies of an earlier attempt, compare them with the guest's files, and copy again
 * only what differs.
 * Errors: -ENOEXEC, step "fetch.kernel", if the kernel's format is unknown; -EFBIG, step
 * "fetch.limit", if a file is too large; steps "fetch.*", "publish.*", "outdir.*"; those of
 * source.h and of the reader
 */
int fetch_all(struct scope *outputs, struct guest *g, struct fetched *f, struct err *e);

/* Describe an open file of the guest in *to. */
void fetch_describe(const struct source_file *from, struct result_part *to);

/* Build the result to print. It points into @f and @p. */
struct result fetch_result(const struct fetched *f, const struct plan *p);

/*
 * Give the copies their final names.
 * Errors: step "publish.link"
 */
int fetch_publish(struct fetched *f, struct err *e);

#endif
