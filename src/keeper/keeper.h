/* SPDX-License-Identifier: GPL-2.0-or-later */
/* keeper - the privileged process: attaches, mounts, publishes, and undoes it all */
#ifndef DOMU_KEEPER_KEEPER_H
#define DOMU_KEEPER_KEEPER_H

#include <stdint.h>
#include <sys/types.h>

#include "plan/plan.h"
#include "sys/wire.h"

enum report_kind { REPORT_ANSWER, REPORT_END };

/*
 * A message from the keeper to the front. A REPORT_ANSWER comes with a descriptor of the result's
 * text; the front acknowledges it with one byte. A REPORT_END is the last message.
 */
struct report {
	enum report_kind kind;
	uint32_t unclean; /* number of failed undos */
	int32_t result;	  /* for REPORT_END: if negative, an errno, with the reason in err */
	struct wire_err err;
};

/*
 * Run the keeper in a child process of @front. If @front_fd is closed, a signal arrives or the
 * front dies, it undoes everything, including unacknowledged copies, and exits.
 * Errors: reported to the front: steps "keeper.*", those of pipeline.h
 */
void keeper_main(const struct plan *p, const char *tag, int front_fd, pid_t front)
	__attribute__((noreturn));

#endif
