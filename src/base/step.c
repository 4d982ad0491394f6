/* SPDX-License-Identifier: GPL-2.0-or-later */
/* step - wrapper for every foreign call: name, return convention, error context and fault point */
#include "base/step.h"

#include <stdio.h>
#include <sys/mman.h>

#include "base/log.h"

static struct step_board *board;

const struct step_board *step_board_make(void)
{
	void *page = mmap(
		NULL, sizeof(*board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	board = page == MAP_FAILED ? NULL : page;
	return board;
}

void step_board_drop(void)
{
	if (board)
		munmap(board, sizeof(*board));
	board = NULL;
}

void step_enter(const char *step, const char *subject)
{
	log_debug("step %s%s%s", step, subject[0] ? ": " : "", subject);
	if (!board || !subject[0])
		return;
	board->step = step;
	snprintf(board->subject, sizeof(board->subject), "%s", subject);
}
