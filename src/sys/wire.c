/* SPDX-License-Identifier: GPL-2.0-or-later */
/* wire - bounded messages and descriptors between the three processes */
#include "sys/wire.h"

#include <assert.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/hint.h"
#include "base/quote.h"
#include "base/step.h"

int wire_pair(int ret[2], struct err *e)
{
	return STEP(e, "wire.pair", "", socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ret));
}

union control {
	struct cmsghdr header; /* for its alignment */
	char space[CMSG_SPACE(WIRE_FDS_MAX * sizeof(int))];
};

static void attach_fds(struct msghdr *msg, union control *control, const int *fds, unsigned int n)
{
	struct cmsghdr *c;

	assert(n <= WIRE_FDS_MAX);
	if (n == 0)
		return;
	msg->msg_control = control;
	msg->msg_controllen = CMSG_SPACE(n * sizeof(int));
	c = CMSG_FIRSTHDR(msg);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(n * sizeof(int));
	memcpy(CMSG_DATA(c), fds, n * sizeof(int));
}

int wire_send(
	int fd, const void *data, size_t len, const int *fds, unsigned int n_fds, struct err *e)
{
	struct iovec iov = {.iov_base = (void *)data, .iov_len = len};
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
	union control control = {0};

	attach_fds(&msg, &control, fds, n_fds);
	return STEP(e, "wire.send", "", sendmsg(fd, &msg, MSG_NOSIGNAL));
}

static void detach_fds(struct msghdr *msg, int ret_fds[WIRE_FDS_MAX])
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
		unsigned int n = (unsigned int)((c->cmsg_len - CMSG_LEN(0)) / sizeof(int));
		int fds[WIRE_FDS_MAX];

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS || n > WIRE_FDS_MAX)
			continue;
		memcpy(fds, CMSG_DATA(c), n * sizeof(int));
		for (unsigned int i = 0; i < n; i++) {
			if (ret_fds)
				ret_fds[i] = fds[i];
			else
				close(fds[i]);
		}
	}
}

static int wait_readable(int fd, int cancel_fd)
{
	struct pollfd p[2] = {{.fd = fd, .events = POLLIN}, {.fd = cancel_fd, .events = POLLIN}};

	while (poll(p, 2, -1) < 0)
		if (errno != EINTR)
			return -errno;
	return p[1].revents ? -EINTR : 0;
}

static int wire_receive_message(int fd, int cancel_fd, struct msghdr *msg)
{
	int r = wait_readable(fd, cancel_fd);
	ssize_t n;

	if (r < 0)
		return r;
	n = recvmsg(fd, msg, MSG_CMSG_CLOEXEC);
	if (n < 0)
		return errno == ECONNRESET ? 0 : -errno;
	return msg->msg_flags & (MSG_TRUNC | MSG_CTRUNC) ? -EMSGSIZE : (int)n;
}

int wire_receive(int fd, int cancel_fd, void *data, size_t size, size_t *ret_len,
	int ret_fds[WIRE_FDS_MAX], struct err *e)
{
	struct iovec iov = {.iov_base = data, .iov_len = size};
	union control control = {0};
	struct msghdr msg = {.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control)};
	int r;

	for (unsigned int i = 0; ret_fds && i < WIRE_FDS_MAX; i++)
		ret_fds[i] = -1;
	r = STEP_OURS(e, "wire.receive", "", wire_receive_message(fd, cancel_fd, &msg));
	if (r < 0)
		return r;
	detach_fds(&msg, ret_fds);
	*ret_len = (size_t)r;
	return 0;
}

void wire_err_from(struct wire_err *to, const struct err *from)
{
	assert(!from->step || strlen(from->step) < sizeof(to->step));
	*to = (struct wire_err){.code = from->code, .judged = from->judged};
	snprintf(to->step, sizeof(to->step), "%s", from->step ? from->step : "");
	memcpy(to->subject, from->subject, sizeof(to->subject));
	memcpy(to->detail, from->detail, sizeof(to->detail));
}

int wire_err_to(struct err *to, const struct wire_err *from, const char *step)
{
	struct wire_err copy = *from;
	const char *known;

	copy.step[sizeof(copy.step) - 1] = '\0';
	copy.subject[sizeof(copy.subject) - 1] = '\0';
	copy.detail[sizeof(copy.detail) - 1] = '\0';
	quote_flatten(copy.subject);
	quote_flatten(copy.detail);
	known = hint_step(copy.step);
	(copy.judged ? err_judge : err_set)(
		to, copy.code < 0 ? copy.code : -EPROTO, known ? known : step, "%s", copy.subject);
	if (copy.detail[0])
		err_detail(to, "%s", copy.detail);
	return to->code;
}
