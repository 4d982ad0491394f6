/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reader - start, query and check the unprivileged process that parses the guest's bytes */
#include "reader/reader.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/own.h"
#include "base/quote.h"
#include "base/step.h"
#include "reader/reader_child.h"
#include "sys/child.h"
#include "sys/wire.h"

struct reader {
	struct undo undo;
	pid_t pid;
	int fd;
	int cancel_fd;
	char how[80]; /* how it ended, or why it was killed */
	struct reply reply;
};

#define DYING_MS 2000 /* between the end of file and its exit */

static int reader_end(struct reader *r)
{
	fd_close(&r->fd);
	return child_wait(&r->pid);
}

/* It may be copying, with a guest's files open, which would keep the mounts busy. */
static void kill_now(struct reader *r)
{
	child_end(&r->pid);
	fd_close(&r->fd);
}

static int reader_undo(struct undo *u, struct err *e)
{
	return STEP_OURS(e, "reader.end", "", reader_end(container_of(u, struct reader, undo)));
}

static void reader_free(struct undo *u)
{
	struct reader *r = container_of(u, struct reader, undo);

	kill_now(r);
	free(r);
}

/* There is no reply, or an invalid one. */
static int gone(struct reader *r, const char *why, struct err *e)
{
	if (!r->how[0])
		snprintf(r->how, sizeof(r->how), "%s", why);
	FAIL(e, -EPROTO, "reader.answer", "%s", "");
	err_detail(e, "%s", r->how);
	kill_now(r);
	return -EPROTO;
}

static int reader_malformed(struct reader *r, struct err *e)
{
	return gone(r, "its reply is malformed", e);
}

static int reader_ended(struct reader *r, struct err *e)
{
	child_how_ended(r->pid, DYING_MS, r->how);
	return gone(r, "it is still running but closed its socket", e);
}

/* A request or reply is lost: later replies would not match their requests. */
static int reader_lost(struct reader *r, int code)
{
	snprintf(r->how, sizeof(r->how), "it was killed because its socket failed: %s",
		strerror(-code));
	kill_now(r);
	return code;
}

/* Receive a reply of @size bytes to r->reply. An error in the reader becomes one here. */
static int reader_receive(struct reader *r, size_t size, struct err *e)
{
	size_t len = 0;
	int ret = wire_receive(r->fd, r->cancel_fd, &r->reply, sizeof(r->reply), &len, NULL, e);

	if (ret < 0)
		return reader_lost(r, ret);
	if (len == 0)
		return reader_ended(r, e);
	if (len != size && !(len == REPLY_HEAD && r->reply.result < 0))
		return reader_malformed(r, e);
	if (r->reply.result < 0)
		return wire_err_to(e, &r->reply.err, "reader.answer");
	return r->reply.result;
}

static int reader_spawn(struct reader *r, uid_t uid, const char *empty_dir, struct err *e)
{
	pid_t parent = getpid();
	int pair[2];
	int ret = wire_pair(pair, e);

	if (ret < 0)
		return ret;
	r->fd = pair[0];
	ret = STEP(e, "reader.fork", "", r->pid = fork());
	if (ret == 0 && r->pid == 0)
		reader_child(pair[1], parent, uid, empty_dir);
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
	ret_code = reader_spawn(r, uid, empty_dir, e);
	if (ret_code >= 0)
		ret_code = reader_receive(r, REPLY_HEAD, e);
	if (ret_code < 0)
		return ret_code;
	*ret = r;
	return 0;
}

static int reader_ask(struct reader *r, struct request *q, const char *subject, const int *fds,
	unsigned int n_fds, struct err *e)
{
	struct err unsent = {0};
	int ret;

	if (r->fd < 0)
		return gone(r, "", e); /* r->how says why */
	step_enter("reader.answer", subject);
	snprintf(q->subject, sizeof(q->subject), "%s", subject);
	ret = wire_send(r->fd, q, sizeof(*q), fds, n_fds, &unsent);
	if (ret == -EPIPE) /* it may have sent the reason before it ended */
		return reader_receive(r, 0, e);
	if (ret < 0) {
		*e = unsent;
		return reader_lost(r, ret);
	}
	return reader_receive(r, reader_reply_size(q->question), e);
}

