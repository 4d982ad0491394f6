/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tag - the tag that identifies a run, in the kernel and in file names */
#include "publish/tag.h"

#include <ctype.h>
#include <errno.h>
#include <stddef.h>
#include <sys/random.h>

int tag_make(char tag[TAG_LENGTH + 1])
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
	unsigned char random[TAG_LENGTH];

	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		return -errno;
	for (size_t i = 0; i < TAG_LENGTH; i++)
		tag[i] = letters[random[i] % (sizeof(letters) - 1)];
	tag[TAG_LENGTH] = '\0';
	return 0;
}

const char *tag_end(const char *text)
{
	for (int i = 0; i < TAG_LENGTH; i++)
		if (!isalnum((unsigned char)*text++))
			return NULL;
	return text;
}
