/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reader - the process that interprets the guest's bytes and may do nothing else */
#include "run/reader.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/own.h"
#include "base/step.h"
#include "run/wire.h"
#include "sys/caps.h"
#include "sys/copy.h"
#include "sys/mnt.h"

#define KERNEL_HEAD (64 * 1024) /* bytes of a kernel that are looked at */
#define SOCKET_FD   3		/* the one descriptor of its own, beside 0, 1 and 2 */

enum question { ASK_TABLE, ASK_SUPERBLOCK, ASK_FSTAB, ASK_KERNEL, ASK_COPY };

struct request {
	enum question question;
	uint64_t offset, size, limit;
	char subject[sizeof(((struct err *)0)->subject)];
};

struct reply {
	int32_t result; /* < 0: err says why */
	struct wire_err err;
	union answer {
		struct part_table table;
		struct superblock superblock;
		struct fstab fstab;
		struct kernel_info kernel;
		uint64_t bytes;
	} answer;
};

/* ---- in the reader ---- */

static void take_line(
	void *arg, const char *source, const char *target, const char *fstype, const char *options)
{
	fstab_consider(arg, source, target, fstype, options);
}

static int read_kernel(int fd, const char *subject, struct kernel_info *ret, struct err *e)
{
	static uint8_t head[KERNEL_HEAD];
	struct stat st;
	int n = STEP(e, "reader.head", subject, pread(fd, head, sizeof(head), 0));

	if (n < 0)
		return n;
	if (fstat(fd, &st) < 0)
		st.st_size = n;
	return kernel_identify(head, (size_t)n, (uint64_t)st.st_size, ret);
}

static int answer(
	const struct request *q, const int fds[WIRE_FDS_MAX], union answer *a, struct err *e)
{
	switch (q->question) {
	case ASK_TABLE:
		return probe_table(fds[0], q->size, q->subject, &a->table, e);
	case ASK_SUPERBLOCK:
		return probe_superblock(fds[0], q->offset, q->size, q->subject, &a->superblock, e);
	case ASK_FSTAB:
		return mnt_fstab(fds[0], take_line, &a->fstab, q->subject, e);
	case ASK_KERNEL:
		return read_kernel(fds[0], q->subject, &a->kernel, e);
	case ASK_COPY:
		return copy_bytes(fds[0], fds[1], q->limit, q->subject, &a->bytes, e);
	}
	return -EPROTO;
}

static void serve_one(const struct request *q, const int fds[WIRE_FDS_MAX])
{
	static struct reply reply;
	struct err e = {0};

	memset(&reply, 0, sizeof(reply));
	reply.result = answer(q, fds, &reply.answer, &e);
	wire_err_from(&reply.err, &e);
	for (int i = 0; i < WIRE_FDS_MAX; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	wire_send(SOCKET_FD, &reply, sizeof(reply), NULL, 0, NULL);
}

static void serve(void)
{
	for (;;) {
		struct request q;
		int fds[WIRE_FDS_MAX];
		size_t len;

		if (wire_receive(SOCKET_FD, -1, &q, sizeof(q), &len, fds, NULL) < 0 ||
			len != sizeof(q))
			return;
		serve_one(&q, fds);
	}
}

static int die_with_parent(pid_t parent)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		return -errno;
	return getppid() == parent ? 0 : -ESRCH; /* it may have died before prctl() */
}

/* stderr stays: a sanitizer or libc may have last words. The answer's stdout does not. */
static int keep_only_socket(int socket_fd)
{
	own_fd int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null_fd < 0 || dup2(null_fd, 0) < 0 || dup2(null_fd, 1) < 0)
		return -errno;
	close(TAKE_FD(null_fd));
	if (socket_fd != SOCKET_FD && dup2(socket_fd, SOCKET_FD) < 0)
		return -errno;
	return close_range(SOCKET_FD + 1, ~0U, 0) < 0 ? -errno : 0;
}

static int enter_empty_root(const char *empty_dir)
{
	if (chroot(empty_dir) < 0 || chdir("/") < 0)
		return -errno;
	return 0;
}

/* No process, no core file, and no more descriptors than a question needs. */
static int limit_resources(void)
{
	static const struct {
		__rlimit_resource_t what;
		rlim_t value;
	} limits[] = {{RLIMIT_CORE, 0}, {RLIMIT_NPROC, 0}, {RLIMIT_NOFILE, 32}, {RLIMIT_MEMLOCK, 0},
		{RLIMIT_MSGQUEUE, 0}};

	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
		if (setrlimit(limits[i].what, &(struct rlimit){limits[i].value, limits[i].value}) <
			0)
			return -errno;
	return 0;
}

