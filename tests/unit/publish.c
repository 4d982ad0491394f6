/* SPDX-License-Identifier: GPL-2.0-or-later */
/* publish - a complete file or none, also on filesystems with fewer features */
#include "publish/publish.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../tools/lack.h"
#include "base/own.h"
#include "tap.h"

static char top[] = "/tmp/publish.XXXXXX";
static int dir_fd;

/* The directory's names, sorted, each followed by a blank. */
static const char *names(void)
{
	static char text[256];
	struct dirent **list;
	int n = scandir(top, &list, NULL, alphasort);

	text[0] = '\0';
	for (int i = 0; i < n; i++) {
		if (strcmp(list[i]->d_name, ".") && strcmp(list[i]->d_name, ".."))
			strcat(strcat(text, list[i]->d_name), " ");
		free(list[i]);
	}
	if (n >= 0)
		free(list);
	return text;
}

static struct publication *begin(struct scope *s, const char *name)
{
	struct publication *p = NULL;
	struct err e = {0};
	int r = publish_begin(s, dir_fd, top, name, &p, &e);

	if (!tap_ok(r == 0 && p, "a copy is begun"))
		printf("# %s %s: %s\n", e.step, e.subject, strerror(-r));
	if (!p)
		exit(1);
	if (write(p->fd, "text", 4) != 4)
		abort();
	return p;
}

static void try_finished(const char *before)
{
	struct scope s = {0};
	struct stat st;
	char path[64], text[8] = "";
	mode_t umask_was = umask(0777);
	struct publication *p = begin(&s, "kernel.AbCdEf");
	int fd;

	umask(umask_was);
	tap_is(names(), before, "the visible names before publishing");
	tap_ok(publish_link(p, NULL) == 0, "the file is published");
	tap_is(names(), "kernel.AbCdEf ", "the file has its name and no other");
	scope_keep_all(&s);
	snprintf(path, sizeof(path), "%s/kernel.AbCdEf", top);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	tap_is(read(fd, text, 7) == 4 ? text : NULL, "text", "its bytes when all is kept");
	tap_ok(fstat(fd, &st) == 0 && st.st_nlink == 1 &&
			(st.st_mode & 07777) == (0600 | PUBLISH_UNCONFIRMED),
		"accessible only to its owner whatever the umask, and marked as unconfirmed");
	tap_ok(publish_confirm(top, "AbCdEf", NULL) == 0 && fstat(fd, &st) == 0 &&
			(st.st_mode & 07777) == 0600,
		"a confirmed file has mode 0600");
	tap_ok(fchmod(fd, 0640) == 0 && publish_confirm(top, "AbCdEf", NULL) == 0 &&
			fstat(fd, &st) == 0 && (st.st_mode & 07777) == 0640,
		"an unmarked file is not changed");
	tap_ok(publish_confirm(top, "None00", NULL) == 0, "confirming no files succeeds");
	close(fd);
	unlink(path);
}

static void try_discarded(void)
{
	struct scope s = {0};
	struct err e = {0};

	begin(&s, "kernel.1");
	tap_ok(publish_link(begin(&s, "kernel.2"), NULL) == 0, "one of two files is published");
	tap_ok(scope_unwind(&s, &e) == 0 && e.code == 0, "both are discarded");
	tap_is(names(), "", "both are removed");
}

static void touch(const char *name)
{
	close(openat(dir_fd, name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600));
}

static void try_taken(void)
{
	struct scope s = {0};
	struct err e = {0};
	struct publication *p = begin(&s, "kernel.x");

	touch("kernel.x");
	tap_ok(publish_link(p, &e) == -EEXIST && !strcmp(e.step, "publish.link") &&
			strstr(e.subject, "/kernel.x'"),
		"an existing name is not replaced");
	tap_ok(scope_unwind(&s, NULL) == 0, "the file is discarded");
	tap_is(names(), "kernel.x ", "the existing file is kept");
	unlinkat(dir_fd, "kernel.x", 0);
}

static void try_replaced(void)
{
	struct scope s = {0};
	struct publication *p = begin(&s, "kernel.y");

	tap_ok(publish_link(p, NULL) == 0, "the file is published");
	unlinkat(dir_fd, "kernel.y", 0);
	touch("kernel.y");
	tap_ok(scope_unwind(&s, NULL) == 0, "discarding succeeds if the file was replaced");
	tap_is(names(), "kernel.y ", "the replacement is kept");
	unlinkat(dir_fd, "kernel.y", 0);

	p = begin(&s, "kernel.z");
	tap_ok(publish_link(p, NULL) == 0, "the file is published");
	unlinkat(dir_fd, "kernel.z", 0);
	tap_ok(scope_unwind(&s, NULL) == 0, "discarding a removed file succeeds");
}

