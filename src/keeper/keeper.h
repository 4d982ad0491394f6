/* SPDX-License-Identifier: GPL-2.0-or-later */
/* keeper - the process that touches the machine, and undoes what it did */
#ifndef DOMU_KEEPER_KEEPER_H
#define DOMU_KEEPER_KEEPER_H

#include <stdint.h>
#include <sys/types.h>

#include "plan/plan.h"
#include "sys/wire.h"

enum report_kind { REPORT_ANSWER, REPORT_END };

/*
 * What the keeper tells the front. An answer comes with a descriptor of its text and is to be
 * acknowledged by a message of one byte; an end is the last word.
 */
struct report {
	enum report_kind kind;
	uint32_t unclean; /* undos that failed */
	int32_t result;	  /* of an end: < 0, and err says why */
	struct wire_err err;
};

/*
 * The keeper's whole life, in a child of @front. A closed @front_fd, a signal, and the front's
 * death all mean: undo everything, unacknowledged copies too. Steps "keeper.*".
 */
void keeper_main(const struct plan *p, const char *tag, int front_fd, pid_t front)
	__attribute__((noreturn));

#endif
