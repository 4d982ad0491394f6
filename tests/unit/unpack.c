/* SPDX-License-Identifier: GPL-2.0-or-later */
/* unpack - streams of each format: complete, truncated anywhere, damaged, too large */
#include "copy/unpack.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "mutate.h"
#include "tap.h"

#define SIZE 540000 /* more than two buffers of the stream */

static uint8_t text[SIZE], packed[2 * SIZE];

static const struct {
	const char *name, *command;
} formats[] = {
	{"gzip", "gzip -n"},
	{"xz", "xz --check=crc32 --lzma2=dict=1MiB"},
	{"lzma", "xz --format=lzma"},
	{"zstd", "zstd -q"},
	{"lz4", "lz4 -q"},
	{"lz4", "lz4 -q -l"},
	{"bzip2", "bzip2"},
};
#define N_FORMATS (sizeof(formats) / sizeof(formats[0]))

struct sink {
	size_t got;
	size_t enough; /* after so many; 0: never */
	int wrong;
};

static int take(void *arg, const uint8_t *bytes, size_t len, struct err *e)
{
	struct sink *s = arg;

	(void)e;
	s->wrong |= len > SIZE - s->got || memcmp(text + s->got, bytes, len) != 0;
	s->got += len;
	return s->enough && s->got >= s->enough;
}

static int file_of(const void *bytes, size_t len)
{
	int fd = memfd_create("packed", MFD_CLOEXEC);

	if (fd < 0 || write(fd, bytes, len) != (ssize_t)len)
		abort();
	return fd;
}

/* By the real tool; 0 where there is none. */
static size_t pack(const char *command)
{
	char line[256];
	int fd = file_of(text, SIZE);
	size_t len = 0;
	FILE *f;

	snprintf(line, sizeof(line), "%s -c </proc/%d/fd/%d 2>/dev/null", command, getpid(), fd);
	f = popen(line, "r");
	if (f) {
		len = fread(packed, 1, sizeof(packed), f);
		pclose(f);
	}
	close(fd);
	return len;
}

static int unpack(const char *format, const uint8_t *bytes, size_t len, uint64_t limit,
	struct sink *s, struct err *e)
{
	int fd = file_of(bytes, len), r;
	const struct unpack_request rq = {
		.format = format, .in_fd = fd, .size = len, .limit = limit, .subject = "'file'"};

	r = unpack_stream(&rq, take, s, e);
	close(fd);
	return r;
}

static void test_whole(const char *format, const char *command, size_t len)
{
	struct sink all = {0}, some = {.enough = 1000}, few = {0};
	struct err e = {0};

	tap_ok(unpack(format, packed, len, SIZE, &all, NULL) == 1 && all.got == SIZE && !all.wrong,
		"%s: complete", command);
	tap_ok(unpack(format, packed, len, SIZE, &some, NULL) == 0 && some.got < SIZE,
		"%s: stops when enough is unpacked", command);
	tap_ok(unpack(format, packed, len, SIZE - 1, &few, &e) == -EFBIG && few.got < SIZE &&
			!strcmp(e.step, "unpack.limit"),
		"%s: more than the limit", command);
}

/* As the kernel's build leaves it: the size, in four bytes, behind the stream. */
static void test_behind(const char *format, const char *command, size_t len)
{
	struct sink all = {0};

	memcpy(packed + len, "\x60\xae\x0a\x00", 4);
	tap_ok(unpack(format, packed, len + 4, SIZE, &all, NULL) == 1 && all.got == SIZE &&
			!all.wrong,
		"%s: followed by its size", command);
}

/* What came out before the end is right; lz4's older format has no end of its own. */
static void test_cut(const char *format, const char *command, size_t len)
{
	unsigned int wrong = 0;

	for (size_t n = 0; n < len; n += 1 + n / 8) {
		struct sink s = {0};
		int r = unpack(format, packed, n, SIZE, &s, NULL);

		wrong += s.wrong || (r != -EBADMSG && !(r == 1 && !strcmp(command, "lz4 -q -l")));
	}
	tap_ok(wrong == 0, "%s: truncated (%u wrong)", command, wrong);
}

static void test_mutations(void)
{
	struct mutate m = mutate_for(3);
	unsigned long n = 0, wrong = 0;
	static uint8_t bytes[2 * SIZE];

	while (mutate_more(&m)) {
		size_t which = mutate_random(&m, N_FORMATS), len = pack(formats[which].command);

		for (unsigned int i = 0; len > 0 && i < 20; i++, n++) {
			struct sink s = {0};
			struct err e = {0};
			int r;

			memcpy(bytes, packed, len);
			for (uint64_t k = 1 + mutate_random(&m, 4); k > 0; k--)
				bytes[mutate_random(&m, mutate_random(&m, 2) ? 40 : len)] =
					(uint8_t)mutate_random(&m, 256);
			r = unpack(formats[which].name, bytes, len, 2 * SIZE, &s, &e);
			wrong += r != 1 && r != -EBADMSG && r != -EFBIG;
			wrong += s.got > 2 * SIZE || (r < 0 && !e.detail[0]);
		}
	}
	tap_ok(n > 0 && wrong == 0, "damaged streams end within bounds (%lu wrong)", wrong);
}

static void test_others(void)
{
	struct sink all = {0}, none = {0};
	struct err e = {0};

	tap_ok(unpack("", text, SIZE, SIZE, &all, NULL) == 1 && all.got == SIZE && !all.wrong,
		"uncompressed bytes are passed unchanged");
	tap_ok(unpack("lzo", text, SIZE, SIZE, &none, &e) == -EOPNOTSUPP &&
			!strcmp(e.step, "unpack.format") && strstr(e.detail, "gzip, xz"),
		"an unsupported format is an error");
}

int main(void)
{
	for (size_t i = 0; i < SIZE; i++)
		text[i] = (uint8_t)(i * i >> 7 ^ i % 251);
	test_others();
	for (size_t i = 0; i < N_FORMATS; i++) {
		size_t len = pack(formats[i].command);

		if (len == 0) {
			tap_ok(1, "%s # SKIP not installed", formats[i].command);
			continue;
		}
		test_whole(formats[i].name, formats[i].command, len);
		test_cut(formats[i].name, formats[i].command, len);
		test_behind(formats[i].name, formats[i].command, len);
	}
	test_mutations();
	return tap_done();
}
