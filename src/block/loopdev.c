/* SPDX-License-Identifier: GPL-2.0-or-later */
/* loopdev - read-only loop devices that the kernel detaches by itself */
#include "block/loopdev.h"

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
#include <unistd.h>

#include "base/own.h"
#include "base/step.h"
#include "block/loopscan.h"

/*
 * Our numbers. losetup and Xen's block script get a free number from the kernel and attach later.
 * The kernel reports the lowest, so it never reports one of these to them. There are 4096 numbers
 * with any max_part.
 */
#define OWN_FIRST 2048
#define OWN_END	  4096

#define FREE_TRIES    250 /* others may take it first */
#define FREE_PAUSE_US 1000

#define SHARED_TRIES	100 /* two seconds, as for a busy undo */
#define SHARED_PAUSE_US 20000

struct loopdev {
	struct undo undo;
	int fd;
	char node[32];
};

/* Returns 1 if attached, 0 if free. */
static int is_bound(int fd, struct loop_info64 *info)
{
	if (ioctl(fd, LOOP_GET_STATUS64, info) == 0)
		return 1;
	return errno == ENXIO ? 0 : -errno;
}

/* LOOP_CLR_FD returns 0 while others have the device open, and detaches later: check. */
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

/* Returns 1, or 0 if the device is being removed. */
static int try_open(const char *node, bool writable, int *ret_fd)
{
	int fd = open(node, (writable ? O_RDWR : O_RDONLY) | O_CLOEXEC);

	if (fd < 0 && errno == ENXIO)
		return 0;
	*ret_fd = fd;
	return fd < 0 ? -errno : 1;
}

/* Returns 1, or 0 if another run or udev has locked it. */
static int try_lock(int fd)
{
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return 1;
	return errno == EWOULDBLOCK ? 0 : -errno;
}

/* Returns 1, or 0 if a process without the lock was first. */
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

/* Try a device. Returns 1 and *@ret_fd, or 0 if others were first. */
static int try_attach(
	const char *node, const struct loopdev_request *rq, int *ret_fd, struct err *e)
{
	struct loop_config c = config_of(rq);
	own_fd int fd = -1;
	int r;

	r = STEP_OURS(e, "loop.open", node, try_open(node, rq->writable, &fd));
	if (r > 0)
		r = STEP_OURS(e, "loop.lock", node, try_lock(fd));
	if (r > 0)
		r = STEP_OURS(e, "loop.configure", rq->subject, try_configure(fd, &c));
	if (r > 0)
		*ret_fd = TAKE_FD(fd);
	return r;
}

/* Get the lowest free number; the kernel adds a device if none is free. */
static int get_free(int control_fd, struct err *e)
{
	return STEP(e, "loop.free", "/dev/loop-control", ioctl(control_fd, LOOP_CTL_GET_FREE));
}

static int add_number(int control_fd, int number)
{
	return ioctl(control_fd, LOOP_CTL_ADD, number) < 0 && errno != EEXIST ? -errno : 0;
}

/* Add a device; number -1 adds the lowest one missing. */
static int loopdev_add(int control_fd, int number, struct err *e)
{
	return STEP_OURS(e, "loop.add", "/dev/loop-control", add_number(control_fd, number));
}

/* Get the number that LOOP_CTL_GET_FREE returns to others. If it is ours, add a lower one for them.
 */
static int named_to_others(int control_fd, struct err *e)
{
	int named = get_free(control_fd, e);
	int r = named < OWN_FIRST ? 0 : loopdev_add(control_fd, -1, e);

	return r < 0 ? r : named;
}

/*
 * Attach a device with a number of ours. Returns 0 if /dev is not a devtmpfs and lacks the node.
 * Added devices are kept: removal takes the kernel many times as long as a whole run, and the next
 * run reuses them.
 */
static int attach_own(
	int control_fd, struct loopdev *d, const struct loopdev_request *rq, struct err *e)
{
	const int named = named_to_others(control_fd, e);
	int r = named < 0 ? named : 0;

	for (int number = OWN_FIRST; r == 0 && number < OWN_END; number++) {
		if (number == named || loopscan_is_bound((unsigned int)number))
			continue;
		snprintf(d->node, sizeof(d->node), "/dev/loop%d", number);
		r = loopdev_add(control_fd, number, e);
		if (r == 0 && access(d->node, F_OK) < 0)
			return 0;
		if (r == 0)
			r = try_attach(d->node, rq, &d->fd, e);
	}
	return r;
}

static int attach_free(
	int control_fd, struct loopdev *d, const struct loopdev_request *rq, struct err *e)
{
	for (int attempt = 0; attempt < FREE_TRIES; attempt++) {
		int r = get_free(control_fd, e);

		if (r < 0)
			return r;
		snprintf(d->node, sizeof(d->node), "/dev/loop%d", r);
		r = try_attach(d->node, rq, &d->fd, e);
		if (r != 0)
			return r;
		usleep(FREE_PAUSE_US);
	}
	return FAIL(e, -EBUSY, "loop.race", "%s", rq->subject);
}

/* Check the result: the kernel may drop a flag silently. */
static int loopdev_check(int fd, const struct loopdev_request *rq)
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
	int r;

	if (control_fd < 0)
		return control_fd;
	r = attach_own(control_fd, d, rq, e);
	return r != 0 ? r : attach_free(control_fd, d, rq, e);
}

static int loopdev_describe(
	const struct loopdev *d, int backing_fd, struct blkdev *ret, struct err *e)
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
	r = STEP_OURS(e, "loop.check", d->node, loopdev_check(d->fd, rq));
	if (r < 0)
		return r;
	return loopdev_describe(d, rq->backing_fd, ret, e);
}

/*
 * Lock a device whose owner may be dead. udevd shares the lock while it reads a device, as it does
 * after a kill, and releases it in a moment; an owner does not share it. Returns 1 if locked, 0 if
 * the owner lives.
 */
static int lock_dead(int fd)
{
	int r = try_lock(fd);

	for (int i = 0; r == 0 && i < SHARED_TRIES; i++) {
		if (flock(fd, LOCK_SH | LOCK_NB) < 0)
			return errno == EWOULDBLOCK ? 0 : -errno;
		flock(fd, LOCK_UN); /* else two waiting processes would block each other */
		usleep(SHARED_PAUSE_US);
		r = try_lock(fd);
	}
	return r;
}

/* Returns 1 if it has our marker (and @tag, if any) and was taken, 0 if not. */
static int loopdev_seize_ours(int fd, const char *tag, struct loopdev_seized *ret)
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
	return lock_dead(fd);
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
		return 0; /* removed concurrently */
	r = STEP_OURS(e, "loop.seize", seized.node,
		fd < 0 ? -errno : loopdev_seize_ours(fd, tag, &seized));
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
