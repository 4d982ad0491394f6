/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fault - the fault points of `make FAULTS=1`; nothing at all in the program that is shipped */
#ifndef DOMU_BASE_FAULT_H
#define DOMU_BASE_FAULT_H

#ifdef DOMU_FAULTS

/*
 * Puts the name on the list that --list-steps prints: an ELF section, so the list is complete by
 * construction.
 */
#define STEP_REGISTER_(nm)                                                                         \
	static const char *const step_name_ __attribute__((section("domu_steps"), used)) = (nm)

/*
 * DOMU_FAULT is a comma-separated list of WHERE=WHAT. WHERE is
 *   NAME          the step of that name, each time
 *   #N            the N-th step of the run, counted over all processes from 1
 *   front#N, keeper#N, reader#N, tool#N
 *                 the N-th step of that process; it is the same one in each run
 *   undo#N        the N-th step taken while a scope unwinds; a try repeated keeps its number
 * and WHAT is
 *   ERRNO[xK]     the step fails, without having been taken: a number or a name, EIO; the first K
 *                 times only
 *   KILL          the process is killed there with SIGKILL
 *   STOP          the process stops there until it gets SIGCONT
 * DOMU_FAULT_LOG names a file that is filled while the program runs. A line "PROCESS N PID NAME",
 * or "PROCESS N PID NAME undo#M", is a step, in the run's order; before them stands "nothing
 * fired", or "fired " and the line of the last step that something was done to. Lines are padded
 * with blanks, the file's end with zero bytes.
 *
 * Returns 0, or the negative errno to fail with.
 */
int fault_hit(const char *name);

/* From the program's start: reads the environment, makes what the processes share. */
void fault_init(void);

/* Brackets an unwinding (nests): steps in it are counted by undo#N as well. */
void fault_unwinding(int on);

/* Where undo#N stands, and back to it: for an undo that is tried again. */
unsigned int fault_undo_mark(void);
void fault_undo_again(unsigned int mark);

/* Before an _exit(2): says on stderr what was lost, as an exit(3) does. */
void fault_check_leaks(void);

/* Prints every step's name, one a line, sorted and without repeats. */
void fault_list_steps(void);

#else

#define STEP_REGISTER_(nm) ((void)0)

#define fault_hit(name)	       0
#define fault_init()	       ((void)0)
#define fault_unwinding(on)    ((void)(on))
#define fault_undo_mark()      0
#define fault_undo_again(mark) ((void)(mark))
#define fault_check_leaks()    ((void)0)

#endif
#endif