static int confine(int socket_fd, pid_t parent, uid_t uid, const char *empty_dir, struct err *e)
{
	int r = STEP_OURS(e, "reader.parent", "", die_with_parent(parent));

	if (r >= 0)
		r = STEP_OURS(e, "reader.descriptors", "", keep_only_socket(socket_fd));
	if (r >= 0)
		r = STEP_OURS(e, "reader.chroot", empty_dir, enter_empty_root(empty_dir));
	if (r >= 0)
		r = STEP_OURS(e, "reader.limits", "", limit_resources());
	if (r >= 0)
		r = caps_become_nobody(uid, e);
	if (r >= 0) /* setuid() has cleared it */
		r = STEP_OURS(e, "reader.parent", "", die_with_parent(parent));
	return r;
}

static void __attribute__((noreturn))
reader_main(int socket_fd, pid_t parent, uid_t uid, const char *empty_dir)
{
	struct err e = {0};
	struct reply ready = {0};
	sigset_t none;
	int r;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	r = confine(socket_fd, parent, uid, empty_dir, &e);
	ready.result = r;
	wire_err_from(&ready.err, &e);
	if (wire_send(r < 0 ? socket_fd : SOCKET_FD, &ready, sizeof(ready), NULL, 0, NULL) >= 0 &&
		r >= 0)
		serve();
	_exit(r < 0);
}

/* ---- in the keeper ---- */

struct reader {
	struct undo undo;
	pid_t pid;
	int fd;
	int cancel_fd;
	struct reply reply;
};

static int end(struct reader *r)
{
	if (r->fd >= 0)
		close(TAKE_FD(r->fd));
	if (r->pid <= 0)
		return 0;
	while (waitpid(r->pid, NULL, 0) < 0)
		if (errno != EINTR)
			return -errno;
	r->pid = 0;
	return 0;
}

/*
 * It may be in the middle of a copy, holding the guest's files open: the mounts could not be undone
 * under it.
 */
static void kill_now(struct reader *r)
{
	if (r->pid > 0)
		kill(r->pid, SIGKILL);
	end(r);
}

static int reader_undo(struct undo *u, struct err *e)
{
	return STEP_OURS(e, "reader.end", "", end(container_of(u, struct reader, undo)));
}

static void reader_free(struct undo *u)
{
	struct reader *r = container_of(u, struct reader, undo);

	kill_now(r);
	free(r);
}

static int gone(struct reader *r, struct err *e)
{
	FAIL(e, -EPROTO, "reader.answer", "%s", "");
	kill_now(r);
	return -EPROTO;
}

/* Receives a reply into r->reply; what failed over there fails here. */
static int receive(struct reader *r, struct err *e)
{
	size_t len = 0;
	int ret = wire_receive(r->fd, r->cancel_fd, &r->reply, sizeof(r->reply), &len, NULL, e);

	if (ret < 0) {
		kill_now(r);
		return ret;
	}
	if (len != sizeof(r->reply))
		return gone(r, e);
	if (r->reply.result < 0)
		return wire_err_to(e, &r->reply.err, "reader.answer");
	return r->reply.result;
}

static int spawn(struct reader *r, uid_t uid, const char *empty_dir, struct err *e)
{
	pid_t parent = getpid();
	int pair[2];
	int ret = wire_pair(pair, e);

	if (ret < 0)
		return ret;
	r->fd = pair[0];
	ret = STEP(e, "reader.fork", "", r->pid = fork());
	if (ret == 0 && r->pid == 0)
		reader_main(pair[1], parent, uid, empty_dir);
	close(pair[1]);
	return ret < 0 ? ret : 0;
}

int reader_start(struct scope *s, uid_t uid, const char *empty_dir, int cancel_fd,
	struct reader **ret, struct err *e)
{
	struct reader *r = calloc(1, sizeof(*r));
	int ret_code;

	if (!r)
		return err_set(e, -ENOMEM, "reader.fork", "%s", "");
	r->fd = -1;
	r->cancel_fd = cancel_fd;
	scope_push(s, &r->undo, "reader", reader_undo, reader_free);
	ret_code = spawn(r, uid, empty_dir, e);
	if (ret_code >= 0)
		ret_code = receive(r, e);
	if (ret_code < 0)
		return ret_code;
	*ret = r;
	return 0;
}

