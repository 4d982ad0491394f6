/* SPDX-License-Identifier: GPL-2.0-or-later */
/* view - how what a command found is to be shown */
#ifndef DOMU_OUT_VIEW_H
#define DOMU_OUT_VIEW_H

#include <stdbool.h>

struct view {
	bool json;
	bool colour;
	unsigned int width; /* of the window; 0: no end */
};

#endif
