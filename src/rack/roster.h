/* SPDX-License-Identifier: GPL-2.0-or-later */
/* roster - the guests that a command works on, wherever their list comes from */
#ifndef DOMU_RACK_ROSTER_H
#define DOMU_RACK_ROSTER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* Strings malloc'ed; NULL: the source does not say. */
struct rack_guest {
	char *name; /* fit for a directory's name; NULL: not even that could be read */
	char *from; /* where it stands, for messages: "'guests.json' line 3" */
	char *entry, *root, *args, *kernel, *ramdisk; /* as the options of these names */
	char *disks;				      /* as --disks takes them */
	char **disk;				      /* as --disk takes them, one each */
	size_t n_disk;
	char **word; /* more options, as a toolstack hands them to a bootloader */
	size_t n_word;
	const char *no_entry; /* why what it says of a kernel does not count; not malloc'ed */
	struct err wrong; /* code < 0: it can't be understood; it counts as a guest that failed */
};

struct roster {
	struct rack_guest *guest;
	size_t n;
};

#define ROSTER_MAX	65536
#define ROSTER_FILE_MAX (4 << 20) /* bytes of a list's line, and of a file that is one guest's */

/*
 * Another guest at the end, all but @from empty; the pointer holds until the next one comes. NULL
 * with *e, step "roster.add".
 */
struct rack_guest *roster_add(struct roster *r, const char *from, struct err *e);

/* Takes the last one out again. */
void roster_drop_last(struct roster *r);

/* One text more in one of the guest's lists; @text is copied. -ENOMEM. */
int roster_append(char ***list, size_t *n, const char *text);

/*
 * Gives the guest the name that @text says, made fit for a directory: '/', a leading '.', control
 * characters and what is not UTF-8 become '_'. Empty or longer than 200 bytes is the guest's error,
 * step "roster.name".
 */
void roster_name(struct rack_guest *g, const char *text);

/* The same with a file's name, without @suffix (NULL: without what stands behind its last dot). */
void roster_name_after(struct rack_guest *g, const char *path, const char *suffix);

/*
 * One guest more, under the same directory as one before, would overwrite it: each but the first is
 * wrong, step "roster.twice". -ENOMEM.
 */
int roster_check(struct roster *r, struct err *e);

void roster_done(struct roster *r);

/*
 * The sources. What concerns one guest is that guest's error (rack_guest.wrong), with line and
 * column where there is one; *e tells what concerns the whole source. Steps "roster.*", "lines.*",
 * "xlcfg.parse", "libvirt.parse".
 */

/* Lines of JSON: {"name": ..., "disks": [...], "entry": ..., ...}; "-" is standard input. */
int roster_from_lines(struct roster *r, const char *path, struct err *e);

/* A directory of configurations for xl or xend: each file that assigns "disk", and is no HVM. */
int roster_from_xl(struct roster *r, const char *dir, struct err *e);

/* A domain of libvirt's, or a directory of *.xml. */
int roster_from_libvirt(struct roster *r, const char *path, struct err *e);

/* Images by a glob: each is a guest with one disk, called as the file without its suffix. */
int roster_from_images(struct roster *r, const char *glob, struct err *e);

/* ---- for the sources ---- */

/*
 * Calls @each with the path of every file of the directory, in the order of their names, hidden
 * ones and those that end in '~' left out; or with @path itself, when it is a file. *e is the
 * directory's own error; negative from @each ends it.
 */
typedef int (*roster_file_fn)(struct roster *r, const char *path, struct err *e);
int roster_each_file(
	struct roster *r, const char *path, const char *suffix, roster_file_fn each, struct err *e);

/*
 * A small text file as a whole, malloc'ed, NUL-ended and without one inside. Step "roster.read".
 */
int roster_read(const char *path, char **ret, struct err *e);

/* The same of an open file, from its begin: negative errno. */
int roster_read_text(int fd, char **ret);

/*
 * Whether the guest's bootloader (NULL: it names none) is domUloader or takes its options as pygrub
 * does. Else its arguments are another one's, and its kernel is the host's: no_entry.
 */
bool roster_bootloader(
	struct rack_guest *g, const char *bootloader, bool has_arguments, bool has_kernel);

#endif
