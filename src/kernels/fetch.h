/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fetch - kernel and initrd, recognised and copied, but not published yet */
#ifndef DOMU_KERNELS_FETCH_H
#define DOMU_KERNELS_FETCH_H

#include <stdbool.h>

#include "answer/emitter.h"
#include "guest/kernel.h"
#include "kernels/modules.h"
#include "publish/publish.h"
#include "source/source.h"
#include "syntax/entry.h"

/* One of the two copies: the kernel, or all initrds one after the other. */
struct fetched_file {
	const char *what;	  /* "kernel", "ramdisk": also the copy's name */
	struct result_file is;	  /* its path, of a dry run "<kernel:/boot/vmlinuz>" */
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

/* What is known of an open file of the guest's. */
void fetch_describe(const struct source_file *from, struct result_part *to);

/* The answer's view of it; points into @f and @p. */
struct result fetch_result(const struct fetched *f, const struct plan *p);

/* Gives the copies their names. */
int fetch_publish(struct fetched *f, struct err *e);

#endif
