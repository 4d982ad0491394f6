/* SPDX-License-Identifier: GPL-2.0-or-later */
/* wire - bounded messages and descriptors between the three processes */
#ifndef DOMU_SYS_WIRE_H
#define DOMU_SYS_WIRE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define WIRE_FDS_MAX 4

/*
 * struct err as it travels: the step by name, since a pointer from another process is not to be
 * believed.
 */
struct wire_err {
	int32_t code;
	int32_t judged;
	char step[32];
	char subject[sizeof(((struct err *)0)->subject)];
	char detail[sizeof(((struct err *)0)->detail)];
};

/* A pair of sockets that keep messages apart (SOCK_SEQPACKET), close-on-exec. Step "wire.pair". */
int wire_pair(int ret[2], struct err *e);

/* One message with up to WIRE_FDS_MAX descriptors. Never raises SIGPIPE. Step "wire.send". */
int wire_send(
	int fd, const void *data, size_t len, const int *fds, unsigned int n_fds, struct err *e);

/*
 * Waits for one message of at most @size bytes; *ret_len is its length, 0 when the other side is
 * gone. Descriptors that came with it are in @ret_fds, -1 where there are none (NULL: none are
 * wanted, and those that come are closed). Where @cancel_fd (or -1) becomes readable first: -EINTR.
 * Step "wire.receive".
 */
int wire_receive(int fd, int cancel_fd, void *data, size_t size, size_t *ret_len,
	int ret_fds[WIRE_FDS_MAX], struct err *e);

void wire_err_from(struct wire_err *to, const struct err *from);

/*
 * Makes an error of one that arrived: text flattened to printable ASCII, an unknown step becomes
 * @step. Returns its code, always negative.
 */
int wire_err_to(struct err *to, const struct wire_err *from, const char *step);

#endif
