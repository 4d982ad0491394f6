/* SPDX-License-Identifier: GPL-2.0-or-later */
/* roster - the list of guests that a command works on, from any source */
#ifndef DOMU_RACK_ROSTER_H
#define DOMU_RACK_ROSTER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* Strings are malloc'ed; NULL if the source does not specify them. */
struct rack_guest {
	char *name; /* usable as a directory name; NULL: unreadable */
	char *from; /* its origin, for messages: "'guests.json' line 3" */
	char *entry, *root, *args, *kernel, *ramdisk; /* as the options of these names */
	char *disks;				      /* as for --disks */
	char **disk;				      /* as for --disk, one each */
	size_t n_disk;
	char **word; /* further options, as a toolstack passes them to a bootloader */
	size_t n_word;
	const char *no_entry; /* why its kernel setting does not count; a literal */
	struct err wrong;     /* code < 0: invalid; the guest counts as failed */
};

struct roster {
	struct rack_guest *guest;
	size_t n;
	size_t hvm; /* HVM guests, which have no bootloader and are skipped */
};

#define ROSTER_MAX	65536
#define ROSTER_FILE_MAX (4 << 20) /* bytes; for a line of a list, or the file of one guest */

/*
 * Append a guest, empty except for @from.
 * Returns: the guest, valid until the next call; or NULL, with *e set, step "roster.add"
 */
struct rack_guest *roster_add(struct roster *r, const char *from, struct err *e);

/* Remove the last guest, which is an HVM guest. */
void roster_drop_hvm(struct roster *r);

/*
 * Append a copy of @text to one of a guest's lists.
 * Errors: -ENOMEM
 */
int roster_append(char ***list, size_t *n, const char *text);

/*
 * Set the guest's name to @text, made usable as a directory name: '/', a leading '.', control
 * characters and invalid UTF-8 become '_'. If it is empty or longer than 200 bytes, set the guest's
 * error, step "roster.name".
 */
void roster_name(struct rack_guest *g, const char *text);

/* Set the guest's name to a file's base name without @suffix; NULL: without its extension. */
void roster_name_after(struct rack_guest *g, const char *path, const char *suffix);

/*
 * Set the error of each guest whose name an earlier one has, step "roster.twice": they would share
 * a directory.
 * Errors: -ENOMEM
 */
int roster_check(struct roster *r, struct err *e);

void roster_done(struct roster *r);

/*
 * Sources of guests. An error in one guest goes to its rack_guest.wrong, with line and column if
 * known. Only an error of the whole source fails.
 * Errors: steps "roster.*", "lines.*"; in a guest also "xlcfg.parse", "libvirt.parse"
 */

/* JSON lines: {"name": ..., "disks": [...], "entry": ..., ...}; "-" reads standard input. */
int roster_from_lines(struct roster *r, const char *path, struct err *e);

/* A directory of xl or xend configurations: each file that assigns "disk", except HVM guests. */
int roster_from_xl(struct roster *r, const char *dir, struct err *e);

/* A libvirt domain, or a directory of *.xml. */
int roster_from_libvirt(struct roster *r, const char *path, struct err *e);

/*
 * Images that match a glob. Each is a guest with one disk, named after the file without its
 * extension.
 */
int roster_from_images(struct roster *r, const char *glob, struct err *e);

/* ---- for the sources ---- */

/*
 * Call @each for every file in a directory, sorted by name, except hidden ones and those ending in
 * '~'; or for @path itself if it is a file. A negative result of @each ends it.
 * Errors: steps "roster.stat", "roster.list"; those of @each
 */
typedef int (*roster_file_fn)(struct roster *r, const char *path, struct err *e);
int roster_each_file(
	struct roster *r, const char *path, const char *suffix, roster_file_fn each, struct err *e);

/*
 * Read a text file of at most ROSTER_FILE_MAX bytes. NUL bytes are refused.
 * @ret: malloc'ed, ends with NUL
 * Errors: steps "roster.read", "roster.read_text"
 */
int roster_read(const char *path, char **ret, struct err *e);

/* Read the text of an open file from its start in the same way. Returns 0 or a negative errno. */
int roster_read_text(int fd, char **ret);

/*
 * Whether the guest's bootloader is domUloader or takes the same options, as pygrub does. If not,
 * its arguments and kernel do not count: the arguments are for another program, the kernel is a
 * file of the host.
 * @bootloader: NULL if none is specified; g->no_entry then says why no entry exists
 */
bool roster_bootloader(
	struct rack_guest *g, const char *bootloader, bool has_arguments, bool has_kernel);

#endif
