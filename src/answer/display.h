/* SPDX-License-Identifier: GPL-2.0-or-later */
/* display - how to print a command's output */
#ifndef DOMU_ANSWER_DISPLAY_H
#define DOMU_ANSWER_DISPLAY_H

#include <stdbool.h>

struct display {
	bool json;
	bool colour;
	unsigned int width; /* columns of the terminal; 0: unlimited */
};

#endif
