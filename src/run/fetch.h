/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fetch - kernel and initrd, recognised and copied, but not published yet */
#ifndef DOMU_RUN_FETCH_H
#define DOMU_RUN_FETCH_H

#include "guest/kernel.h"
#include "out/emitter.h"
#include "run/guest.h"
#include "sys/publish.h"

/* What is in the outputs scope: anonymous files until publish_all(). */
struct fetched {
	struct result result;
	struct kernel_info kernel;
	struct publication *publication[2];
	unsigned int n;
	char kernel_guest_path[PATH_MAX],
		initrd_guest_path[PATH_MAX]; /* the tree is gone when the answer is read */
	char kernel_path[PATH_MAX + 80], initrd_path[PATH_MAX + 80];
	char kernel_source[80], initrd_source[80], kernel_fstype[32], initrd_fstype[32];
};

/*
 * Resolves both files, recognises the kernel, checks sizes and space, and copies (unless it is a
 * dry run). Steps "fetch.*".
 */
int fetch_all(struct scope *outputs, struct guest *g, struct fetched *ret, struct err *e);

/* Gives the copies their names. */
int publish_all(struct fetched *f, struct err *e);

#endif
