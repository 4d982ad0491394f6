/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan - options, configuration and defaults, made into what is to be done: no side effects */
#ifndef DOMU_PLAN_PLAN_H
#define DOMU_PLAN_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "answer/display.h"
#include "syntax/diskspec.h"
#include "syntax/entry.h"
#include "syntax/subvol.h"
#include "syntax/vdev.h"

struct emitter; /* answer/emitter.h */
struct mapper;	/* map/mapper.h */
struct options; /* plan/options.h */

enum dirty { DIRTY_REPLAY, DIRTY_STALE, DIRTY_FAIL };

struct plan_disk {
	struct diskspec spec;
	bool named; /* the guest's name was given, not guessed */
};

#define PLAN_FILESYSTEMS_MAX 64

struct job; /* plan/job.h */

struct plan {
	const struct job *job;
	struct entry entry;  /* kernel NULL: none was named */
	struct devspec dev;  /* of the entry, when entry.dev is set */
	struct devspec root; /* when has_root: --root, or root= of the command line */
	bool has_root;
	/* "" or a mount option: of DEV[SUBVOL]; the root's may be rootflags' of the command line */
	char dev_subvol[SUBVOL_MAX], root_subvol[SUBVOL_MAX];
	bool root_subvol_named; /* in --root: a root without subvolumes is an error */
	struct plan_disk *disk;
	size_t n_disks;
	bool may_be_several;	/* of a list: each disk may be another guest's */
	const char *args;	/* NULL: none */
	const char *output_dir; /* where the copies go; made when it is the default and missing, */
	mode_t make_output_dir; /* with this mode; 0: it must be there */
	const struct emitter *emitter;
	struct display view;	     /* of a command that has something to show */
	const struct mapper *mapper; /* NULL: auto */
	enum dirty dirty;
	char filesystem[PLAN_FILESYSTEMS_MAX][32];
	unsigned int n_filesystems;
	const char *const *allow_backing; /* directories below which images may refer to files */
	unsigned int n_allow_backing;
	uint64_t max_kernel_size, max_initrd_size, replay_limit;
	uid_t runas;
	unsigned int timeout;
	bool dry_run, any_kernel, decompress, not_in_use, checksum, stamps;
	bool reflink; /* blocks may be shared */

	/* of an extraction */
	const char *directory;	 /* NULL: to standard output */
	const char *const *file; /* beside kernel and initrds: PATH, PATH:NAME */
	unsigned int n_files;
	bool modules, to_stdout;
};

#endif
