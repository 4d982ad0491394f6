/* SPDX-License-Identifier: GPL-2.0-or-later */
/* entry - [DEV:]KERNEL[,INITRD] */
#include "guest/entry.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/quote.h"
#include "base/step.h"

#define EXPECTED "expected [DEV:]KERNEL[,INITRD], as in hda2:/boot/vmlinuz,/boot/initrd"

/* Records what is wrong with @text; a value of its own, since @e may be NULL. */
#define BAD(e, text, ...)                                                                          \
	(FAIL((e), -EINVAL, "entry.parse", "%s", QUOTE(text)), err_detail((e), __VA_ARGS__),       \
		-EINVAL)

static const char *dev_end(const char *text)
{
	const char *end = NULL;

	for (const char *c = strstr(text, ":/"); c; c = strstr(c + 1, ":/"))
		end = c;
	return end ? end : strrchr(text, ':');
}

static int check_bytes(const char *text, struct err *e)
{
	for (const char *c = text; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			return BAD(e, text, "a control character at column %td; " EXPECTED,
				c - text + 1);
	return 0;
}

static int check_start(const char *text, const char *colon, struct err *e)
{
	if (!*text)
		return BAD(e, text, "it is empty; " EXPECTED);
	if (colon == text)
		return BAD(e, text, "no device before the ':'; " EXPECTED);
	if (!colon && *text != '/')
		return BAD(e, text,
			"neither DEV: nor a leading '/', any other word is reserved; " EXPECTED);
	return 0;
}

/* With the '/' that absolute() adds. */
static bool too_long(const char *path, size_t len)
{
	return len + (*path != '/') >= PATH_MAX;
}

static int check_paths(const char *text, const char *paths, bool has_dev, struct err *e)
{
	const char *comma = strchr(paths, ',');
	size_t kernel_len = comma ? (size_t)(comma - paths) : strlen(paths);

	if (kernel_len == 0)
		return BAD(e, text, "no kernel; " EXPECTED);
	if (comma && strchr(comma + 1, ','))
		return BAD(e, text, "more than one ',' in the paths; " EXPECTED);
	if (comma && comma[1] && comma[1] != '/' && !has_dev)
		return BAD(e, text, "the initrd's path must begin with '/'; " EXPECTED);
	if (too_long(paths, kernel_len) || (comma && too_long(comma + 1, strlen(comma + 1))))
		return BAD(e, text, "a path of %d bytes or more", PATH_MAX);
	return 0;
}

static char *absolute(const char *path, size_t len)
{
	char *to;

	return asprintf(&to, "%s%.*s", *path == '/' ? "" : "/", (int)len, path) < 0 ? NULL : to;
}

static int copy_parts(const char *text, const char *colon, struct entry *to)
{
	const char *paths = colon ? colon + 1 : text;
	const char *comma = strchrnul(paths, ',');

	to->kernel = absolute(paths, (size_t)(comma - paths));
	if (!to->kernel)
		return -ENOMEM;
	if (colon && !(to->dev = strndup(text, (size_t)(colon - text))))
		return -ENOMEM;
	if (*comma && comma[1] && !(to->initrd = absolute(comma + 1, strlen(comma + 1))))
		return -ENOMEM;
	return 0;
}

int entry_parse(const char *text, struct entry *ret, struct err *e)
{
	const char *colon = dev_end(text);
	struct entry entry = {0};
	int r = check_bytes(text, e);

	if (r == 0)
		r = check_start(text, colon, e);
	if (r == 0)
		r = check_paths(text, colon ? colon + 1 : text, colon, e);
	if (r < 0)
		return r;
	if (copy_parts(text, colon, &entry) < 0) {
		entry_done(&entry);
		return FAIL(e, -ENOMEM, "entry.parse", "%s", QUOTE(text));
	}
	*ret = entry;
	return 0;
}

void entry_done(struct entry *entry)
{
	free(entry->dev);
	free(entry->kernel);
	free(entry->initrd);
	*entry = (struct entry){0};
}
