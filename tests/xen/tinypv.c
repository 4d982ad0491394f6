/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tinypv - a Xen PV kernel that prints what it was booted with, and shuts down */

/*
 * Compiled with -DNAME="...", which it prints first. On the console:
 *   tinypv NAME
 *   command line: [TEXT]
 *   ramdisk: BYTES bytes, crc32 HEX
 *   tinypv done
 */
#include <stddef.h>
#include <stdint.h>

#define MACHINE_TO_PHYS	  ((const uint64_t *)0xffff800000000000)
#define VIRTUAL_BASE	  0xffffffff80000000 /* as the notes in head.S have it */
#define PAGE_SHIFT	  12
#define HYPERCALL_SCHED	  29
#define HYPERCALL_EVENT	  32
#define SCHED_YIELD	  0
#define SCHED_SHUTDOWN	  2
#define SHUTDOWN_POWEROFF 0
#define EVENT_SEND	  4

/* Xen's public interface: struct start_info of a 64-bit guest. */
struct start_info {
	char magic[32];
	uint64_t pages, shared_info;
	uint32_t flags;
	uint64_t store_frame;
	uint32_t store_event;
	uint64_t console_frame;
	uint32_t console_event;
	uint64_t page_tables, page_table_frames, frame_list;
	uint64_t ramdisk, ramdisk_size;
	char command_line[1024];
};

/* Xen's public interface: struct xencons_interface. */
struct console {
	char in[1024], out[2048];
	uint32_t in_taken, in_put;
	volatile uint32_t out_taken;
	volatile uint32_t out_put;
};

static struct console *console;
static uint32_t console_event;

static void hypercall(uint64_t number, uint64_t command, void *argument)
{
	/* Its versions 14 and 19 do not agree here. */
	/* clang-format off */
	__asm__ volatile("syscall"
			 : "+a"(number), "+D"(command), "+S"(argument)
			 :
			 : "rcx", "rdx", "r8", "r9", "r10", "r11", "memory");
	/* clang-format on */
}

static void wait_for_console(void)
{
	uint32_t event = console_event;

	hypercall(HYPERCALL_EVENT, EVENT_SEND, &event);
	hypercall(HYPERCALL_SCHED, SCHED_YIELD, NULL);
}

static void say_byte(char c)
{
	while (console->out_put - console->out_taken == sizeof(console->out))
		wait_for_console();
	console->out[console->out_put % sizeof(console->out)] = c;
	__asm__ volatile("" ::: "memory"); /* the byte comes before its count */
	console->out_put++;
}

static void say(const char *text)
{
	for (; *text; text++)
		say_byte(*text);
}

static void say_number(uint64_t n, unsigned int base, int digits)
{
	if (n >= base || digits > 1)
		say_number(n / base, base, digits - 1);
	say_byte("0123456789abcdef"[n % base]);
}

static uint32_t crc32(const uint8_t *bytes, uint64_t n)
{
	uint32_t crc = ~0U;

	for (; n; n--, bytes++) {
		crc ^= *bytes;
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc;
}

static void switch_off(void)
{
	uint32_t reason = SHUTDOWN_POWEROFF;

	while (console->out_taken != console->out_put)
		wait_for_console();
	for (;;)
		hypercall(HYPERCALL_SCHED, SCHED_SHUTDOWN, &reason);
}

void tinypv(const struct start_info *start);

void tinypv(const struct start_info *start)
{
	uint64_t frame = MACHINE_TO_PHYS[start->console_frame];

	console = (struct console *)(VIRTUAL_BASE + (frame << PAGE_SHIFT));
	console_event = start->console_event;
	say("tinypv " NAME "\ncommand line: [");
	say(start->command_line);
	say("]\nramdisk: ");
	say_number(start->ramdisk_size, 10, 1);
	say(" bytes, crc32 ");
	say_number(crc32((const uint8_t *)start->ramdisk, start->ramdisk_size), 16, 8);
	say("\ntinypv done\n");
	switch_off();
}
