/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reader_child - the reader process: confinement and requests; the messages on its socket */
#include "reader/reader_child.h"

#include <assert.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>

#include "base/array.h"
#include "base/log.h"
#include "base/own.h"
#include "base/step.h"
#include "block/lvm_tool.h"
#include "fs/mnt.h"
#include "image/magic.h"
#include "sys/caps.h"
#include "sys/child.h"

#define SOCKET_FD 3 /* its only descriptor besides 0, 1 and 2 */

static struct reply reply;

size_t reader_reply_size(enum question question)
{
	static const size_t answer[] = {[ASK_TABLE] = sizeof(reply.answer.table),
		[ASK_SUPERBLOCK] = sizeof(reply.answer.superblock),
		[ASK_FSSTATE] = sizeof(reply.answer.fsstate),
		[ASK_FSTAB] = sizeof(reply.answer.fstab),
		[ASK_KERNEL] = sizeof(reply.answer.kernel),
		[ASK_LVM] = sizeof(reply.answer.lvm),
		[ASK_IMAGE] = 0,
		[ASK_IMAGEHEAD] = sizeof(reply.answer.imagehead),
		[ASK_COPY] = sizeof(reply.answer.copied),
		[ASK_COMPARE] = sizeof(reply.answer.copied),
		[ASK_UNPACK] = sizeof(reply.answer.unpacked),
		[ASK_COMPARE_UNPACKED] = sizeof(reply.answer.unpacked)};

	_Static_assert(COUNT(answer) == ASK_COMPARE_UNPACKED + 1, "each question has its answer");
	assert((size_t)question < COUNT(answer));
	return REPLY_HEAD + answer[question];
}

static void reader_child_take_line(
	void *arg, const char *source, const char *target, const char *fstype, const char *options)
{
	fstab_consider(arg, source, target, fstype, options);
}

static int read_image(int fd, const struct request *q, struct err *e)
{
	uint8_t head[MAGIC_HEAD];
	int n = STEP(e, "reader.image", q->subject, pread(fd, head, sizeof(head), 0));

	return n < 0 ? n : magic_recognise(head, (size_t)n);
}

static int64_t read_at(void *arg, uint64_t offset, void *to, size_t len)
{
	ssize_t n = pread(*(const int *)arg, to, len, (off_t)offset);

	return n < 0 ? -errno : n;
}

static int read_imagehead(int fd, const struct request *q, struct imagehead *ret, struct err *e)
{
	const off_t size = lseek(fd, 0, SEEK_END); /* also works for a block device */
	const struct image_source from = {
		.read = read_at, .arg = &fd, .size = size < 0 ? 0 : (uint64_t)size};

	return imagehead_read(q->format, &from, q->subject, ret, e);
}

static int read_fsstate(int fd, const struct request *q, struct fsstate *ret, struct err *e)
{
	static uint8_t head[FSSTATE_HEAD];
	int n = STEP(e, "reader.superblock", q->subject, pread(fd, head, sizeof(head), 0));

	if (n < 0)
		return n;
	fsstate_read(q->fstype, head, (size_t)n, ret);
	return 0;
}

static int read_lvm(int fd, const struct request *q, struct lvm_report *ret, struct err *e)
{
	own_free char *text = malloc(LVM_REPORT_MAX);
	int n;

	if (!text)
		return err_set(e, -ENOMEM, "reader.lvm", "%s", q->subject);
	n = STEP(e, "reader.lvm", q->subject, pread(fd, text, LVM_REPORT_MAX, 0));
	if (n < 0)
		return n;
	return lvmreport_parse(text, (size_t)n, LVM_NODE, (unsigned int)q->limit, ret, e);
}

