/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bootname - file names of kernels, initrds and module directories in distributions */
#include "guest/bootname.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"

static const char *const kernels[] = {
	"vmlinuz", "vmlinux", "bzImage", "Image", "kernel", "linux", "xen-kernel"};

/* The initrd's name before and after the part that it shares with the kernel's. */
static const struct {
	const char *before, *after;
} initrds[] = {
	{"initrd.img", ""},    /* Debian, Ubuntu */
	{"initramfs", ".img"}, /* Fedora, RHEL, Arch, Gentoo */
	{"initrd", ""},	       /* SUSE */
	{"initramfs", ""},     /* Alpine */
	{"initrd", ".img"},
	{"initrd", ".gz"},
};

/* Return the part after the kernel's word: "-6.1.0", ".old", "". NULL if it is no kernel's name. */
static const char *rest_of(const char *guest_name)
{
	for (size_t i = 0; i < COUNT(kernels); i++) {
		size_t len = strlen(kernels[i]);

		if (!strncmp(guest_name, kernels[i], len))
			return guest_name + len;
	}
	return NULL;
}

/* Return the length without a suffix for compression. */
static size_t length_of(const char *rest)
{
	static const char *const endings[] = {".gz", ".xz", ".zst", ".lz4", ".efi"};
	size_t len = strlen(rest);

	for (size_t i = 0; i < COUNT(endings); i++) {
		size_t n = strlen(endings[i]);

		if (len >= n && !strcmp(rest + len - n, endings[i]))
			return len - n;
	}
	return len;
}

bool bootname_is_kernel(const char *guest_name)
{
	return rest_of(guest_name);
}

bool bootname_initrd(const char *guest_name, unsigned int i, char *to, size_t size)
{
	const char *rest = rest_of(guest_name);
	int n;

	if (!rest || i >= COUNT(initrds))
		return false;
	n = snprintf(to, size, "%s%.*s%s", initrds[i].before, (int)length_of(rest), rest,
		initrds[i].after);
	if (n < 0 || (size_t)n >= size)
		*to = '\0';
	return true;
}

/* Only characters used by package managers: this becomes the name of a directory on the host. */
static bool is_release(const char *text, size_t len)
{
	if (len == 0 || *text == '.')
		return false;
	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)text[i]) && !strchr("._+~-", text[i]))
			return false;
	return true;
}

void bootname_release(const char *guest_name, char *to, size_t size)
{
	const char *rest = rest_of(guest_name);
	size_t len;

	*to = '\0';
	if (!rest || *rest != '-')
		return;
	len = length_of(rest + 1);
	if (len < size && is_release(rest + 1, len))
		snprintf(to, size, "%.*s", (int)len, rest + 1);
}