static int ask(struct reader *r, struct request *q, const char *subject, const int *fds,
	unsigned int n_fds, struct err *e)
{
	int ret;

	if (r->fd < 0)
		return gone(r, e);
	snprintf(q->subject, sizeof(q->subject), "%s", subject);
	ret = wire_send(r->fd, q, sizeof(*q), fds, n_fds, e);
	if (ret < 0) {
		kill_now(r);
		return ret;
	}
	return receive(r, e);
}

/* Ends every string of an answer where its field ends. */
#define TERMINATE(field) ((field)[sizeof(field) - 1] = '\0')

static int check_table(struct part_table *t)
{
	TERMINATE(t->type);
	if (t->n > PARTS_MAX || (t->sector_size != 512 && t->sector_size != 4096))
		return -EPROTO;
	for (unsigned int i = 0; i < t->n; i++) {
		struct part *p = &t->part[i];

		TERMINATE(p->uuid);
		TERMINATE(p->guest_name);
		if (p->start % 512 || p->size % 512 || p->start > UINT64_MAX - p->size)
			return -EPROTO;
	}
	return 0;
}

int reader_table(struct reader *r, int fd, uint64_t size, const char *subject,
	struct part_table *ret, struct err *e)
{
	struct request q = {.question = ASK_TABLE, .size = size};
	int result = ask(r, &q, subject, &fd, 1, e);

	if (result < 0)
		return result;
	if (check_table(&r->reply.answer.table) < 0)
		return gone(r, e);
	*ret = r->reply.answer.table;
	return 0;
}

int reader_superblock(struct reader *r, int fd, uint64_t offset, uint64_t size, const char *subject,
	struct superblock *ret, struct err *e)
{
	struct request q = {.question = ASK_SUPERBLOCK, .offset = offset, .size = size};
	struct superblock *sb = &r->reply.answer.superblock;
	int result = ask(r, &q, subject, &fd, 1, e);

	if (result < 0)
		return result;
	TERMINATE(sb->type);
	TERMINATE(sb->usage);
	TERMINATE(sb->guest_uuid);
	TERMINATE(sb->guest_label);
	*ret = *sb;
	return result > 0;
}

static int check_fstab(struct fstab *f)
{
	if (f->n > FSTAB_MOUNTS_MAX)
		return -EPROTO;
	for (unsigned int i = 0; i < f->n; i++) {
		struct fstab_mount *m = &f->mount[i];

		TERMINATE(m->target);
		TERMINATE(m->fstype);
		TERMINATE(m->subvol);
		TERMINATE(m->source.value);
		TERMINATE(m->source.disk);
		if (m->target[0] != '/')
			return -EPROTO;
	}
	return 0;
}

int reader_fstab(struct reader *r, int fd, const char *subject, struct fstab *ret, struct err *e)
{
	struct request q = {.question = ASK_FSTAB};
	int result = ask(r, &q, subject, &fd, 1, e);

	if (result < 0)
		return result;
	if (check_fstab(&r->reply.answer.fstab) < 0)
		return gone(r, e);
	*ret = r->reply.answer.fstab;
	return 0;
}

int reader_kernel(
	struct reader *r, int fd, const char *subject, struct kernel_info *ret, struct err *e)
{
	struct request q = {.question = ASK_KERNEL};
	struct kernel_info *k = &r->reply.answer.kernel;
	int result = ask(r, &q, subject, &fd, 1, e);

	if (result < 0)
		return result;
	TERMINATE(k->version);
	TERMINATE(k->compression);
	TERMINATE(k->arch);
	*ret = *k;
	return 0;
}

int reader_copy(struct reader *r, int in_fd, int out_fd, uint64_t limit, const char *subject,
	uint64_t *ret_bytes, struct err *e)
{
	struct request q = {.question = ASK_COPY, .limit = limit};
	const int fds[] = {in_fd, out_fd};
	struct stat st;
	int result = ask(r, &q, subject, fds, 2, e);

	if (result < 0)
		return result;
	if (fstat(out_fd, &st) < 0 || (uint64_t)st.st_size != r->reply.answer.bytes ||
		r->reply.answer.bytes > limit)
		return gone(r, e);
	*ret_bytes = r->reply.answer.bytes;
	return 0;
}