static int reader_child_answer(
	const struct request *q, const int fds[WIRE_FDS_MAX], union answer *a, struct err *e)
{
	const struct copy_image image = {.fd = fds[2],
		.extents_fd = fds[3],
		.start = q->offset,
		.size = q->size,
		.share = q->share};
	const struct copy_request rq = {.in_fd = fds[0],
		.out_fd = fds[1],
		.at = q->at,
		.limit = q->limit,
		.checksum = q->checksum,
		.subject = q->subject,
		.image = q->has_image ? &image : NULL};

	switch (q->question) {
	case ASK_TABLE:
		return probe_table(fds[0], q->size, q->subject, &a->table, e);
	case ASK_SUPERBLOCK:
		return probe_superblock(fds[0], q->offset, q->size, q->subject, &a->superblock, e);
	case ASK_FSSTATE:
		return read_fsstate(fds[0], q, &a->fsstate, e);
	case ASK_FSTAB:
		return mnt_fstab(fds[0], reader_child_take_line, &a->fstab, q->subject, e);
	case ASK_KERNEL:
		return reader_kernel_look(fds[0], q->limit, q->subject, &a->kernel, e);
	case ASK_LVM:
		return read_lvm(fds[0], q, &a->lvm, e);
	case ASK_IMAGE:
		return read_image(fds[0], q, e);
	case ASK_IMAGEHEAD:
		return read_imagehead(fds[0], q, &a->imagehead, e);
	case ASK_COPY:
		return copy_bytes(&rq, &a->copied, e);
	case ASK_COMPARE:
		return copy_equal(fds[0], fds[1], q->at, q->subject, &a->copied.bytes, e);
	case ASK_UNPACK:
		return reader_kernel_unpack(&rq, &a->unpacked, e);
	case ASK_COMPARE_UNPACKED:
		return reader_kernel_compare(&rq, &a->unpacked, e);
	}
	return -EPROTO;
}

static int export_one(const struct request *q, const int fds[WIRE_FDS_MAX])
{
	const size_t size = reader_reply_size(q->question);
	struct err e = {0};

	memset(&reply, 0, size);
	reply.result = reader_child_answer(q, fds, &reply.answer, &e);
	wire_err_from(&reply.err, &e);
	for (int i = 0; i < WIRE_FDS_MAX; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	return wire_send(SOCKET_FD, &reply, size, NULL, 0, NULL);
}

static int reader_child_report(int fd, int result, const struct err *e)
{
	reply.result = result;
	wire_err_from(&reply.err, e);
	return wire_send(fd, &reply, REPLY_HEAD, NULL, 0, NULL);
}

/* Returns 0 at the end of file. If no reply can be sent, the exit code reports the failure. */
static int reader_child_serve(void)
{
	for (;;) {
		struct err e = {0};
		struct request q;
		int fds[WIRE_FDS_MAX];
		size_t len;
		int r = wire_receive(SOCKET_FD, -1, &q, sizeof(q), &len, fds, &e);

		if (r >= 0 && len == 0)
			return 0;
		if (r >= 0 && len != sizeof(q))
			return -EPROTO;
		if (r < 0)
			reader_child_report(SOCKET_FD, r, &e);
		else
			r = export_one(&q, fds);
		if (r < 0)
			return r;
	}
}

/* stderr stays open for messages of a sanitizer or libc. stdout is for the result and does not. */
static int keep_only_socket(int *socket_fd)
{
	own_fd int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null_fd < 0 || dup2(null_fd, 0) < 0 || dup2(null_fd, 1) < 0)
		return -errno;
	close(TAKE_FD(null_fd));
	if (*socket_fd != SOCKET_FD && dup2(*socket_fd, SOCKET_FD) < 0)
		return -errno;
	*socket_fd = SOCKET_FD;
	return close_range(SOCKET_FD + 1, ~0U, 0) < 0 ? -errno : 0;
}

/* No process, no core file, only the descriptors that a request needs. */
static const struct child_limit limits[] = {{RLIMIT_CORE, 0}, {RLIMIT_NPROC, 0},
	{RLIMIT_NOFILE, 32}, {RLIMIT_MEMLOCK, 0}, {RLIMIT_MSGQUEUE, 0}};

static int reader_child_confine(
	int *socket_fd, pid_t parent, uid_t uid, const char *empty_dir, struct err *e)
{
	int r = STEP_OURS(e, "reader.parent", "", child_dies_with(parent, SIGKILL));

	if (r >= 0)
		r = STEP_OURS(e, "reader.descriptors", "", keep_only_socket(socket_fd));
	if (r >= 0)
		r = STEP(e, "reader.chroot", empty_dir, chroot(empty_dir) < 0 ? -1 : chdir("/"));
	if (r >= 0)
		r = STEP_OURS(e, "reader.limits", "", child_limit(limits, COUNT(limits)));
	if (r >= 0)
		r = caps_become_nobody(uid, e);
	if (r >= 0) /* cleared by setuid() */
		r = STEP_OURS(e, "reader.parent", "", child_dies_with(parent, SIGKILL));
	return r;
}

void reader_child(int socket_fd, pid_t parent, uid_t uid, const char *empty_dir)
{
	struct err e = {0};
	sigset_t none;
	int r;

	step_board_drop();
	log_once_end();
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	r = reader_child_confine(&socket_fd, parent, uid, empty_dir, &e);
	if (reader_child_report(socket_fd, r, &e) < 0)
		r = -EPROTO;
	if (r >= 0)
		r = reader_child_serve();
	_exit(r < 0);
}
