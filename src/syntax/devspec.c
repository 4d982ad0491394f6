/* SPDX-License-Identifier: GPL-2.0-or-later */
/* devspec - parse the device in an fstab line, a root= or an entry */
#include "syntax/vdev.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/quote.h"
#include "base/step.h"
#include "base/text.h"

#define BAD(e, text, ...)                                                                          \
	(FAIL((e), -EINVAL, "vdev.parse", "%s", QUOTE(text)), err_detail((e), __VA_ARGS__), -EINVAL)

static const struct {
	const char *key;
	const char *folder; /* of /dev/disk */
	enum devspec_kind kind;
} links[] = {
	{"UUID", "by-uuid", DEVSPEC_UUID},
	{"LABEL", "by-label", DEVSPEC_LABEL},
	{"PARTUUID", "by-partuuid", DEVSPEC_PARTUUID},
	{"PARTLABEL", "by-partlabel", DEVSPEC_PARTLABEL},
	{"ID", "by-id", DEVSPEC_PATH},
};

#define LVM_LINK "by-id/dm-uuid-LVM-" /* as written to fstab by installers */

/* Decode the escape at @c (udev's \xHH, fstab's \ooo). Returns its length, or 0 if it is none. */
static size_t devspec_read_escape(const char *c, char *ret)
{
	unsigned int n = 0;

	if (c[0] != '\\')
		return 0;
	if (c[1] == 'x' && isxdigit((unsigned char)c[2]) && isxdigit((unsigned char)c[3])) {
		char hex[3] = {c[2], c[3], '\0'};

		*ret = (char)strtoul(hex, NULL, 16);
		return 4;
	}
	for (int i = 1; i <= 3; i++) {
		if (c[i] < '0' || c[i] > '7')
			return 0;
		n = n * 8 + (unsigned int)(c[i] - '0');
	}
	*ret = (char)n;
	return 4;
}

static void unescape(char *text)
{
	char *to = text, one;

	while (*text) {
		size_t n = devspec_read_escape(text, &one);

		/* An escaped NUL would end the name early: keep it as written. */
		if (n && one) {
			*to++ = one;
			text += n;
		} else {
			*to++ = *text++;
		}
	}
	*to = '\0';
}

