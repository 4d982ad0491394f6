/* SPDX-License-Identifier: GPL-2.0-or-later */
/* diskprefix - prefixes of a disk's path, such as phy: and tap:aio: */
#include "syntax/diskprefix.h"

#include "base/array.h"
#include "base/text.h"

static const struct diskprefix prefixes[] = {
	{.name = "phy", .is_phy = true, .is_raw = true},
	{.name = "file"},
	{.name = "tap"},
	{.name = "tap2"},
	{.name = "tapdisk"},
	{.name = "aio", .is_raw = true},
	{.name = "sync", .is_raw = true},
	{.name = "ioemu"},
	{.name = "raw", .is_format = true},
	{.name = "qcow", .is_format = true},
	{.name = "qcow2", .is_format = true},
	{.name = "vhd", .is_format = true},
	{.name = "vmdk", .is_format = true},
	{.name = "drbd", .instead = "use its device, /dev/drbd/by-res/NAME/0"},
	{.name = "iscsi", .instead = "log in with iscsiadm and use the block device"},
	{.name = "nbd", .instead = "connect it with nbd-client and use /dev/nbdN"},
	{.name = "enbd", .instead = "connect it with nbd-client and use /dev/nbdN"},
	{.name = "nbd+unix", .instead = "connect it with nbd-client and use /dev/nbdN"},
	{.name = "rbd", .instead = "map it with 'rbd map' and use /dev/rbd/POOL/IMAGE"},
	{.name = "http", .instead = "download the image and use the file"},
	{.name = "https", .instead = "download the image and use the file"},
};

const struct diskprefix *diskprefix_find(const char *name, size_t len)
{
	for (size_t i = 0; i < COUNT(prefixes); i++)
		if (text_is(name, len, prefixes[i].name))
			return &prefixes[i];
	return NULL;
}
