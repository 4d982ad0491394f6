/* SPDX-License-Identifier: GPL-2.0-or-later */
/* copy - bounded copies between files, with and without sendfile */
#include "copy/copy.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "tap.h"

#define MIB (1024 * 1024ULL)

static int temp_file(void)
{
	int fd = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd < 0)
		fd = memfd_create("copy", MFD_CLOEXEC);
	if (fd < 0)
		abort();
	return fd;
}

static int filled_file(size_t size)
{
	int fd = temp_file();
	unsigned char *bytes = malloc(size + 1);

	for (size_t i = 0; i < size; i++)
		bytes[i] = (unsigned char)(i * 2654435761U >> 24);
	if (write(fd, bytes, size) != (ssize_t)size)
		abort();
	free(bytes);
	return fd;
}

static int same(int a_fd, int b_fd, size_t size)
{
	unsigned char *a = malloc(size + 1), *b = malloc(size + 1);
	int ok = pread(a_fd, a, size + 1, 0) == (ssize_t)size &&
		 pread(b_fd, b, size + 1, 0) == (ssize_t)size && !memcmp(a, b, size);

	free(a);
	free(b);
	return ok;
}

static uint64_t size_of(int fd)
{
	struct stat st;

	return fstat(fd, &st) < 0 ? 0 : (uint64_t)st.st_size;
}

static int copy_at(int in_fd, int out_fd, uint64_t at, uint64_t limit, const char *subject,
	uint64_t *ret_bytes, struct err *e)
{
	const struct copy_request rq = {
		.in_fd = in_fd, .out_fd = out_fd, .at = at, .limit = limit, .subject = subject};
	struct copied copied = {.bytes = *ret_bytes};
	int r = copy_bytes(&rq, &copied, e);

	*ret_bytes = copied.bytes;
	return r;
}

static int copy(int in_fd, int out_fd, uint64_t limit, const char *subject, uint64_t *ret_bytes,
	struct err *e)
{
	return copy_at(in_fd, out_fd, 0, limit, subject, ret_bytes, e);
}

/* @flags on the output: O_APPEND makes sendfile refuse. */
static void try_size(size_t size, uint64_t limit, int flags, int want)
{
	int in_fd = filled_file(size), out_fd = temp_file(), r;
	uint64_t n = 12345;
	struct err e = {0};

	fcntl(out_fd, F_SETFL, flags);
	r = copy(in_fd, out_fd, limit, "'file'", &n, &e);
	if (want == 0)
		tap_ok(r == 0 && n == size && same(in_fd, out_fd, size), "%zu bytes%s", size,
			flags ? ", without sendfile" : "");
	else
		tap_ok(r == want && n == 12345 && !strcmp(e.step, "copy.limit") &&
				size_of(out_fd) == 0,
			"%zu bytes are more than %d%s", size, (int)limit,
			flags ? ", without sendfile" : "");
	close(in_fd);
	close(out_fd);
}

static void try_sizes(int flags)
{
	try_size(0, 0, flags, 0);
	try_size(1, 1, flags, 0);
	try_size(1, 0, flags, -EFBIG);
	try_size(256 * 1024, 256 * 1024, flags, 0);
	try_size(256 * 1024 + 1, 256 * 1024, flags, -EFBIG);
	try_size(17 * MIB + 3, UINT64_MAX, flags, 0);
	try_size(16 * MIB, 16 * MIB, flags, 0);
}

static void try_sparse(void)
{
	int in_fd = temp_file(), out_fd = temp_file();
	struct err e = {0};
	uint64_t n = 0;

	if (ftruncate(in_fd, (off_t)(MIB * MIB)) < 0)
		tap_ok(1, "a sparse file of 1 TiB # SKIP this filesystem has none");
	else
		tap_ok(copy(in_fd, out_fd, 1024 * MIB, "'sparse'", &n, &e) == -EFBIG &&
				size_of(out_fd) == 0 && strstr(e.detail, "1073741824"),
			"a sparse file of 1 TiB is refused before anything is written");
	close(in_fd);
	close(out_fd);
}

/* /proc/self/maps has no size, and no end that fstat knows. */
static void try_without_size(int flags)
{
	int in_fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC), out_fd = temp_file();
	struct err e = {0};
	uint64_t n = 0;

	fcntl(out_fd, F_SETFL, flags);
	tap_ok(copy(in_fd, out_fd, MIB, "'maps'", &n, &e) == 0 && n > 0 && size_of(out_fd) == n,
		"a file without a size is copied");
	if (ftruncate(out_fd, 0) < 0)
		abort();
	tap_ok(copy(in_fd, out_fd, 10, "'maps'", &n, &e) == -EFBIG && size_of(out_fd) <= 11,
		"the copy stops at the limit, one byte later at most");
	close(in_fd);
	close(out_fd);
}

static void try_from_the_start(void)
{
	int in_fd = filled_file(1000), out_fd = filled_file(10);
	uint64_t n = 0;

	tap_ok(copy(in_fd, out_fd, 1000, "'file'", &n, NULL) == 0 && same(in_fd, out_fd, 1000),
		"both files are used from their start, whatever their offset");
	close(in_fd);
	close(out_fd);
}

