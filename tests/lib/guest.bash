# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# guest - small guests for the stories, made in a second and without mounting anything of them
#
# Files:
#   guest_bzimage FILE [VERSION] [BYTES]   an x86 kernel: boot protocol 2.15, xz payload (128 KiB)
#   guest_elf FILE                         an x86-64 ELF executable's header and a body
#   guest_arm64 FILE                       an arm64 Image
#   guest_random FILE BYTES [SEED]         the same bytes for the same seed: initrds
#
# Trees:
#   guest_tree DIR                         a root: /boot/vmlinuz-6.1.0, /boot/initrd.img-6.1.0, the
#                                          symlinks /vmlinuz and /initrd.img, an empty /etc/fstab
#   guest_boot_tree DIR                    what lies on a /boot of its own: the same names, symlinks
#                                          vmlinuz and initrd beside them
#
# Filesystems: guest_fs TYPE FILE SIZE TREE [MKFS-OPTION...] for ext2 ext3 ext4 xfs btrfs squashfs
#   erofs (SIZE in MiB; UUID and label by mkfs's own options: -U, -L ...). $GUEST_UUID is a UUID.
#
# Disks:
#   guest_disk gpt|dos IMG PART...         a table and its partitions. PART is FILE[:KEY=VALUE]... of
#                                          sfdisk (name=, uuid=, type=); with dos "extended" begins
#                                          the logical ones
#
# All that is made is reproducible but for timestamps; sizes are small, images sparse.

# shellcheck disable=SC2034 # used by the stories
GUEST_UUID=6f1a3c5e-7b9d-4e2f-8a1c-0123456789ab

# ---- files -----------------------------------------------------------------------

# Perl's generator is its own, and so the same everywhere.
guest_random() { # FILE BYTES [SEED]
	perl -e '
		my ($bytes, $seed) = @ARGV;
		srand(unpack("%32C*", $seed) + 65599 * length $seed);
		print pack("L*", map { int rand 4294967296 } 1 .. $bytes / 4), "x" x ($bytes % 4);
	' "$2" "${3-seed}" >"$1"
}

_poke() { # FILE OFFSET ESCAPED-BYTES
	# shellcheck disable=SC2059 # the bytes are meant as a format: \x4d\x5a
	printf "$3" | dd of="$1" bs=1 seek="$(($2))" conv=notrunc status=none
}

guest_bzimage() { # FILE [VERSION] [BYTES]
	local version=${2-6.1.0-guest (builder@host) #1 SMP}

	guest_random "$1" "${3-131072}" "bzImage $version"
	head -c 4096 /dev/zero | dd of="$1" conv=notrunc status=none
	_poke "$1" 0x1f1 '\x07' # setup sectors: the payload's part begins at 4096
	_poke "$1" 0x1fe '\x55\xaaXXHdrS\x0f\x02'
	_poke "$1" 0x202 'HdrS'
	_poke "$1" 0x20e '\x00\x04' # the version string, at 0x600
	_poke "$1" 0x236 '\x03\x00' # 64-bit entry point
	_poke "$1" 0x248 '\x00\x01\x00\x00\x00\x10\x00\x00'
	printf '%s\0' "$version" | dd of="$1" bs=1 seek=$((0x600)) conv=notrunc status=none
	_poke "$1" 4352 '\xfd7zXZ\x00'
}

guest_elf() { # FILE
	guest_random "$1" 70000 ELF
	_poke "$1" 0 '\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x3e\x00\x01\x00\x00\x00'
}

guest_arm64() { # FILE
	guest_random "$1" 70000 arm64
	_poke "$1" 0x38 'ARM\x64'
}

# ---- trees -----------------------------------------------------------------------

guest_boot_tree() { # DIR
	mkdir -p "$1"
	guest_bzimage "$1/vmlinuz-6.1.0"
	guest_random "$1/initrd.img-6.1.0" 300000
	ln -s vmlinuz-6.1.0 "$1/vmlinuz"
	ln -s initrd.img-6.1.0 "$1/initrd"
}

guest_tree() { # DIR
	mkdir -p "$1/etc" "$1/usr" "$1/var"
	guest_boot_tree "$1/boot"
	ln -s boot/vmlinuz-6.1.0 "$1/vmlinuz"
	ln -s boot/initrd.img-6.1.0 "$1/initrd.img"
	: >"$1/etc/fstab"
}

# ---- filesystems -----------------------------------------------------------------

guest_fs() { # TYPE FILE MEGABYTES TREE [OPTION...]
	local type=$1 file=$2 size=$3 tree=$4

	shift 4
	rm -f "$file"
	case $type in
	ext2 | ext3 | ext4)
		truncate -s "${size}M" "$file"
		mke2fs -q -F -t "$type" -E root_owner=0:0 -d "$tree" "$@" "$file" ;;
	btrfs)
		truncate -s "${size}M" "$file"
		mkfs.btrfs -q -f --mixed -r "$tree" "$@" "$file" ;;
	squashfs) mksquashfs "$tree" "$file" -quiet -no-progress -noappend "$@" ;;
	erofs) mkfs.erofs "$@" "$file" "$tree" >/dev/null ;;
	xfs)
		_guest_prototype "$tree" >"$file.proto"
		truncate -s "${size}M" "$file"
		# The three variables allow filesystems under 300 MB: xfsprogs' own tests use them.
		TEST_DIR=1 TEST_DEV=1 QA_CHECK_FS=1 mkfs.xfs -q -f -p "$file.proto" "$@" "$file"
		rm "$file.proto" ;;
	*) return 1 ;;
	esac
}

# mkfs.xfs's description of a tree: names hold neither blanks nor newlines.
_guest_prototype() { # TREE
	echo /
	echo 0 0
	echo 'd--755 0 0'
	_guest_prototype_of "$1"
	echo '$'
}

_guest_prototype_of() { # DIRECTORY
	local path name

	for path in "$1"/* "$1"/.[!.]*; do
		name=${path##*/}
		if [ -L "$path" ]; then
			echo "$name l--777 0 0 $(readlink "$path")"
		elif [ -d "$path" ]; then
			echo "$name d--755 0 0"
			_guest_prototype_of "$path"
			echo '$'
		elif [ -f "$path" ]; then
			echo "$name ---644 0 0 $path"
		fi
	done
}

# ---- disks -----------------------------------------------------------------------

_mebibytes() { # FILE: rounded up
	echo $((($(stat -c %s "$1") + 1048575) / 1048576))
}

# Each partition begins at a mebibyte; a logical one has a mebibyte for its own table before it.
guest_disk() { # gpt|dos IMG PART...
	local table=$1 img=$2 part file keys at=1 logical='' size script copies=() i

	shift 2
	script="label: $table"$'\n'
	for part; do
		if [ "$part" = extended ]; then
			script+="start=${at}MiB, type=5"$'\n'
			logical=1
			continue
		fi
		file=${part%%:*}
		keys=''
		[ "$part" = "$file" ] || keys=", ${part#*:}"
		[ -z "$logical" ] || at=$((at + 1))
		size=$(_mebibytes "$file")
		script+="start=${at}MiB, size=${size}MiB${keys//:/, }"$'\n'
		copies+=("$file" "$at")
		at=$((at + size))
	done
	rm -f "$img"
	truncate -s $((at + 1))M "$img"
	sfdisk -q "$img" <<<"$script" >/dev/null
	for ((i = 0; i < ${#copies[@]}; i += 2)); do
		dd if="${copies[i]}" of="$img" bs=1M seek="${copies[i + 1]}" conv=notrunc,sparse status=none
	done
}
