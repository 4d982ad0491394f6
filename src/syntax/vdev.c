/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vdev - a guest's names of disks, partitions and filesystems */
#include "syntax/vdev.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"

const char *vdev_skip_dev(const char *name)
{
	return strncmp(name, "/dev/", 5) ? name : name + 5;
}

unsigned int vdev_part_number(const char *digits)
{
	size_t len = strspn(digits, "0123456789");

	if (len == 0 || len > 5 || digits[len] || digits[0] == '0')
		return 0;
	return (unsigned int)strtoul(digits, NULL, 10);
}

static size_t span_lower(const char *text)
{
	size_t n = 0;

	while (text[n] >= 'a' && text[n] <= 'z')
		n++;
	return n;
}

size_t vdev_lettered(const char *name)
{
	static const char *const prefixes[] = {"hd", "sd", "vd", "xvd", "dasd"};

	for (size_t i = 0; i < COUNT(prefixes); i++) {
		size_t n = strlen(prefixes[i]);
		size_t end = strncmp(name, prefixes[i], n) ? 0 : span_lower(name);

		if (end > n && (!name[end] || vdev_part_number(name + end)))
			return end;
	}
	return 0;
}

size_t vdev_split(const char *name, unsigned int *ret_part)
{
	size_t n = vdev_lettered(name);
	const char *p = strrchr(name, 'p');

	if (n) {
		*ret_part = vdev_part_number(name + n);
		return n;
	}
	if (p && p > name && isdigit((unsigned char)p[-1]) && (*ret_part = vdev_part_number(p + 1)))
		return (size_t)(p - name);
	*ret_part = 0;
	return strlen(name);
}

bool vdev_exact(const char *a, const char *b)
{
	return !strcmp(vdev_skip_dev(a), vdev_skip_dev(b));
}

/* "a" = 0, "z" = 25, "aa" = 26; -1 if it is not an index */
static long letters_index(const char *letters, size_t len)
{
	long n = 0;

	if (len == 0 || len > 5)
		return -1;
	for (size_t i = 0; i < len; i++) {
		if (letters[i] < 'a' || letters[i] > 'z')
			return -1;
		n = n * 26 + (letters[i] - 'a' + 1);
	}
	return n - 1;
}

static long number_index(const char *digits, size_t len)
{
	if (len == 0 || len > 5 || strspn(digits, "0123456789") < len ||
		(digits[0] == '0' && len > 1))
		return -1;
	return strtol(digits, NULL, 10);
}

/* The disk's index, from 0, regardless of its driver; -1 if unknown. */
static long disk_index(const char *disk, size_t len)
{
	static const char *const prefixes[] = {"hd", "sd", "vd", "xvd"};

	for (size_t i = 0; i < COUNT(prefixes); i++) {
		size_t n = strlen(prefixes[i]);

		if (len > n && !strncmp(disk, prefixes[i], n))
			return letters_index(disk + n, len - n);
	}
	return disk[0] == 'd' && len > 1 ? number_index(disk + 1, len - 1) : -1;
}

bool vdev_alike(const char *a, const char *b)
{
	unsigned int a_part, b_part;
	size_t a_len, b_len;
	long index;

	if (vdev_exact(a, b))
		return true;
	a = vdev_skip_dev(a);
	b = vdev_skip_dev(b);
	a_len = vdev_split(a, &a_part);
	b_len = vdev_split(b, &b_part);
	index = disk_index(a, a_len);
	return index >= 0 && index == disk_index(b, b_len) && a_part == b_part;
}

bool vdev_uuid_equal(const char *wanted, const char *found)
{
	bool any = false;

	for (;; wanted++, found++) {
		while (*wanted == '-')
			wanted++;
		while (*found == '-')
			found++;
		if (tolower((unsigned char)*wanted) != tolower((unsigned char)*found))
			return false;
		if (!*wanted)
			return any;
		any = true;
	}
}

void vdev_name(const char *disk, unsigned int part, char *to, unsigned long size)
{
	size_t len = strlen(disk);
	bool digit = len && isdigit((unsigned char)disk[len - 1]);

	if (part)
		snprintf(to, size, "%s%s%u", disk, digit ? "p" : "", part);
	else
		snprintf(to, size, "%s", disk);
}

/* 0 = "a", 25 = "z", 26 = "aa"; up to two letters. */
static bool lettered_name(const char *prefix, unsigned long index, char *to, unsigned long size)
{
	if (index < 26)
		snprintf(to, size, "%s%c", prefix, (char)('a' + index));
	else if (index < 26 * 27)
		snprintf(to, size, "%s%c%c", prefix, (char)('a' + index / 26 - 1),
			(char)('a' + index % 26));
	return index < 26 * 27;
}

/* Linux majors used by Xen, and the number of partition bits in the minor. */
static const struct {
	unsigned long major;
	const char *prefix;
	unsigned int first, part_bits;
} majors[] = {{202, "xvd", 0, 4}, {8, "sd", 0, 4}, {3, "hd", 0, 6}, {22, "hd", 2, 6}};

bool vdev_of_number(unsigned long number, char *to, unsigned long size)
{
	unsigned int minor = number & 0xff;
	char disk[8];

	if (number >> 28 == 1) {
		if (!lettered_name("xvd", (number >> 8) & 0xfffff, disk, sizeof(disk)))
			return false;
		vdev_name(disk, minor, to, size);
		return true;
	}
	for (size_t i = 0; i < COUNT(majors); i++) {
		unsigned int bits = majors[i].part_bits;

		if (number >> 8 != majors[i].major)
			continue;
		lettered_name(
			majors[i].prefix, majors[i].first + (minor >> bits), disk, sizeof(disk));
		vdev_name(disk, minor & ((1u << bits) - 1), to, size);
		return true;
	}
	return false;
}
