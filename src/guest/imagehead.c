/* SPDX-License-Identifier: GPL-2.0-or-later */
/* imagehead - what an image's header says of it: its size, and the other files it refers to */
#include "guest/imagehead.h"

#include <inttypes.h>

#include "guest/imagehead_formats.h"

static const struct {
	const char *name, *other; /* in configurations and headers */
	const char *driver;
	int (*read)(struct reading *r);
} formats[IMAGE_FORMATS] = {
	[IMAGE_RAW] = {"raw", "raw", "raw", NULL},
	[IMAGE_QCOW2] = {"qcow2", "qcow2", "qcow2", qcow2_read},
	[IMAGE_VMDK] = {"vmdk", "vmdk", "vmdk", vmdk_read},
	[IMAGE_VHD] = {"vhd", "vpc", "vpc", vhd_read},
	[IMAGE_VHDX] = {"vhdx", "vhdx", "vhdx", vhdx_read},
	[IMAGE_VDI] = {"vdi", "vdi", "vdi", vdi_read},
};

int image_format_by_name(const char *name)
{
	for (int i = 0; i < IMAGE_FORMATS; i++)
		if (!strcmp(formats[i].name, name) || !strcmp(formats[i].other, name))
			return i;
	return -1;
}

const char *image_format_name(enum image_format format)
{
	return formats[format].name;
}

const char *image_format_driver(enum image_format format)
{
	return formats[format].driver;
}

int head_some(struct reading *r, uint64_t offset, void *to, size_t len)
{
	int64_t n;

	memset(to, 0, len);
	if (offset > INT64_MAX - len)
		return BROKEN(r, "it points beyond every file's end");
	n = r->from->read(r->from->arg, offset, to, len);
	if (n < 0)
		return FAIL(r->e, (int)n, "imagehead.read", "%s", r->subject);
	return (int)n;
}

int head_need(struct reading *r, uint64_t offset, void *to, size_t len)
{
	int n = head_some(r, offset, to, len);

	if (n < 0 || (size_t)n == len)
		return n < 0 ? n : 0;
	return BROKEN(r, "it is cut off, or points beyond its own end");
}

int head_check_room(struct reading *r, uint64_t size, uint64_t entries, uint64_t each)
{
	if (size <= INT64_MAX && entries >= head_count(size, each))
		return 0;
	return BROKEN(r,
		"it says that the disk has %" PRIu64 " bytes, its table has room for %" PRIu64,
		size, entries * each);
}

int imagehead_read(enum image_format format, const struct image_source *from, const char *subject,
	struct imagehead *ret, struct err *e)
{
	struct reading r = {.from = from, .subject = subject, .to = ret, .e = e};

	memset(ret, 0, sizeof(*ret));
	if (format <= IMAGE_RAW || format >= IMAGE_FORMATS)
		return NOT_SO(&r);
	return formats[format].read(&r);
}