static void try_failures(void)
{
	int in_fd = filled_file(1000), full_fd = open("/dev/full", O_RDWR | O_CLOEXEC);
	int out_fd = temp_file(), dir_fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct err w = {0}, r = {0};
	uint64_t n = 7;

	tap_ok(copy(in_fd, full_fd, 1000, "'full'", &n, &w) == -ENOSPC &&
			!strcmp(w.step, "copy.write") && !strcmp(w.subject, "'full'") && n == 7,
		"no space: the error is the write's");
	tap_ok(copy(dir_fd, out_fd, MIB, "'dir'", &n, &r) == -EISDIR &&
			!strcmp(r.step, "copy.read"),
		"a directory: the error is the read's");
	close(in_fd);
	close(full_fd);
	close(out_fd);
	close(dir_fd);
}

static void try_file_size_limit(void)
{
	struct rlimit few = {MIB, RLIM_INFINITY}, all = {RLIM_INFINITY, RLIM_INFINITY};
	int in_fd = filled_file(3 * MIB), out_fd = temp_file();
	struct err e = {0};
	uint64_t n = 0;

	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &few);
	tap_ok(copy(in_fd, out_fd, 4 * MIB, "'file'", &n, &e) == -EFBIG &&
			!strcmp(e.step, "copy.write"),
		"a write refused by the disk is not reported as the limit");
	setrlimit(RLIMIT_FSIZE, &all);
	close(in_fd);
	close(out_fd);
}

static void try_behind_others(void)
{
	int in_fd = filled_file(1000), out_fd = filled_file(10);
	uint64_t n = 0;

	tap_ok(copy_at(in_fd, out_fd, 12, 1000, "'file'", &n, NULL) == 0 && n == 1000 &&
			size_of(out_fd) == 1012,
		"a copy begins at the specified offset");
	tap_ok(copy_equal(in_fd, out_fd, 12, "'file'", &n, NULL) == 1 && n == 1000,
		"the copy is equal at that offset");
	tap_ok(copy_equal(in_fd, out_fd, 11, "'file'", &n, NULL) == 0,
		"the copy is not equal one byte before");
	tap_ok(copy_equal(in_fd, out_fd, 13, "'file'", &n, NULL) == 0,
		"the copy is not equal one byte after");
	tap_ok(ftruncate(out_fd, 2000) == 0 &&
			copy_equal(in_fd, out_fd, 12, "'file'", &n, NULL) == 1 && n == 1000,
		"a copy followed by more bytes is equal");
	tap_ok(ftruncate(out_fd, 1011) == 0 &&
			copy_equal(in_fd, out_fd, 12, "'file'", &n, NULL) == 0,
		"a truncated copy is not equal");
	close(in_fd);
	close(out_fd);
}

static void on_alarm(int sig)
{
	(void)sig;
}

static void try_signals(int flags)
{
	struct itimerval often = {{0, 500}, {0, 500}}, never = {{0, 0}, {0, 0}};
	struct sigaction sa = {.sa_handler = on_alarm}; /* no SA_RESTART */
	int in_fd = filled_file(32 * MIB), out_fd = temp_file(), r;
	uint64_t n = 0;

	sigaction(SIGALRM, &sa, NULL);
	fcntl(out_fd, F_SETFL, flags);
	setitimer(ITIMER_REAL, &often, NULL);
	r = copy(in_fd, out_fd, 64 * MIB, "'file'", &n, NULL);
	setitimer(ITIMER_REAL, &never, NULL);
	tap_ok(r == 0 && n == 32 * MIB && same(in_fd, out_fd, 32 * MIB),
		"signals do not interrupt a copy");
	close(in_fd);
	close(out_fd);
}

/* As sha256sum(1) has it, of nothing, of "abc", and of what takes more than one turn. */
static void try_digest(size_t size, const char *bytes, const char *want)
{
	int in_fd = bytes ? temp_file() : filled_file(size), out_fd = temp_file();
	struct copy_request rq = {.in_fd = in_fd,
		.out_fd = out_fd,
		.limit = size,
		.checksum = true,
		.subject = "'file'"};
	struct copied copied = {0};
	char text[DIGEST_TEXT] = "";

	if (bytes && write(in_fd, bytes, size) != (ssize_t)size)
		abort();
	if (copy_bytes(&rq, &copied, NULL) == 0)
		digest_text(copied.sha256, text);
	tap_is(text, want, bytes ? bytes : "3 MiB and 5 bytes");
	tap_ok(copied.bytes == size && same(in_fd, out_fd, size),
		"the copy with this digest is equal");
	close(in_fd);
	close(out_fd);
}

static void try_digests(void)
{
	try_digest(0, "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	try_digest(3, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	try_digest(3 * MIB + 5, NULL,
		"f24532f3e6818f6c458bcc39f3d9bfd9bad85bf275e4d331b6f4537f07789cba");
}

int main(void)
{
	try_digests();
	try_sizes(0);
	try_sizes(O_APPEND);
	try_sparse();
	try_without_size(0);
	try_without_size(O_APPEND);
	try_from_the_start();
	try_behind_others();
	try_failures();
	try_file_size_limit();
	try_signals(0);
	try_signals(O_APPEND);
	return tap_done();
}
