/* SPDX-License-Identifier: GPL-2.0-or-later */
/* openin - paths of a hostile guest, with openat2 and with openin_walk(): one table for
 * both */
#include "fs/openin.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tap.h"

static char top[] = "/tmp/openin.XXXXXX"; /* the host: a secret beside the guest's tree */
static int root_fd;

static int make_file(const char *path, const char *text)
{
	int fd = openat(root_fd, path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	ssize_t n = fd < 0 ? -1 : write(fd, text, strlen(text));

	return fd < 0 || close(fd) < 0 || n < 0 ? -1 : 0;
}

static void need(int r, const char *what)
{
	if (r < 0) {
		printf("Bail out! %s: %s\n", what, strerror(errno));
		exit(1);
	}
}

#define NEED(expr) need((expr), #expr)

/* chain/1 -> 2, chain/2 -> 3, ... chain/@n is a file: @n - 1 links to follow from 1. */
static void make_chain(int n)
{
	char from[32], to[32];

	NEED(mkdirat(root_fd, "chain", 0755));
	for (int i = 1; i < n; i++) {
		snprintf(from, sizeof(from), "chain/%d", i);
		snprintf(to, sizeof(to), "%d", i + 1);
		NEED(symlinkat(to, root_fd, from));
	}
	snprintf(from, sizeof(from), "chain/%d", n);
	NEED(make_file(from, "chained"));
}

static void make_special(void)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	NEED(s);
	snprintf(a.sun_path, sizeof(a.sun_path), "%s/guest/socket", top);
	NEED(bind(s, (struct sockaddr *)&a, sizeof(a)));
	close(s);
	NEED(mkfifoat(root_fd, "fifo", 0600));
	if (geteuid() == 0 && mknodat(root_fd, "device", S_IFCHR | 0600, makedev(1, 3)) < 0)
		printf("# no device node here: %s\n", strerror(errno));
}

static void make_links(void)
{
	static const char *const links[][2] = {
		{"/boot/vmlinuz-6.1", "vmlinuz"},
		{"../../../../../boot/vmlinuz-6.1", "climber"},
		{"/../../boot/vmlinuz-6.1", "boot/up"},
		{"/secret", "escape"},
		{"../secret", "escape-relative"},
		{"/proc/self/root/secret", "escape-proc"},
		{"loop-b", "loop-a"},
		{"loop-a", "loop-b"},
		{"self", "self"},
		{"boot", "dirlink"},
		{"boot/vmlinuz-6.1/", "slashed"},
		{"nowhere", "dangling"},
		{".", "dot"},
		{"/", "slash"},
	};

	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++)
		NEED(symlinkat(links[i][0], root_fd, links[i][1]));
}

