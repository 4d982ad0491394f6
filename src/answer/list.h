/* SPDX-License-Identifier: GPL-2.0-or-later */
/* list - print what is on a guest's disks: tables for people, one JSON object for scripts */
#ifndef DOMU_ANSWER_LIST_H
#define DOMU_ANSWER_LIST_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "answer/display.h"
#include "base/err.h"

#define LIST_PATH_MAX	512 /* longer paths in the guest are skipped */
#define LIST_ROOT_MAX	520 /* for names as "xvda2[@]" */
#define LIST_MOUNTS_MAX 8
#define LIST_LINKS_MAX	4

struct list_disk {
	const char *path; /* on this host; owned by the plan */
	const char *vdev; /* "xvda"; owned by the plan */
	uint64_t size;	  /* bytes */
	char table[16];	  /* "gpt", "dos"; "" if none */
	unsigned int sector_size;
	bool in_use; /* may be written by others */
};

/* A mount of a volume in a guest's fstab. */
struct list_mount {
	char guest_root[LIST_ROOT_MAX]; /* as in struct list_kernel */
	char guest_target[256];
	char guest_subvol[256]; /* "" or "subvol=..." */
};

/* A volume: a partition, a whole disk, or a logical volume. */
struct list_volume {
	unsigned int disk;   /* index of the disk, from 0 */
	char name[256];	     /* the guest's name, as "xvda2" */
	bool is_logical;     /* an LVM volume, which may span several disks */
	unsigned int number; /* the partition's number; 0 if it is none */
	uint64_t start, size;
	char partuuid[40];
	char guest_partlabel[160];
	char type[32]; /* "ext4", "swap"; "" if unknown */
	char guest_uuid[64];
	char guest_label[256];
	const char *journal; /* "clean", "replayed", "stale"; NULL if it was not mounted */
	char problem[900];   /* why it was not searched; "" if none */
	bool is_root;	     /* has an /etc/fstab */
	bool reached;	     /* was used to reach a root's kernels */
	struct list_mount mount[LIST_MOUNTS_MAX];
	unsigned int n_mounts;
};

struct list_kernel {
	char guest_root[LIST_ROOT_MAX]; /* the root with the fstab that was followed: "xvda2",
					   "xvda2[@]"; "" if none */
	char source[256];		/* the volume with the file */
	char guest_path[LIST_PATH_MAX];
	char guest_file[LIST_PATH_MAX]; /* canonical: the same path, or a symlink's target */
	char guest_link[LIST_LINKS_MAX][LIST_PATH_MAX];
	unsigned int n_links;
	uint64_t size; /* bytes */
	const char *kind;
	char version[128], release[128], compression[16], arch[16]; /* "" if unknown */
	char guest_initrd[LIST_PATH_MAX];			    /* "" if none matches */
	uint64_t initrd_size;
	char guest_modules[LIST_PATH_MAX];	   /* directory; "" if none */
	char guest_entry[2 * LIST_PATH_MAX + 264]; /* for --entry=; "" if impossible */

	bool needs_root; /* also requires --root=, as there are several */
	bool is_default; /* the default of "extract" without --entry */
};

struct list {
	struct list_disk *disk;
	struct list_volume *volume; /* in the order of the disks */
	struct list_kernel **kernel;
	size_t n_disks, n_volumes, n_kernels;
	const char *mapper;
	bool in_use; /* a disk may be written by others */
	bool more;   /* more kernels than are listed */
};

/*
 * Print the list. The guest's text is quoted as text, and made valid UTF-8 in JSON.
 * Returns: answer_list_json(): 0; or -ENOMEM, step "emit.value"
 */
void answer_list_text(FILE *to, const struct list *l, const struct display *view);
int answer_list_json(FILE *to, const struct list *l, struct err *e);

#endif
