/* SPDX-License-Identifier: GPL-2.0-or-later */
/* options - one table: name, argument, help, setter */
#ifndef DOMU_PLAN_OPTIONS_H
#define DOMU_PLAN_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#define DEFAULT_FILESYSTEMS "ext2 ext3 ext4 xfs btrfs vfat squashfs erofs iso9660 udf f2fs"
#define NOBODY		    65534 /* the reader's uid where none is named */

#define OPTIONS_DISKS_MAX   64
#define OPTIONS_BACKING_MAX 32
#define OPTIONS_FILES_MAX   32
#define OPTIONS_JOBS_MAX    1024

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
	bool quiet, verbose, debug, help, help_all, version;
};

#endif
