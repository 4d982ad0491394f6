/* SPDX-License-Identifier: GPL-2.0-or-later */
/* wire - bounded messages and descriptors between the three processes */
#ifndef DOMU_SYS_WIRE_H
#define DOMU_SYS_WIRE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define WIRE_FDS_MAX 4

/* struct err on the wire. The step goes by name: a pointer from another process is not trusted. */
struct wire_err {
	int32_t code;
	int32_t judged;
	char step[32];
	char subject[sizeof(((struct err *)0)->subject)];
	char detail[sizeof(((struct err *)0)->detail)];
};

/*
 * Create a pair of sockets that preserve message boundaries (SOCK_SEQPACKET), close-on-exec.
 * Returns: >= 0, or a negative errno; step "wire.pair"
 */
int wire_pair(int ret[2], struct err *e);

/*
 * Send one message with up to WIRE_FDS_MAX descriptors. Never raises SIGPIPE.
 * Returns: >= 0, or a negative errno; step "wire.send"
 */
int wire_send(
	int fd, const void *data, size_t len, const int *fds, unsigned int n_fds, struct err *e);

/*
 * Receive one message of at most @size bytes.
 * @cancel_fd: -1 for none
 * @ret_len: length of the message; 0 if the peer is gone
 * @ret_fds: received descriptors, owned by the caller, -1 for absent ones. If NULL, received ones
 * are closed.
 * Returns: 0, or a negative errno; step "wire.receive"
 * Errors: -EINTR if @cancel_fd becomes readable; -EMSGSIZE if the message is too long
 */
int wire_receive(int fd, int cancel_fd, void *data, size_t size, size_t *ret_len,
	int ret_fds[WIRE_FDS_MAX], struct err *e);

/* Convert an error for the wire. */
void wire_err_from(struct wire_err *to, const struct err *from);

/*
 * Convert a received error. Its text is flattened to printable ASCII.
 * @step: replaces a step that is not known
 * Returns: its code, always negative
 */
int wire_err_to(struct err *to, const struct wire_err *from, const char *step);

#endif