static void make_guest(void)
{
	char secret[64], guest[64];

	NEED(mkdtemp(top) ? 0 : -1);
	snprintf(secret, sizeof(secret), "%s/secret", top);
	snprintf(guest, sizeof(guest), "%s/guest", top);
	NEED(close(open(secret, O_CREAT | O_WRONLY, 0600)));
	NEED(mkdir(guest, 0755));
	NEED(root_fd = open(guest, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	NEED(mkdirat(root_fd, "boot", 0755));
	NEED(mkdirat(root_fd, "boot/grub", 0755));
	NEED(mkdirat(root_fd, "empty", 0755));
	NEED(mkdirat(root_fd, "many", 0755));
	NEED(make_file("boot/vmlinuz-6.1", "kernel"));
	NEED(make_file("boot/a\nb", "newline"));
	make_links();
	make_chain(42);
	make_special();
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static const struct {
	const char *path;
	int flags;
	int code;	  /* what openin() returns; 0: a descriptor */
	const char *real; /* and the canonical path */
} table[] = {
	{"/boot/vmlinuz-6.1", 0, 0, "/boot/vmlinuz-6.1"},
	{"boot/vmlinuz-6.1", 0, 0, "/boot/vmlinuz-6.1"},
	{"//boot//./grub/..//vmlinuz-6.1", 0, 0, "/boot/vmlinuz-6.1"},
	{"/../../../boot/vmlinuz-6.1", 0, 0, "/boot/vmlinuz-6.1"},
	{"/vmlinuz", 0, 0, "/boot/vmlinuz-6.1"},
	{"/climber", 0, 0, "/boot/vmlinuz-6.1"},
	{"/boot/up", 0, 0, "/boot/vmlinuz-6.1"},
	{"/dirlink/grub/../up", 0, 0, "/boot/vmlinuz-6.1"},
	{"/slash/dot/slash/dot/vmlinuz", 0, 0, "/boot/vmlinuz-6.1"},
	{"/boot/a\nb", 0, 0, "/boot/a\nb"},
	{"/chain/2", 0, 0, "/chain/42"}, /* 40 links */
	{"/chain/1", 0, -ELOOP, NULL},	 /* 41 */
	{"/loop-a", 0, -ELOOP, NULL},
	{"/self", 0, -ELOOP, NULL},
	{"/escape", 0, -ENOENT, NULL},
	{"/escape-relative", 0, -ENOENT, NULL},
	{"/escape-proc", 0, -ENOENT, NULL},
	{"/dangling", 0, -ENOENT, NULL},
	{"", 0, -ENOENT, NULL},
	{"/boot/nothing", 0, -ENOENT, NULL},
	{"/nothing/..", 0, -ENOENT, NULL},
	{"/slashed", 0, -ENOTDIR, NULL},
	{"/vmlinuz/", 0, -ENOTDIR, NULL},
	{"/vmlinuz/.", 0, -ENOTDIR, NULL},
	{"/vmlinuz/..", 0, -ENOTDIR, NULL},
	{"/boot/vmlinuz-6.1/x", 0, -ENOTDIR, NULL},
	{"/boot", 0, -EISDIR, "/boot"},
	{"/", 0, -EISDIR, "/"},
	{"/..", 0, -EISDIR, "/"},
	{"/boot/", O_DIRECTORY, 0, "/boot"},
	{"/", O_DIRECTORY, 0, "/"},
	{"/dirlink", O_DIRECTORY | O_PATH, 0, "/boot"},
	{"/vmlinuz", O_DIRECTORY, -ENOTDIR, "/boot/vmlinuz-6.1"},
	{"/fifo", 0, -EINVAL, "/fifo"},
	{"/socket", 0, -EINVAL, "/socket"},
	{"/fifo", O_PATH, 0, "/fifo"},
};

/* The file that the descriptor is on is the one that the canonical path names. */
static int is_file(int fd, const struct stat *st, const char *real)
{
	struct stat by_fd, by_path;

	return fstat(fd, &by_fd) == 0 &&
	       fstatat(root_fd, real[1] ? real + 1 : ".", &by_path, 0) == 0 &&
	       by_fd.st_ino == by_path.st_ino && by_fd.st_dev == by_path.st_dev &&
	       st->st_ino == by_fd.st_ino && (fcntl(fd, F_GETFD) & FD_CLOEXEC);
}

static void try_open(size_t i)
{
	struct stat st = {0};
	struct err e = {0};
	int fd = openin(root_fd, table[i].path, table[i].flags, &st, &e);
	int ok = table[i].code ? fd == table[i].code && e.code == fd
			       : fd >= 0 && is_file(fd, &st, table[i].real);

	if (!tap_ok(ok, "open %zu: %s", i, table[i].code ? strerror(-table[i].code) : "right"))
		printf("# returned %d, %s %s %s\n", fd, e.step ? e.step : "", e.subject, e.detail);
	if (fd >= 0)
		close(fd);
}

static void try_walk(size_t i)
{
	char real[PATH_MAX] = "untouched";
	struct err e = {0};
	int r = openin_walk(root_fd, table[i].path, NULL, NULL, real, sizeof(real), &e);

	if (table[i].real)
		tap_ok(r == 0 && !strcmp(real, table[i].real), "walk %zu: right", i);
	else
		tap_ok(r == table[i].code && !strcmp(real, "untouched") &&
				!strcmp(e.step, "openin.walk"),
			"walk %zu: %s", i, strerror(-table[i].code));
}

static void try_table(void)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		try_open(i);
		try_walk(i);
	}
}

static void try_long(void)
{
	char path[PATH_MAX + 8], name[300], real[PATH_MAX];
	struct err e = {0}, w = {0};
	int fd;

	memset(path, '/', sizeof(path));
	strcpy(path + PATH_MAX - 1 - strlen("vmlinuz"), "vmlinuz");
	fd = openin(root_fd, path, 0, NULL, &e);
	tap_ok(fd >= 0, "a path of 4095 bytes is opened");
	close(fd);
	memset(path, '/', PATH_MAX);
	strcpy(path + PATH_MAX - strlen("vmlinuz"), "vmlinuz");
	tap_ok(openin(root_fd, path, 0, NULL, &e) == -ENAMETOOLONG,
		"a path of 4096 bytes is refused");
	tap_ok(openin_walk(root_fd, path, NULL, NULL, real, sizeof(real), &w) == -ENAMETOOLONG,
		"the walk refuses it as well");
	memset(name, 'n', sizeof(name));
	name[256] = '\0';
	tap_ok(openin(root_fd, name, 0, NULL, &e) == -ENAMETOOLONG,
		"a name of 256 bytes is refused");
	w.code = 0;
	tap_ok(openin_walk(root_fd, "/vmlinuz", NULL, NULL, real, 17, &w) == -ENAMETOOLONG &&
			!strcmp(w.step, "openin.length"),
		"a canonical path that does not fit is refused");
	tap_ok(openin_walk(root_fd, "/vmlinuz", NULL, NULL, real, 18, NULL) == 0,
		"a canonical path that fits with its NUL is returned");
}

/* 800 directories deep and up again, each ".." a descent from the root: bounded. */
static void try_costly(void)
{
	char path[PATH_MAX] = "", real[PATH_MAX];
	int at = dup(root_fd);
	struct err e = {0};

	for (int i = 0; i < 800; i++) {
		int next;

		NEED(mkdirat(at, "d", 0700));
		NEED(next = openat(at, "d", O_PATH | O_CLOEXEC));
		close(at);
		at = next;
		strcat(path, "d/");
	}
	close(at);
	for (int i = 0; i < 800; i++)
		strcat(path, "../");
	tap_ok(openin_walk(root_fd, path, NULL, NULL, real, sizeof(real), &e) == -ELOOP,
		"a path that needs 250,000 lookups is refused");
}

static void try_missing_words(void)
{
	char name[32];
	struct err e = {0};

	openin(root_fd, "/boot/initrd", 0, NULL, &e);
	tap_is(e.subject, "'/boot/initrd'", "the subject is the path");
	tap_is(e.detail, "the guest's '/boot' holds 'a\\x0ab', 'grub', 'up', 'vmlinuz-6.1'",
		"existing files are listed, quoted and sorted");
	e.code = 0;
	openin(root_fd, "/empty/x", 0, NULL, &e);
	tap_is(e.detail, "the guest's '/empty' is empty",
		"an empty directory is reported as empty");
	for (int i = 30; i > 0; i--) {
		snprintf(name, sizeof(name), "many/%02d", i);
		NEED(make_file(name, ""));
	}
	e.code = 0;
	openin(root_fd, "/many/x", 0, NULL, &e);
	tap_is(e.detail,
		"the guest's '/many' holds '01', '02', '03', '04', '05', '06', '07', '08', '09', "
		"'10', '11', '12', ...",
		"twelve names are listed at most");
}

static void try_long_words(void)
{
	char name[280], path[] = "/many/x";
	struct err e = {0};

	for (char c = 'a'; c < 'm'; c++) {
		memcpy(name, "many/", 6);
		memset(name + 5, '\n', 200);
		name[5] = c;
		name[205] = '\0';
		NEED(make_file(name, ""));
		snprintf(name, sizeof(name), "many/%02d", c - 'a' + 1);
		NEED(unlinkat(root_fd, name, 0));
	}
	openin(root_fd, path, 0, NULL, &e);
	tap_ok(strlen(e.detail) < sizeof(e.detail) - 1 && !strchr(e.detail, '\n') &&
			!strcmp(e.detail + strlen(e.detail) - 3, "..."),
		"long names do not overflow");
}

static void try_type_words(void)
{
	struct err e = {0};

	openin(root_fd, "/fifo", 0, NULL, &e);
	tap_is(e.step, "openin.type", "a FIFO is refused by its type");
	tap_is(e.detail, "it is a FIFO", "the error names the FIFO");
	e = (struct err){0};
	openin(root_fd, "/vmlinuz/x", 0, NULL, &e);
	tap_is(e.detail, "'/boot/vmlinuz-6.1' is not a directory",
		"the error names the file in the path");
}

static char entered[512];

static int note(void *arg, const char *guest_dir, int dir_fd, struct err *e)
{
	const char *stop_at = arg;
	struct stat by_fd, by_path;

	fstat(dir_fd, &by_fd);
	if (fstatat(root_fd, guest_dir + 1, &by_path, 0) < 0 || by_fd.st_ino != by_path.st_ino)
		strcat(entered, "WRONG");
	strcat(strcat(entered, guest_dir), " ");
	return stop_at && !strcmp(stop_at, guest_dir) ? err_set(e, -EBUSY, "test.stop", "here") : 0;
}

static const char *entered_by(const char *path, const char *stop_at)
{
	char real[PATH_MAX];
	struct err e = {0};
	int r;

	entered[0] = '\0';
	r = openin_walk(root_fd, path, note, (void *)stop_at, real, sizeof(real), &e);
	if (stop_at)
		tap_ok(r == -EBUSY && !strcmp(e.step, "test.stop"),
			"the walk returns the hook's error");
	return entered;
}

static void try_hook(void)
{
	tap_is(entered_by("/boot/grub/../vmlinuz-6.1", NULL), "/boot /boot/grub ",
		"the hook is called once for each directory, in order");
	tap_is(entered_by("/boot/grub", NULL), "/boot /boot/grub ",
		"the hook is called for the last directory");
	tap_is(entered_by("/vmlinuz", NULL), "/boot ", "the hook is called through a symlink");
	tap_is(entered_by("/dirlink/up", NULL), "/boot /boot ",
		"the hook is called again for another path");
	tap_is(entered_by("/../.", NULL), "", "the hook is never called for the root");
	tap_is(entered_by("/boot/grub/x", "/boot"), "/boot ",
		"the hook is not called after a failure");
}

static int mounts;

static int mount_boot(void *arg, const char *guest_dir, int dir_fd, struct err *e)
{
	char path[32];

	(void)arg;
	if (strcmp(guest_dir, "/boot") || mounts++)
		return 0;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", dir_fd);
	if (mount("tmpfs", path, "tmpfs", 0, "size=64k") < 0)
		return err_set(e, -errno, "test.mount", "%s", path);
	make_file("boot/vmlinuz-new", "mounted");
	NEED(symlinkat("../boot/./vmlinuz-new", root_fd, "boot/vmlinuz-6.1"));
	return 1;
}

static void try_mounting(void)
{
	char real[PATH_MAX], text[16] = "";
	struct err e = {0};
	int r = openin_walk(root_fd, "/vmlinuz", mount_boot, NULL, real, sizeof(real), &e), fd;

	tap_is(r == 0 ? real : e.detail, "/boot/vmlinuz-new",
		"the walk continues in the new mount");
	tap_ok(mounts == 2, "the hook is not called for the mount, but for another path");
	fd = openin(root_fd, "/vmlinuz", 0, NULL, &e);
	tap_is(read(fd, text, 15) > 0 ? text : NULL, "mounted", "openin sees the mount as well");
	close(fd);
}

static void try_magic(void)
{
	struct err e = {0};
	char real[PATH_MAX];

	NEED(mkdirat(root_fd, "proc", 0755));
	NEED(fchdir(root_fd));
	NEED(mount("proc", "proc", "proc", 0, NULL));
	tap_ok(openin(root_fd, "/escape-proc", 0, NULL, &e) == -ELOOP,
		"a magic link is not followed");
	e.code = 0;
	tap_ok(openin_walk(root_fd, "/proc/self/root", NULL, NULL, real, sizeof(real), &e) ==
			-ELOOP,
		"the walk does not follow it either");
}

static void try_device(void)
{
	struct err e = {0};
	struct stat st;

	if (fstatat(root_fd, "device", &st, 0) < 0)
		tap_ok(1, "a device node # SKIP it cannot be created");
	else
		tap_ok(openin(root_fd, "/device", 0, NULL, &e) == -EINVAL &&
				!strcmp(e.detail, "it is a character device"),
			"a device node is refused");
}

/* In a mount namespace of our own, which ends with us. */
static void try_as_root(void)
{
	char guest[64];

	if (geteuid() != 0 || unshare(CLONE_NEWNS) < 0 ||
		mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0) {
		tap_ok(1, "devices, mounts and procfs # SKIP needs root");
		return;
	}
	snprintf(guest, sizeof(guest), "%s/guest", top);
	close(root_fd); /* it is in the namespace that we left */
	NEED(root_fd = open(guest, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	try_device();
	try_mounting();
	try_magic();
	umount2("boot", MNT_DETACH);
	umount2("proc", MNT_DETACH);
	NEED(chdir("/"));
}

/* The whole again on a kernel that seems to have no openat2: the launcher lies beside our
 * directory. */
static int go_on_without_openat2(void)
{
	char tool[PATH_MAX + 32], n[16], failed[16], me[PATH_MAX];

	NEED(realpath("/proc/self/exe", me) ? 0 : -1);
	snprintf(tool, sizeof(tool), "%s", me);
	strcpy(strrchr(tool, '/'), "/../tools/without");
	snprintf(n, sizeof(n), "%d", tap_n);
	snprintf(failed, sizeof(failed), "%d", tap_failed);
	fflush(stdout);
	execl(tool, tool, "openat2", me, n, failed, (char *)NULL);
	printf("# %s: %s\n", tool, strerror(errno));
	tap_ok(1, "without openat2 # SKIP needs build/tools/without");
	return tap_done();
}

int main(int argc, char **argv)
{
	if (argc == 3) {
		tap_n = atoi(argv[1]);
		tap_failed = atoi(argv[2]);
	}
	make_guest();
	try_table();
	try_long();
	try_missing_words();
	try_type_words();
	try_hook();
	try_long_words();
	try_as_root();
	try_costly();
	close(root_fd);
	tap_ok(nftw(top, remove_one, 16, FTW_DEPTH | FTW_PHYS) == 0, "nothing is left behind");
	return argc == 3 ? tap_done() : go_on_without_openat2();
}