/* Strings from the reader may lack their NUL. */
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
	int result = reader_ask(r, &q, subject, &fd, 1, e);

	if (result < 0)
		return result;
	if (check_table(&r->reply.answer.table) < 0)
		return reader_malformed(r, e);
	*ret = r->reply.answer.table;
	return 0;
}

int reader_superblock(struct reader *r, int fd, uint64_t offset, uint64_t size, const char *subject,
	struct superblock *ret, struct err *e)
{
	struct request q = {.question = ASK_SUPERBLOCK, .offset = offset, .size = size};
	struct superblock *sb = &r->reply.answer.superblock;
	int result = reader_ask(r, &q, subject, &fd, 1, e);

	if (result < 0)
		return result;
	TERMINATE(sb->type);
	TERMINATE(sb->usage);
	TERMINATE(sb->guest_uuid);
	TERMINATE(sb->guest_uuid_sub);
	TERMINATE(sb->guest_label);
	*ret = *sb;
	return result > 0;
}

int reader_fsstate(struct reader *r, int fd, const char *fstype, const char *subject,
	struct fsstate *ret, struct err *e)
{
	struct request q = {.question = ASK_FSSTATE};
	int result;

	snprintf(q.fstype, sizeof(q.fstype), "%s", fstype);
	result = reader_ask(r, &q, subject, &fd, 1, e);
	if (result >= 0)
		*ret = r->reply.answer.fsstate;
	return result;
}

static int check_fstab(struct fstab *f)
{
	TERMINATE(f->root_subvol);
	if (f->n > FSTAB_MOUNTS_MAX || !subvol_is_option(f->root_subvol))
		return -EPROTO;
	for (unsigned int i = 0; i < f->n; i++) {
		struct fstab_mount *m = &f->mount[i];

		TERMINATE(m->target);
		TERMINATE(m->fstype);
		TERMINATE(m->subvol);
		TERMINATE(m->source.value);
		TERMINATE(m->source.disk);
		if (m->target[0] != '/' || !subvol_is_option(m->subvol))
			return -EPROTO;
	}
	return 0;
}

int reader_fstab(struct reader *r, int fd, const char *subject, struct fstab *ret, struct err *e)
{
	struct request q = {.question = ASK_FSTAB};
	int result = reader_ask(r, &q, subject, &fd, 1, e);

	if (result < 0)
		return result;
	if (check_fstab(&r->reply.answer.fstab) < 0)
		return reader_malformed(r, e);
	*ret = r->reply.answer.fstab;
	return 0;
}

static void reader_check_kernel(struct kernel_info *k)
{
	TERMINATE(k->version);
	TERMINATE(k->compression);
	TERMINATE(k->arch);
	quote_flatten(k->version);
}

int reader_kernel(struct reader *r, int fd, uint64_t limit, const char *subject,
	struct kernel_info *ret, struct err *e)
{
	struct request q = {.question = ASK_KERNEL, .limit = limit};
	int result = reader_ask(r, &q, subject, &fd, 1, e);

	if (result < 0)
		return result;
	reader_check_kernel(&r->reply.answer.kernel);
	*ret = r->reply.answer.kernel;
	return 0;
}

int reader_lvm(
	struct reader *r, int fd, unsigned int n_devices, struct lvm_report *ret, struct err *e)
{
	struct request q = {.question = ASK_LVM, .limit = n_devices};
	int result = reader_ask(r, &q, "lvm", &fd, 1, e);

	if (result < 0)
		return result;
	if (lvmreport_check(&r->reply.answer.lvm, n_devices) < 0)
		return reader_malformed(r, e);
	*ret = r->reply.answer.lvm;
	return 0;
}

