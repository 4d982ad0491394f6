/* SPDX-License-Identifier: GPL-2.0-or-later */
/* options - the values of all options */
#ifndef DOMU_PLAN_OPTIONS_H
#define DOMU_PLAN_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#define DEFAULT_FILESYSTEMS "ext2 ext3 ext4 xfs btrfs vfat squashfs erofs iso9660 udf f2fs"
#define NOBODY		    65534 /* the reader's uid unless --runas is given */

#define OPTIONS_DISKS_MAX   64
#define OPTIONS_BACKING_MAX 32
#define OPTIONS_FILES_MAX   32
#define OPTIONS_JOBS_MAX    1024
#define OPTIONS_KEEP_MAX    1000

/*
 * The options as specified on the command line and in the configuration. The strings belong to the
 * code that read them.
 */
struct options {
	const char *entry, *root, *disks, *args, *kernel, *ramdisk;
	const char *disk[OPTIONS_DISKS_MAX]; /* --disk */
	unsigned int n_disk;
	const char *positional[OPTIONS_DISKS_MAX]; /* DISK, VDEV; or one disk each */
	unsigned int n_positional;
	const char *output, *output_format, *output_directory, *tmpdir, *config;
	mode_t tmpdir_mode;			   /* used if it is created */
	const char *vm;				   /* the guest's UUID; ignored */
	const char *format;			   /* of a command's output */
	bool colour;				   /* standard output is a terminal with colours, */
	unsigned int width;			   /* of this width in columns; 0: not a terminal */
	const char *xl_dir, *libvirt_xml, *images; /* sources of many guests */
	uint64_t jobs;				   /* guests at a time; 0: one per core */
	uint64_t keep;				   /* versions of a guest to keep */
	const char *mapper, *dirty, *filesystems, *reflink;
	const char *allow_backing[OPTIONS_BACKING_MAX];
	unsigned int n_allow_backing;
	uint64_t max_kernel_size, max_initrd_size, replay_limit; /* bytes */
	uint64_t runas;						 /* uid; 0: NOBODY */
	uint64_t timeout;					 /* seconds; 0: none */
	bool dry_run, any_kernel, decompress, not_in_use, checksum, resume, check;
	bool stamps;			     /* print stamps; set internally only */
	bool default_kernel;		     /* use it if there is no entry; set internally only */
	const char *directory;		     /* where extract, batch and sync write */
	const char *file[OPTIONS_FILES_MAX]; /* PATH, PATH:NAME */
	unsigned int n_files;
	bool modules, to_stdout;
	bool quiet, verbose, debug, help, help_all, version;
};

#endif
