/* SPDX-License-Identifier: GPL-2.0-or-later */
/* loopdev - read-only loop devices that the kernel takes back by itself */
#include "sys/loopdev.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <linux/loop.h>
#include <linux/major.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/own.h"
#include "base/step.h"

#define FREE_TRIES 4  /* a free device may be lost to somebody faster */
#define TRIES	   32 /* after that we have the kernel make one for us, and that may be lost too */

struct loopdev {
	struct undo undo;
	int fd;
	char node[32];
};

/* 1 bound, 0 free, negative errno. */
static int is_bound(int fd, struct loop_info64 *info)
{
	if (ioctl(fd, LOOP_GET_STATUS64, info) == 0)
		return 1;
	return errno == ENXIO ? 0 : -errno;
}

/*
 * LOOP_CLR_FD returns 0 while somebody else has the device open, and detaches later: so it is asked
 * afterwards.
 */
static int clear_and_verify(int fd)
{
	struct loop_info64 info;
	int r;

	if (ioctl(fd, LOOP_CLR_FD, 0) < 0 && errno != ENXIO)
		return -errno;
	r = is_bound(fd, &info);
	return r == 1 ? -EBUSY : r;
}

static int loopdev_undo(struct undo *u, struct err *e)
{
	struct loopdev *d = container_of(u, struct loopdev, undo);

	return STEP_OURS(e, "loop.clear", d->node, clear_and_verify(d->fd));
}

static void loopdev_free(struct undo *u)
{
	struct loopdev *d = container_of(u, struct loopdev, undo);

	close(d->fd);
	free(d);
}

static void loopdev_by_hand(struct undo *u, char *to, size_t size)
{
	snprintf(to, size, "losetup -d %s", u->name);
}

/* 1 open, 0 lost: somebody removes the device (ENXIO) or has just done so. */
static int try_open(const char *node, int attempt, bool writable, int *ret_fd)
{
	int fd = open(node, (writable ? O_RDWR : O_RDONLY) | O_CLOEXEC);

	if (fd < 0 && (errno == ENXIO || (errno == ENOENT && attempt < FREE_TRIES)))
		return 0;
	*ret_fd = fd;
	return fd < 0 ? -errno : 1;
}

/*
 * 1 locked, 0 lost. A free device that is locked is about to be taken by another run: try another.
 * One just made is at most being looked at by udev, for which it is right to wait.
 */
static int try_lock(int fd, int attempt)
{
	if (flock(fd, attempt < FREE_TRIES ? LOCK_EX | LOCK_NB : LOCK_EX) == 0)
		return 1;
	return errno == EWOULDBLOCK ? 0 : -errno;
}

/* 1 configured, 0 lost to somebody who does not lock. */
static int try_configure(int fd, const struct loop_config *c)
{
	if (ioctl(fd, LOOP_CONFIGURE, c) == 0)
		return 1;
	return errno == EBUSY || errno == EAGAIN ? 0 : -errno;
}

static struct loop_config config_of(const struct loopdev_request *rq)
{
	struct loop_config c = {
		.fd = (unsigned int)rq->backing_fd,
		.block_size = rq->sector_size,
		.info = {.lo_offset = rq->offset,
			.lo_sizelimit = rq->size,
			.lo_flags = LO_FLAGS_AUTOCLEAR | (rq->writable ? 0 : LO_FLAGS_READ_ONLY) |
				    (rq->direct ? LO_FLAGS_DIRECT_IO : 0)},
	};

	snprintf((char *)c.info.lo_file_name, LO_NAME_SIZE, LOOPDEV_MARK "%s", rq->tag);
	return c;
}

/* One attempt: 1 and *ret_fd is a configured device, 0 lost a race, negative errno. */
static int attempt_attach(int control_fd, int attempt, const struct loopdev_request *rq,
	char node[32], int *ret_fd, struct err *e)
{
	struct loop_config c = config_of(rq);
	own_fd int fd = -1;
	int r;

	r = STEP(e, "loop.free", "/dev/loop-control",
		attempt < FREE_TRIES ? ioctl(control_fd, LOOP_CTL_GET_FREE)
				     : ioctl(control_fd, LOOP_CTL_ADD, -1));
	if (r < 0)
		return r;
	snprintf(node, 32, "/dev/loop%d", r);
	r = STEP_OURS(e, "loop.open", node, try_open(node, attempt, rq->writable, &fd));
	if (r > 0)
		r = STEP_OURS(e, "loop.lock", node, try_lock(fd, attempt));
	if (r > 0)
		r = STEP_OURS(e, "loop.configure", rq->subject, try_configure(fd, &c));
	if (r > 0)
		*ret_fd = TAKE_FD(fd);
	return r;
}