int reader_image(struct reader *r, int fd, const char *subject, struct err *e)
{
	struct request q = {.question = ASK_IMAGE};

	return reader_ask(r, &q, subject, &fd, 1, e);
}

static int check_imagehead(struct imagehead *h)
{
	TERMINATE(h->guest_backing);
	TERMINATE(h->guest_backing_format);
	TERMINATE(h->guest_data_file);
	if (h->n_extents > IMAGE_EXTENTS_MAX)
		return -EPROTO;
	for (uint32_t i = 0; i < h->n_extents; i++) {
		TERMINATE(h->extent[i].guest_name);
		if (h->extent[i].sectors > INT64_MAX / 512 || h->extent[i].offset > INT64_MAX / 512)
			return -EPROTO;
	}
	return 0;
}

int reader_imagehead(struct reader *r, int fd, enum image_format format, const char *subject,
	struct imagehead *ret, struct err *e)
{
	struct request q = {.question = ASK_IMAGEHEAD, .format = format};
	int result = reader_ask(r, &q, subject, &fd, 1, e);

	if (result < 0)
		return result;
	if (check_imagehead(&r->reply.answer.imagehead) < 0)
		return reader_malformed(r, e);
	*ret = r->reply.answer.imagehead;
	return 0;
}

/* Check that the file has the size that the reader reported. */
static bool is_written(int fd, uint64_t at, uint64_t bytes, uint64_t limit)
{
	struct stat st;

	return bytes <= limit && fstat(fd, &st) == 0 && (uint64_t)st.st_size == at + bytes;
}

int reader_copy(struct reader *r, const struct copy_request *rq, struct copied *ret, struct err *e)
{
	const struct copy_image *image = rq->image;
	struct request q = {
		.question = ASK_COPY, .at = rq->at, .limit = rq->limit, .checksum = rq->checksum};
	const struct copied *copied = &r->reply.answer.copied;
	const int fds[] = {
		rq->in_fd, rq->out_fd, image ? image->fd : -1, image ? image->extents_fd : -1};
	int result;

	if (image) {
		q.has_image = true;
		q.offset = image->start;
		q.size = image->size;
		q.share = image->share;
	}
	result = reader_ask(r, &q, rq->subject, fds, image ? 4 : 2, e);

	if (result < 0)
		return result;
	if (!is_written(rq->out_fd, rq->at, copied->bytes, rq->limit))
		return reader_malformed(r, e);
	*ret = *copied;
	return 0;
}

int reader_compare(struct reader *r, int in_fd, int copy_fd, uint64_t at, const char *subject,
	uint64_t *ret_bytes, struct err *e)
{
	struct request q = {.question = ASK_COMPARE, .at = at};
	const int fds[] = {in_fd, copy_fd};
	int result = reader_ask(r, &q, subject, fds, 2, e);

	if (result >= 0)
		*ret_bytes = r->reply.answer.copied.bytes;
	return result;
}

static int ask_unpacked(struct reader *r, enum question question, const struct copy_request *rq,
	struct unpacked *ret, struct err *e)
{
	struct request q = {.question = question, .limit = rq->limit, .checksum = rq->checksum};
	struct unpacked *u = &r->reply.answer.unpacked;
	const int fds[] = {rq->in_fd, rq->out_fd};
	int result = reader_ask(r, &q, rq->subject, fds, 2, e);

	if (result < 0)
		return result;
	if (question == ASK_UNPACK && !is_written(rq->out_fd, 0, u->copied.bytes, rq->limit))
		return reader_malformed(r, e);
	reader_check_kernel(&u->kernel);
	*ret = *u;
	return result;
}

int reader_unpack(
	struct reader *r, const struct copy_request *rq, struct unpacked *ret, struct err *e)
{
	return ask_unpacked(r, ASK_UNPACK, rq, ret, e);
}

int reader_compare_unpacked(
	struct reader *r, const struct copy_request *rq, struct unpacked *ret, struct err *e)
{
	return ask_unpacked(r, ASK_COMPARE_UNPACKED, rq, ret, e);
}