static void unquote(char *text)
{
	size_t len = strlen(text);

	if (len >= 2 && (text[0] == '"' || text[0] == '\'') && text[len - 1] == text[0]) {
		memmove(text, text + 1, len - 2);
		text[len - 2] = '\0';
	}
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

/* The length without trailing blanks and xm's " ro". */
static size_t trimmed(const char *text)
{
	size_t len = strlen(text);

	for (;;) {
		while (len && is_blank(text[len - 1]))
			len--;
		if (len < 4 || !is_blank(text[len - 3]))
			return len;
		if (memcmp(text + len - 2, "ro", 2) && memcmp(text + len - 2, "rw", 2))
			return len;
		len -= 3;
	}
}

static int devspec_set_name(const char *text, const char *name, struct devspec *to, struct err *e)
{
	size_t n = vdev_split(name, &to->part);

	if (n >= sizeof(to->disk))
		return BAD(
			e, text, "a disk's name has at most %zu characters", sizeof(to->disk) - 1);
	to->kind = DEVSPEC_NAME;
	memcpy(to->value, name, strlen(name) + 1);
	memcpy(to->disk, name, n);
	return 0;
}

/* "xen-vbd-51728-part2": udev's by-path link for a disk from Xen. */
static void set_xen_disk(const char *link, struct devspec *to)
{
	char *end;
	unsigned long number;

	if (strncmp(link, "xen-vbd-", 8) || !isdigit((unsigned char)link[8]))
		return;
	number = strtoul(link + 8, &end, 10);
	if (!*end || !strncmp(end, "-part", 5))
		vdev_of_number(number, to->disk, sizeof(to->disk));
}

static void set_link(enum devspec_kind kind, const char *value, struct devspec *to)
{
	const char *part = NULL;

	to->kind = kind;
	memcpy(to->value, value, strlen(value) + 1);
	if (kind != DEVSPEC_PATH)
		return;
	for (const char *c = strstr(value, "-part"); c; c = strstr(c + 1, "-part"))
		part = c;
	to->part = part ? vdev_part_number(part + 5) : 0;
	set_xen_disk(value, to);
}

/*
 * "vg--a-lv" is vg-a/lv: the first single hyphen separates. A name with none or several was not
 * made by LVM (luks-0123-4567).
 */
static bool set_mapper(const char *name, struct devspec *to)
{
	char *at = to->value;
	bool parted = false;

	for (const char *c = name; *c; c++) {
		if (c[0] == '-' && c[1] == '-') {
			*at++ = *c++;
		} else if (c[0] != '-') {
			*at++ = *c;
		} else if (parted || c == name || !c[1]) {
			return false;
		} else {
			parted = true;
			*at++ = '/';
		}
	}
	*at = '\0';
	to->kind = DEVSPEC_LV;
	return parted;
}

/* Parse /dev/disk/by-X/NAME, from by-X on. */
static void set_disk_link(const char *link, struct devspec *to)
{
	const char *value = strchr(link, '/') + 1;
	size_t n = (size_t)(value - 1 - link);

	if (!strncmp(link, "by-id/dm-name-", 14) && set_mapper(link + 14, to))
		return;
	if (!strncmp(link, LVM_LINK, sizeof(LVM_LINK) - 1)) {
		to->kind = DEVSPEC_LV_UUID;
		strcpy(to->value, link + sizeof(LVM_LINK) - 1);
		return;
	}
	for (size_t i = 0; i < COUNT(links); i++) {
		if (text_is(link, n, links[i].folder)) {
			set_link(links[i].kind, value, to);
			return;
		}
	}
	set_link(DEVSPEC_PATH, value, to);
}

/* Test for VG/LV, excluding directories that exist in /dev anyway. */
static bool is_volume(const char *name)
{
	static const char *const folders[] = {"block", "bus", "cciss", "char", "disk", "fd", "ida",
		"loop", "mapper", "md", "mqueue", "nbd", "pts", "rd", "shm", "zvol"};
	const char *slash = strchr(name, '/');

	if (!slash || slash == name || !slash[1] || strchr(slash + 1, '/'))
		return false;
	for (size_t i = 0; i < COUNT(folders); i++)
		if (text_is(name, (size_t)(slash - name), folders[i]))
			return false;
	return true;
}

static int read_dev(const char *text, const char *name, struct devspec *to, struct err *e)
{
	const char *link = strncmp(name, "disk/by-", 8) ? NULL : strchr(name + 8, '/');

	if (!*name)
		return BAD(e, text, "no name after /dev/");
	if (link && !link[1])
		return BAD(e, text, "no name after the last '/'");
	if (link) {
		set_disk_link(name + 5, to);
		return 0;
	}
	if (!strncmp(name, "mapper/", 7) && set_mapper(name + 7, to))
		return 0;
	if (is_volume(name)) {
		to->kind = DEVSPEC_LV;
		memcpy(to->value, name, strlen(name) + 1);
		return 0;
	}
	return devspec_set_name(text, name, to, e);
}

static bool is_bare_name(const char *word)
{
	size_t len = strlen(word);

	if (strpbrk(word, "/:= \t\n"))
		return false;
	return vdev_lettered(word) || isdigit((unsigned char)word[len - 1]);
}

static int devspec_read_word(const char *text, const char *word, struct devspec *to, struct err *e)
{
	if (is_bare_name(word))
		return devspec_set_name(text, word, to, e);
	to->kind = DEVSPEC_FOREIGN;
	memcpy(to->value, word, strlen(word) + 1);
	return 0;
}

/* Returns 1 if it was KEY=VALUE, 0 if not. */
static int read_key(const char *text, char *word, struct devspec *to, struct err *e)
{
	char *eq = strchr(word, '=');

	for (size_t i = 0; eq && i < COUNT(links); i++) {
		size_t n = strlen(links[i].key);

		if ((size_t)(eq - word) != n || strncasecmp(word, links[i].key, n))
			continue;
		unquote(eq + 1);
		unescape(eq + 1);
		if (!eq[1])
			return BAD(e, text, "nothing after %s=", links[i].key);
		set_link(links[i].kind, eq + 1, to);
		return 1;
	}
	return 0;
}

int devspec_parse(const char *text, struct devspec *ret, struct err *e)
{
	struct devspec spec = {0};
	char word[sizeof(spec.value)];
	const char *start = text + strspn(text, " \t\n");
	size_t len = trimmed(start);
	int r;

	if (len == 0)
		return BAD(e, text,
			"no device; expected one as in hda2, UUID=..., LABEL=..., /dev/VG/LV");
	if (len >= sizeof(word))
		return BAD(e, text, "a device has at most %zu characters", sizeof(word) - 1);
	memcpy(word, start, len);
	word[len] = '\0';
	r = read_key(text, word, &spec, e);
	if (r == 0) {
		unescape(word);
		r = vdev_skip_dev(word) == word ? devspec_read_word(text, word, &spec, e)
						: read_dev(text, vdev_skip_dev(word), &spec, e);
	}
	if (r < 0)
		return r;
	*ret = spec;
	return 0;
}
