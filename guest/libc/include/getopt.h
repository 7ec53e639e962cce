// Options on a command line. POSIX's getopt, and long names as in GNU's getopt_long.
#pragma once

#include <libc-export.h>

LIBC_BEGIN

extern char* optarg;
extern int optind, opterr, optopt;

struct option {
    const char* name;
    int has_arg;
    int* flag; // where `val` goes; null: getopt_long returns it
    int val;
};

enum { no_argument, required_argument, optional_argument };
#define no_argument no_argument
#define required_argument required_argument
#define optional_argument optional_argument

// Options come before the first argument that is none.
int getopt(int argc, char* const argv[], const char* options);
int getopt_long(int argc, char* const argv[], const char* options, const struct option* names, int* index);

LIBC_END
