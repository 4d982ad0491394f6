/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan - what a run is to do, checked and complete */
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
	bool named; /* its name in the guest was specified, not guessed */
};

#define PLAN_FILESYSTEMS_MAX 64

struct job; /* plan/job.h */

struct plan {
	const struct job *job;
	struct entry entry;  /* kernel NULL: no entry */
	struct devspec dev;  /* the entry's device, if entry.dev is set */
	struct devspec root; /* if has_root: from --root, or root= of the command line */
	bool has_root;
	/*
	 * "" or a mount option, from DEV[SUBVOL]; the root's may be rootflags= of the command line
	 */
	char dev_subvol[SUBVOL_MAX], root_subvol[SUBVOL_MAX];
	bool root_subvol_named; /* by --root: a root without subvolumes is an error */
	struct plan_disk *disk;
	size_t n_disks;
	bool may_be_several;	/* of the command list: the disks may be those of several guests */
	const char *args;	/* NULL: none */
	const char *output_dir; /* directory of the copies; created if it is the default */
	mode_t make_output_dir; /* and missing, with this mode; 0: must exist */
	const struct emitter *emitter;
	struct display view;	     /* how a command prints */
	const struct mapper *mapper; /* NULL: auto */
	enum dirty dirty;
	char filesystem[PLAN_FILESYSTEMS_MAX][32];
	unsigned int n_filesystems;
	const char *const *allow_backing; /* images may refer to files below these directories */
	unsigned int n_allow_backing;
	uint64_t max_kernel_size, max_initrd_size, replay_limit;
	uid_t runas;
	unsigned int timeout;
	bool dry_run, any_kernel, decompress, not_in_use, checksum, stamps;
	bool reflink; /* share blocks with the image if possible */

	/* for extract */
	const char *directory;	 /* NULL: standard output */
	const char *const *file; /* further files: PATH, PATH:NAME */
	unsigned int n_files;
	bool modules, to_stdout;
};

#endif
