/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host - read-only queries about this kernel and machine */
#include "sys/host.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>

#include "base/array.h"
#include "base/own.h"

/* ---- files of lines ---- */

typedef bool (*line_fn)(const char *line, const char *name);

static bool any_line(const char *path, line_fn is_meant, const char *name)
{
	own_file FILE *f = fopen(path, "re");
	own_free char *line = NULL;
	size_t size = 0;

	while (f && getline(&line, &size, f) > 0) {
		line[strcspn(line, "\n")] = '\0';
		if (is_meant(line, name))
			return true;
	}
	return false;
}

static bool any_module_line(const char *file, line_fn is_meant, const char *name)
{
	struct utsname u;
	char path[256];

	if (uname(&u) < 0)
		return false;
	snprintf(path, sizeof(path), "/lib/modules/%s/%s", u.release, file);
	return any_line(path, is_meant, name);
}

static bool is_same_module(const char *a, const char *b, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (a[i] != b[i] && !(strchr("-_", a[i]) && strchr("-_", b[i])))
			return false;
	return true;
}

/* "kernel/drivers/md/dm-snapshot.ko.xz: ..." */
static bool is_module_line(const char *line, const char *name)
{
	const char *colon = strchrnul(line, ':');
	const char *base = memrchr(line, '/', (size_t)(colon - line));
	size_t len = strlen(name);

	base = base ? base + 1 : line;
	return strlen(base) > len && is_same_module(base, name, len) &&
	       !strncmp(base + len, ".ko", 3);
}

/* "alias fs-xfs xfs" */
static bool is_alias_line(const char *line, const char *name)
{
	size_t len = strlen(name);

	return !strncmp(line, "alias fs-", 9) && !strncmp(line + 9, name, len) &&
	       line[9 + len] == ' ';
}

/* "nodev	tmpfs", "	ext4" */
static bool is_filesystem_line(const char *line, const char *name)
{
	const char *tab = strchr(line, '\t');

	return tab && !strcmp(tab + 1, name);
}

/* ---- the kernel ---- */

bool host_module(const char *name)
{
	return any_module_line("modules.dep", is_module_line, name) ||
	       any_module_line("modules.builtin", is_module_line, name);
}

enum host_driver host_filesystem(const char *fstype)
{
	if (any_line("/proc/filesystems", is_filesystem_line, fstype))
		return HOST_READY;
	if (any_module_line("modules.alias", is_alias_line, fstype) || host_module(fstype))
		return HOST_LOADABLE;
	return HOST_ABSENT;
}

int host_openat2(void)
{
	struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT};
	own_fd int fd = (int)syscall(SYS_openat2, AT_FDCWD, "/", &how, sizeof(how));

	return fd < 0 ? -errno : 0;
}

int host_tmpfile(const char *dir)
{
	own_fd int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	return fd < 0 ? -errno : 0;
}

int host_fuse(void)
{
	own_fd int fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);

	return fd < 0 ? -errno : 0;
}

/* ---- Xen ---- */

/* Read the first line. */
static bool host_read_line(const char *path, char *to, int size)
{
	own_file FILE *f = fopen(path, "re");

	if (!f || !fgets(to, size, f))
		return false;
	to[strcspn(to, "\n")] = '\0';
	return true;
}

static bool host_read_number(const char *path, unsigned int *ret)
{
	char line[16];

	return host_read_line(path, line, sizeof(line)) && sscanf(line, "%u", ret) == 1;
}

bool host_xen(struct host_xen *ret)
{
	char type[16];

	return host_read_line("/sys/hypervisor/type", type, sizeof(type)) && !strcmp(type, "xen") &&
	       host_read_number("/sys/hypervisor/version/major", &ret->major) &&
	       host_read_number("/sys/hypervisor/version/minor", &ret->minor);
}

/* ---- udev ---- */

bool host_has_udevd(void)
{
	return access("/run/udev/control", F_OK) == 0;
}

static bool ends_with(const char *text, const char *ending)
{
	size_t len = strlen(text), end = strlen(ending);

	return len >= end && !strcmp(text + len - end, ending);
}

static bool find_in(const char *dir, const char *ending, char *to, size_t size)
{
	own_dir DIR *d = opendir(dir);
	struct dirent *entry;

	while (d && (entry = readdir(d)))
		if (ends_with(entry->d_name, ending)) {
			snprintf(to, size, "%s/%s", dir, entry->d_name);
			return true;
		}
	return false;
}

bool host_udev_rule(const char *ending, char *to, size_t size)
{
	static const char *const dirs[] = {"/etc/udev/rules.d", "/run/udev/rules.d",
		"/usr/local/lib/udev/rules.d", "/usr/lib/udev/rules.d", "/lib/udev/rules.d"};

	for (size_t i = 0; i < COUNT(dirs); i++)
		if (find_in(dirs[i], ending, to, size))
			return true;
	return false;
}
