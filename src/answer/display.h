/* SPDX-License-Identifier: GPL-2.0-or-later */
/* display - how what a command found is to be shown */
#ifndef DOMU_ANSWER_DISPLAY_H
#define DOMU_ANSWER_DISPLAY_H

#include <stdbool.h>

struct display {
	bool json;
	bool colour;
	unsigned int width; /* of the window; 0: no end */
};

#endif
