/* SPDX-License-Identifier: GPL-2.0-or-later */
/* list - what is on a guest's disks: tables for people, one object for scripts */
#ifndef DOMU_ANSWER_LIST_H
#define DOMU_ANSWER_LIST_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "answer/display.h"
#include "base/err.h"

#define LIST_PATH_MAX	512 /* a longer path in the guest is passed over */
#define LIST_ROOT_MAX	520 /* "xvda2[@]" */
#define LIST_MOUNTS_MAX 8
#define LIST_LINKS_MAX	4

struct list_disk {
	const char *path; /* on this host; the plan's */
	const char *vdev; /* "xvda"; the plan's */
	uint64_t size;	  /* bytes */
	char table[16];	  /* "gpt", "dos"; "" none */
	unsigned int sector_size;
	bool in_use; /* somebody else may be writing to it */
};

/* Where a guest's fstab has it mounted. */
struct list_mount {
	char guest_root[LIST_ROOT_MAX]; /* as of a kernel */
	char guest_target[256];
	char guest_subvol[256]; /* "", or "subvol=..." */
};

/* What may hold a filesystem: a partition, a whole disk, a logical volume. */
struct list_volume {
	unsigned int disk;   /* which of the disks, from 0 */
	char name[256];	     /* as the guest calls it: "xvda2" */
	bool is_logical;     /* of LVM: it may lie on several disks */
	unsigned int number; /* of the partition; 0: it is none */
	uint64_t start, size;
	char partuuid[40];
	char guest_partlabel[160];
	char type[32]; /* "ext4", "swap"; "" nothing known */
	char guest_uuid[64];
	char guest_label[256];
	const char *journal; /* "clean", "replayed", "stale"; NULL: it was not mounted */
	char problem[900];   /* why it was not looked into; "" none */
	bool is_root;	     /* it holds an /etc/fstab */
	bool reached;	     /* by the way to a root's kernels */
	struct list_mount mount[LIST_MOUNTS_MAX];
	unsigned int n_mounts;
};

struct list_kernel {
	char guest_root[LIST_ROOT_MAX]; /* the root whose fstab was followed, "xvda2", "xvda2[@]";
					   "" none */
	char source[256];		/* the volume that holds the file */
	char guest_path[LIST_PATH_MAX];
	char guest_file[LIST_PATH_MAX]; /* canonical: the same, or where a symlink leads */
	char guest_link[LIST_LINKS_MAX][LIST_PATH_MAX];
	unsigned int n_links;
	uint64_t size; /* bytes */
	const char *kind;
	char version[128], release[128], compression[16], arch[16]; /* "" unknown */
	char guest_initrd[LIST_PATH_MAX];			    /* "" none that matches */
	uint64_t initrd_size;
	char guest_modules[LIST_PATH_MAX];	   /* the directory, "" none */
	char guest_entry[2 * LIST_PATH_MAX + 264]; /* of --entry=; "" none that could be written */

	bool needs_root; /* beside it --root= is wanted: there are several */
	bool is_default; /* what "extract" takes without --entry */
};

struct list {
	struct list_disk *disk;
	struct list_volume *volume; /* in the order of the disks */
	struct list_kernel **kernel;
	size_t n_disks, n_volumes, n_kernels;
	const char *mapper;
	bool in_use; /* one of the disks may be written to by somebody else */
	bool more;   /* kernels than are listed */
};

/*
 * Write all of it to @to. Guest's text goes through quotes in the one, and is made UTF-8 in the
 * other. JSON: step "emit.value" for want of memory.
 */
void answer_list_text(FILE *to, const struct list *l, const struct display *view);
int answer_list_json(FILE *to, const struct list *l, struct err *e);

#endif
