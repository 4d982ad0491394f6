/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan - options, configuration and defaults, made into what is to be done: no side effects */
#ifndef DOMU_RUN_PLAN_H
#define DOMU_RUN_PLAN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "guest/diskspec.h"
#include "guest/entry.h"
#include "guest/subvol.h"
#include "guest/vdev.h"
#include "map/mapper.h"
#include "out/emitter.h"
#include "out/view.h"

#define OPTIONS_DISKS_MAX   64
#define OPTIONS_BACKING_MAX 32
#define OPTIONS_FILES_MAX   32

/*
 * What the command line and the configuration said, as they said it: strings belong to those who
 * read them.
 */
struct options {
	const char *entry, *root, *disks, *args, *kernel, *ramdisk;
	const char *disk[OPTIONS_DISKS_MAX]; /* --disk */
	unsigned int n_disk;
	const char *positional[OPTIONS_DISKS_MAX]; /* DISK, VDEV; or a disk each */
	unsigned int n_positional;
	const char *output, *output_format, *output_directory, *tmpdir, *config;
	mode_t tmpdir_mode; /* when it is made */
	const char *vm;	    /* which guest it is; nobody asks */
	const char *format; /* of what a command prints */
	bool colour;	    /* standard output is a terminal that may be coloured, */
	unsigned int width; /* with windows so wide; 0: it is none */
	const char *xl_dir, *libvirt_xml, *images; /* where many guests are found */
	uint64_t jobs;				   /* guests at a time; 0: as many as cores */
	uint64_t keep;				   /* versions of a guest's files */
	const char *mapper, *dirty, *filesystems, *reflink;
	const char *allow_backing[OPTIONS_BACKING_MAX];
	unsigned int n_allow_backing;
	uint64_t max_kernel_size, max_initrd_size, replay_limit; /* bytes */
	uint64_t runas;						 /* uid; 0: a nobody of ours */
	uint64_t timeout;					 /* seconds; 0: none */
	bool dry_run, any_kernel, decompress, not_in_use, checksum, resume, check;
	bool stamps;	       /* tell what changes when a file does; no option of its own */
	bool default_kernel;   /* is taken where no entry says which; no option of its own */
	const char *directory; /* where an extraction goes */
	const char *file[OPTIONS_FILES_MAX]; /* PATH, PATH:NAME */
	unsigned int n_files;
	bool modules, to_stdout;
	bool no_initrds; /* the extraction leaves them out; no option of its own */
	bool quiet, verbose, debug, help, version;
};

enum dirty { DIRTY_REPLAY, DIRTY_STALE, DIRTY_FAIL };

struct plan_disk {
	struct diskspec spec;
	bool named; /* the guest's name was given, not guessed */
};

#define PLAN_FILESYSTEMS_MAX 64

struct job; /* run/job.h */

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
	const char *args;	/* NULL: none */
	const char *output_dir; /* where the copies go; made when it is the default and missing, */
	mode_t make_output_dir; /* with this mode; 0: it must be there */
	const struct emitter *emitter;
	struct view view;	     /* of a command that has something to show */
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
	bool modules, to_stdout, no_initrds;
};

/* The built-in defaults, under the configuration and the command line. */
void options_defaults(struct options *o);

/*
 * Checks and completes. The plan refers to @o's strings, which must outlive it. -EINVAL with a step
 * of its own for each kind of mistake ("plan.entry", "plan.disks", "plan.format", ...), all of exit
 * code 2.
 */
int plan_make(const struct job *job, const struct options *o, struct plan *ret, struct err *e);

/*
 * Tells the plan on stderr, a line a fact (with -v, and for --dry-run -v); warns of what is allowed
 * and will not do.
 */
void plan_tell(const struct plan *p);

/* A command's: --format, and how it looks. Step "plan.view". */
int plan_view(const struct options *o, struct plan *p, struct err *e);

/* The main job's part of that: what is copied, where to, how it is answered. */
void plan_tell_copies(const struct plan *p);

/*
 * The part of it that is --filesystems: a list replaces the default one, "+NAME" adds to it. Step
 * "plan.filesystems".
 */
int plan_filesystems(const char *text, struct plan *p, struct err *e);

bool plan_allows(const struct plan *p, const char *fstype);

void plan_done(struct plan *p);

#endif
