/* SPDX-License-Identifier: GPL-2.0-or-later */
/* entry_meant - correct a mistyped entry */
#include "syntax/entry_meant.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "syntax/vdev.h"

/* Accepts only words that are clearly devices: "linux5" may be a directory. */
static bool entry_meant_is_device(const char *text, size_t len)
{
	char word[sizeof(((struct devspec *)0)->value)];
	struct devspec dev;

	if (len >= sizeof(word))
		return false;
	snprintf(word, sizeof(word), "%.*s", (int)len, text);
	if (devspec_parse(word, &dev, NULL) < 0 || dev.kind == DEVSPEC_FOREIGN)
		return false;
	return dev.kind != DEVSPEC_NAME || dev.part || vdev_lettered(dev.value);
}

size_t entry_meant_device(const char *text)
{
	for (const char *slash = strchr(text, '/'); slash; slash = strchr(slash + 1, '/'))
		if (slash > text && slash[1] && entry_meant_is_device(text, (size_t)(slash - text)))
			return (size_t)(slash - text);
	return 0;
}

/* pygrub's entry may be a number or a title. */
static bool may_be_an_entry(const char *text)
{
	return *text != ',' && !strchr(text, ' ') && text[strspn(text, "0123456789")];
}

const char *entry_meant(const char *text, size_t dev_len, char *to, size_t size)
{
	const char *path = text;
	int dev = (int)dev_len;

	*to = '\0';
	if (!may_be_an_entry(text))
		return to;
	if (dev)
		text_add(to, size, "%.*s:", dev, text);
	for (;;) {
		const char *end = path + strcspn(path, ",");

		if (dev && !strncmp(path, text, dev_len) && strspn(path + dev, ":/"))
			path += dev_len + (path[dev] == ':');
		text_add(to, size, "%s%.*s", path < end && *path != '/' ? "/" : "",
			(int)(end - path), path);
		path = end;
		if (!*path)
			return to;
		text_add(to, size, ",");
		path++;
	}
}
