/* SPDX-License-Identifier: GPL-2.0-or-later */
/* manifest_compare - compare a guest with the manifest in its directory */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "answer/jsontext.h"
#include "base/own.h"
#include "base/quote.h"
#include "base/step.h"
#include "rack/manifest.h"
#include "rack/roster.h"

/* A manifest's path; a directory's is shorter than PATH_MAX. */
#define PATH_SIZE (PATH_MAX + sizeof("/" MANIFEST_FILE))

static bool manifest_compare_is_same(struct json_object *a, struct json_object *b, const char *key)
{
	return !strcmp(jsontext_of(a, key), jsontext_of(b, key));
}

/* ---- one file ---- */

/* A file of several parts has one stamp for each. */
static bool same_stamps(struct json_object *a, struct json_object *b)
{
	struct json_object *x = jsontext_member(a, "parts"), *y = jsontext_member(b, "parts");
	size_t n = x ? json_object_array_length(x) : 0;

	if (!*jsontext_of(a, "stamp") || !manifest_compare_is_same(a, b, "stamp") ||
		!manifest_compare_is_same(a, b, "guest_path") ||
		n != (y ? json_object_array_length(y) : 0))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!manifest_compare_is_same(json_object_array_get_idx(x, i),
			    json_object_array_get_idx(y, i), "stamp"))
			return false;
	return true;
}

static bool manifest_compare_same_file(struct json_object *a, struct json_object *b, bool by_digest)
{
	if (!a || !b)
		return a == b;
	return by_digest ? *jsontext_of(a, "sha256") && manifest_compare_is_same(a, b, "sha256")
			 : same_stamps(a, b);
}

/* Describe a file in printable ASCII: "/boot/vmlinuz-6.1.0 (6.1.0)". */
static void manifest_compare_describe(struct json_object *file, char *to, size_t size)
{
	const char *version = jsontext_of(file, "version");
	int len = (int)strcspn(version, " ");

	if (!file)
		snprintf(to, size, "none");
	else
		snprintf(to, size, "%.80s%s%.*s%s", jsontext_of(file, "guest_path"),
			len ? " (" : "", len > 60 ? 60 : len, version, len ? ")" : "");
	quote_flatten(to);
}

static bool differs(struct json_object *here, struct json_object *there, const char *key,
	const char *name, bool by_digest, char *why, size_t size)
{
	struct json_object *a = jsontext_member(here, key), *b = jsontext_member(there, key);
	char old[160], new[160];

	if (manifest_compare_same_file(a, b, by_digest))
		return false;
	manifest_compare_describe(a, old, sizeof(old));
	manifest_compare_describe(b, new, sizeof(new));
	if (strcmp(old, new) != 0)
		snprintf(why, size, "the guest's %s is %s, here is %s", name, new, old);
	else
		snprintf(why, size, "the guest's %s %s has changed", name, new);
	return true;
}

/* The copies must still have the recorded sizes. */
static bool is_damaged(
	const char *dir, struct json_object *here, const char *key, char *why, size_t size)
{
	struct json_object *file = jsontext_member(here, key);
	char path[PATH_MAX];
	struct stat st;

	if (!file)
		return false;
	snprintf(path, sizeof(path), "%s/%s", dir, jsontext_of(file, "file"));
	if (stat(path, &st) == 0 &&
		st.st_size == json_object_get_int64(jsontext_member(file, "size")))
		return false;
	snprintf(why, size, "%s here does not match its manifest", jsontext_of(file, "file"));
	quote_flatten(why);
	return true;
}

static enum manifest_match match(const char *dir, struct json_object *here,
	struct json_object *there, bool by_digest, char *why, size_t size)
{
	*why = '\0'; /* a difference by stamp may be none by digest */
	if (differs(here, there, "kernel", "kernel", by_digest, why, size) ||
		differs(here, there, "ramdisk", "initrd", by_digest, why, size) ||
		is_damaged(dir, here, "kernel", why, size) ||
		is_damaged(dir, here, "ramdisk", why, size))
		return MANIFEST_DIFFERENT;
	if (by_digest && !manifest_compare_is_same(jsontext_member(here, MANIFEST_MODULES),
				 jsontext_member(there, MANIFEST_MODULES), "sha256")) {
		snprintf(why, size, "the guest's modules have changed");
		return MANIFEST_DIFFERENT;
	}
	if (manifest_compare_is_same(here, there, "args"))
		return MANIFEST_SAME;
	snprintf(why, size, "the command line has changed");
	return MANIFEST_DIFFERENT;
}

/* ---- the manifest ---- */

static int read_file(const char *path, char **ret)
{
	own_fd int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	return roster_read_text(fd, ret);
}

static int manifest_load(const char *dir, char **ret, struct err *e)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "%s/" MANIFEST_FILE, dir);
	return STEP_OURS(e, "manifest.open", QUOTE(path), read_file(path, ret));
}

int manifest_compare(const char *dir, const char *answer, bool by_digest, bool modules, char *why,
	size_t size, struct err *e)
{
	own_free char *text = NULL;
	struct json_object *here, *there;
	int r = manifest_load(dir, &text, e);

	if (r < 0)
		return r;
	if (!text) {
		snprintf(why, size, "not extracted yet");
		return MANIFEST_NONE;
	}
	here = json_tokener_parse(text);
	there = json_tokener_parse(answer);
	r = STEP_OURS(e, "manifest.parse", QUOTE(dir),
		here && there ? (int)match(dir, here, there, by_digest, why, size) : -EBADMSG);
	if (r == MANIFEST_SAME && modules && !jsontext_member(here, MANIFEST_MODULES))
		r = MANIFEST_DIFFERENT; /* modules were not requested before */
	json_object_put(here);
	json_object_put(there);
	return r;
}

int manifest_renew(const char *from_dir, const char *dir, struct err *e)
{
	char from[PATH_SIZE], to[PATH_SIZE];

	snprintf(from, sizeof(from), "%s/" MANIFEST_FILE, from_dir);
	snprintf(to, sizeof(to), "%s/" MANIFEST_FILE, dir);
	return STEP(e, "manifest.renew", QUOTE(dir), rename(from, to));
}