static char by_hand_said[512];

static void on_failure(const struct undo *u, const struct err *why, const char *by_hand)
{
	snprintf(by_hand_said, sizeof(by_hand_said), "%s %s %s", u->name, why->step, by_hand);
}

static void try_by_hand(void)
{
	struct scope s = {0};
	struct publication *p = begin(&s, "kernel.h");
	char want[128];
	int our_fd = p->dir_fd;

	tap_ok(publish_link(p, NULL) == 0, "the file is published");
	p->dir_fd = open("/dev/null", O_RDONLY | O_CLOEXEC); /* nothing can be removed in that */
	close(our_fd);
	scope_on_failure(on_failure);
	tap_ok(scope_unwind(&s, NULL) == 1, "a failing discard is counted");
	scope_on_failure(NULL);
	snprintf(want, sizeof(want), "kernel.h publish.discard rm '%s/kernel.h'", top);
	tap_is(by_hand_said, want, "the failure is reported with a command");
	unlinkat(dir_fd, "kernel.h", 0);
}

static void try_directories(void)
{
	char made[64], sub[80], relative[80];
	own_free char *path = NULL, *again = NULL, *dotted = NULL;
	struct err e = {0};
	struct stat st;
	int fd;

	snprintf(made, sizeof(made), "%s/made", top);
	snprintf(sub, sizeof(sub), "%s/a/b", top);
	tap_ok(publish_open_dir(made, 0, &path, &e) == -ENOENT && !strcmp(e.step, "outdir.open") &&
			!path,
		"a missing directory is an error");
	umask(022);
	fd = publish_open_dir(made, 0750, &path, NULL);
	tap_ok(fd >= 0 && fstat(fd, &st) == 0 && (st.st_mode & 07777) == 0750,
		"the default directory is created with mode 0750");
	tap_is(path, made, "its path");
	close(fd);
	close(publish_open_dir(made, 0750, &again, NULL));
	tap_is(again, made, "an existing directory is used");
	if (chdir(top) < 0)
		abort();
	snprintf(relative, sizeof(relative), "./made/../made/");
	close(publish_open_dir(relative, 0, &dotted, NULL));
	tap_is(dotted, made, "a relative path is made absolute");
	e.code = 0;
	tap_ok(publish_open_dir(sub, 0750, &path, &e) == -ENOENT && !strcmp(e.step, "outdir.make"),
		"only one level is created");
	touch("file");
	e.code = 0;
	tap_ok(publish_open_dir("file", 0750, &path, &e) == -ENOTDIR, "a file is not a directory");
	unlinkat(dir_fd, "file", 0);
	rmdir(made);
}

static void try_space(void)
{
	struct err e = {0};

	tap_ok(publish_check_space(dir_fd, top, 1, NULL) == 0, "there is space for one byte");
	tap_ok(publish_check_space(dir_fd, top, UINT64_MAX, &e) == -ENOSPC &&
			!strcmp(e.step, "outdir.space") &&
			strstr(e.detail, "18446744073709551615 bytes are needed"),
		"there is no space for 2^64 - 1 bytes");
}

static void try_unwritable(void)
{
	struct scope s = {0};
	struct publication *p = NULL;
	struct err e = {0};
	int proc_fd = open("/proc/self", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	tap_ok(publish_begin(&s, proc_fd, "/proc/self", "kernel.p", &p, &e) < 0 &&
			!strcmp(e.step, "publish.create") && !p && !s.top,
		"a directory that does not accept files is an error");
	close(proc_fd);
	e.code = 0;
	tap_ok(publish_begin(&s, dir_fd, top,
		       "a-name-of-more-than-sixty-three-bytes-which-is-none-of-ours-really", &p,
		       &e) == -ENAMETOOLONG &&
			!p && !s.top,
		"a name that is too long is an error");
}

static void try_all(const char *before)
{
	try_finished(before);
	try_discarded();
	try_taken();
	try_replaced();
	try_by_hand();
}

int main(void)
{
	if (!mkdtemp(top) || (dir_fd = open(top, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
		abort();
	try_directories();
	try_space();
	try_unwritable();
	try_all("");
	printf("# without O_TMPFILE\n");
	if (lack_o_tmpfile() < 0)
		abort();
	try_all(".kernel.AbCdEf.part ");
	printf("# without RENAME_NOREPLACE\n");
	if (lack_renameat2() < 0)
		abort();
	try_all(".kernel.AbCdEf.part ");
	tap_is(names(), "", "no file is left behind");
	tap_ok(rmdir(top) == 0, "the directory is empty");
	return tap_done();
}
