#!/bin/sh
# Makes the ELF files in this directory, and lines.txt: of each instruction, what llvm-addr2line says (LLVM 14, GCC 12).
set -eu
T="--target=aarch64-none-elf -O1 -g -ffile-prefix-map=$PWD=/src -fdebug-compilation-dir=/src"
G="-O1 -g -ffile-prefix-map=$PWD=/src"
for source in start.S first.c second.c; do
  clang $T -gdwarf-5 -c $source -o $source.5.o
  clang $T -gdwarf-4 -c $source -o $source.4.o
  aarch64-linux-gnu-gcc $G -gdwarf-4 -fno-asynchronous-unwind-tables -c $source -o $source.g.o
done
link='ld.lld -n -Ttext=0x40080000'
$link start.S.5.o first.c.5.o second.c.5.o -o dwarf5.elf
$link --compress-debug-sections=zlib start.S.4.o first.c.4.o second.c.4.o -o dwarf4-zlib.elf
$link start.S.g.o first.c.g.o second.c.g.o -o gcc.elf
aarch64-linux-gnu-objcopy --compress-debug-sections=zlib-gnu gcc.elf dwarf4-gnu.elf
for elf in dwarf5 dwarf4-zlib dwarf4-gnu; do
  echo "$elf.elf"
  aarch64-linux-gnu-objdump -d $elf.elf | sed -n 's/^ *\([0-9a-f]*\):.*/0x\1/p' > addresses
  llvm-addr2line -e $elf.elf < addresses | sed 's,^/src/,,; s, (discriminator [0-9]*),,' | paste -d' ' addresses -
done > lines.txt
for elf in dwarf5 dwarf4-zlib dwarf4-gnu; do
  aarch64-linux-gnu-objcopy -R .debug_loclists -R .debug_loc -R .zdebug_loc -R .debug_ranges -R .zdebug_ranges \
    -R .debug_rnglists -R .comment -R .debug_frame -R .zdebug_frame $elf.elf
done
rm -f *.o addresses gcc.elf
