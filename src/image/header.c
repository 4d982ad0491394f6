/* SPDX-License-Identifier: GPL-2.0-or-later */
/* header - read an image's header: its size and the files that it refers to */
#include "image/header.h"

#include <assert.h>

#include "image/formats.h"

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
	assert(format < IMAGE_FORMATS);
	return formats[format].name;
}

const char *image_format_driver(enum image_format format)
{
	assert(format < IMAGE_FORMATS);
	return formats[format].driver;
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
