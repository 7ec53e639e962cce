// Turns vdso-syms.h, the list of the vDSO's symbols, into linker script: the vDSO begins where userboot ends.
#define SYMBOL(name, address, size) PROVIDE_HIDDEN(name = _end + address);
