/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fault - the fault points of `make FAULTS=1`; nothing at all in the program that is shipped */
#ifndef DOMU_BASE_FAULT_H
#define DOMU_BASE_FAULT_H

#ifdef DOMU_FAULTS

/* Puts the name on the list that --list-steps prints: an ELF section, so the list is complete by
 * construction. */
#define STEP_REGISTER_(nm)                                                                         \
	static const char *const step_name_ __attribute__((section("domu_steps"), used)) = (nm)

/*
 * DOMU_FAULT is a comma-separated list of
 *   name=ERRNO    the step of that name fails, each time
 *   #N=ERRNO      the N-th step of the run fails (counted over all three processes, from 1)
 *   undo#N=ERRNO  the N-th step taken while a scope unwinds fails
 *   #N=KILL       the process that reaches the N-th step is killed there with SIGKILL
 *   #N=STOP:FILE  the process makes FILE there and waits to be killed
 * ERRNO is a number or one of the common names. Returns 0, or the negative errno to fail with.
 */
int fault_hit(const char *name);

/* From the program's start: reads DOMU_FAULT, makes the counter that the three processes share. */
void fault_init(void);

/* Brackets an unwinding (nests): steps in it are counted by undo#N as well. */
void fault_unwinding(int on);

/* Prints every step's name, one a line, sorted and without repeats. */
void fault_list_steps(void);

/* How many steps this run has taken, in all processes. */
unsigned int fault_count(void);

#else

#define STEP_REGISTER_(nm) ((void)0)

static inline int fault_hit(const char *name)
{
	(void)name;
	return 0;
}
static inline void fault_init(void)
{
}
static inline void fault_unwinding(int on)
{
	(void)on;
}

#endif
#endif
