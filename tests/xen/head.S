/* SPDX-License-Identifier: GPL-2.0-or-later */
/* head - tinypv's first instructions, and the notes that tell Xen that it is a PV kernel */

	.text
	.globl start
start:
	cld
	lea	stack_end(%rip), %rsp
	mov	%rsi, %rdi		/* Xen's start_info */
	call	tinypv			/* does not come back */

	.bss
	.balign 16
	.skip	8192
stack_end:

	.macro note type, value:vararg
	.balign	4
	.long	4, 2f - 1f, \type
	.asciz	"Xen"
1:	\value
2:	.balign	4
	.endm

	.section .note.Xen, "a", @note
	note	1, .quad start			/* where it begins */
	note	3, .quad 0xffffffff80000000	/* where memory is mapped */
	note	4, .quad 0xffffffff80000000	/* what the ELF header's addresses count from */
	note	5, .asciz "xen-3.0"
	note	6, .asciz "tinypv"
	note	7, .asciz "1"
	note	8, .asciz "generic"		/* how it is loaded */
	note	9, .asciz "yes"

	.section .note.GNU-stack, "", @progbits