/* What was asked for is read back: a flag can be dropped in silence. */
static int check(int fd, const struct loopdev_request *rq)
{
	const unsigned int want = LO_FLAGS_AUTOCLEAR | (rq->writable ? 0 : LO_FLAGS_READ_ONLY);
	struct loop_info64 info = {0};
	int read_only = 0;
	int r = is_bound(fd, &info);

	if (r <= 0)
		return r < 0 ? r : -ENXIO;
	if (ioctl(fd, BLKROGET, &read_only) < 0)
		return -errno;
	if ((info.lo_flags & want) != want || !read_only != rq->writable ||
		info.lo_offset != rq->offset || info.lo_sizelimit != rq->size)
		return -EPROTO;
	return 0;
}

static int acquire(struct loopdev *d, const struct loopdev_request *rq, struct err *e)
{
	own_fd int control_fd = STEP(e, "loop.control", "/dev/loop-control",
		open("/dev/loop-control", O_RDWR | O_CLOEXEC));

	if (control_fd < 0)
		return control_fd;
	for (int attempt = 0; attempt < TRIES; attempt++) {
		int r = attempt_attach(control_fd, attempt, rq, d->node, &d->fd, e);

		if (r != 0)
			return r;
	}
	return FAIL(e, -EBUSY, "loop.race", "%s", rq->subject);
}

static int describe(const struct loopdev *d, int backing_fd, struct blkdev *ret, struct err *e)
{
	struct blkdev dev = {.fd = d->fd, .backing_fd = backing_fd};
	struct stat st;
	int r = STEP(e, "loop.stat", d->node, fstat(d->fd, &st));

	if (r >= 0)
		r = blkdev_geometry(d->fd, d->node, &dev.size, &dev.sector_size, e);
	if (r < 0)
		return r;
	dev.rdev = st.st_rdev;
	memcpy(dev.node, d->node, sizeof(dev.node));
	*ret = dev;
	return 0;
}

int loopdev_attach(
	struct scope *s, const struct loopdev_request *rq, struct blkdev *ret, struct err *e)
{
	own_free struct loopdev *fresh = calloc(1, sizeof(*fresh));
	struct loopdev *d;
	int r;

	if (!fresh)
		return err_set(e, -ENOMEM, "loop.configure", "%s", rq->subject);
	r = acquire(fresh, rq, e);
	if (r < 0)
		return r;
	d = TAKE_PTR(fresh);
	d->undo.by_hand = loopdev_by_hand;
	scope_push(s, &d->undo, d->node, loopdev_undo, loopdev_free);
	r = STEP_OURS(e, "loop.check", d->node, check(d->fd, rq));
	if (r < 0)
		return r;
	return describe(d, rq->backing_fd, ret, e);
}

/* 1 marked as ours (and as @tag's, where one is given) and seized, 0 not, negative errno. */
static int seize(int fd, const char *tag, struct loopdev_seized *ret)
{
	struct loop_info64 info = {0};
	int r = is_bound(fd, &info);

	if (r <= 0)
		return r;
	info.lo_file_name[LO_NAME_SIZE - 1] = '\0';
	if (strncmp((char *)info.lo_file_name, LOOPDEV_MARK, strlen(LOOPDEV_MARK)) != 0)
		return 0;
	snprintf(ret->tag, sizeof(ret->tag), "%.16s",
		(char *)info.lo_file_name + strlen(LOOPDEV_MARK));
	if (tag)
		return !strcmp(ret->tag, tag);
	return try_lock(fd, 0);
}

int loopdev_seize(struct scope *s, unsigned int number, const char *tag, struct loopdev_seized *ret,
	struct err *e)
{
	own_free struct loopdev *d = calloc(1, sizeof(*d));
	struct loopdev_seized seized = {.rdev = makedev(LOOP_MAJOR, number)};
	own_fd int fd = -1;
	int r;

	snprintf(seized.node, sizeof(seized.node), "/dev/loop%u", number);
	if (!d)
		return err_set(e, -ENOMEM, "loop.seize", "%s", seized.node);
	fd = open(seized.node, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 && (errno == ENOENT || errno == ENXIO))
		return 0; /* it went while we came */
	r = STEP_OURS(e, "loop.seize", seized.node, fd < 0 ? -errno : seize(fd, tag, &seized));
	if (r <= 0)
		return r;
	*ret = seized;
	d->fd = TAKE_FD(fd);
	memcpy(d->node, seized.node, sizeof(d->node));
	d->undo.by_hand = loopdev_by_hand;
	scope_push(s, &d->undo, d->node, loopdev_undo, loopdev_free);
	TAKE_PTR(d);
	return 1;
}
