// Options on a command line. POSIX's getopt, and long names as in GNU's getopt_long.
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

char* optarg;
int optind = 1, opterr = 1, optopt;

static const char* rest; // of a word with several letters

static void complain(char* const argv[], const char* options, const char* what, const char* name, int size) {
    if (opterr != 0 && *options != ':') {
        fprintf(stderr, "%s: %s: %.*s\n", argv[0], what, size, name);
    }
}

static int missing(char* const argv[], const char* options, const char* name, int size) {
    complain(argv, options, "option needs an argument", name, size);
    return *options == ':' ? ':' : '?';
}

// The option whose letter *rest is.
static int next_letter(int argc, char* const argv[], const char* options) {
    const char* letter = rest++;
    const char* known = *letter == ':' ? NULL : strchr(options, *letter);
    if (*rest == '\0') {
        rest = NULL;
        ++optind;
    }
    optopt = (unsigned char)*letter;
    if (known == NULL) {
        complain(argv, options, "unknown option", letter, 1);
        return '?';
    }
    if (known[1] != ':') {
        return optopt;
    }
    optarg = (char*)rest;
    if (rest != NULL) {
        ++optind;
    } else if (known[2] != ':') {
        if (optind >= argc) {
            return missing(argv, options, letter, 1);
        }
        optarg = argv[optind++];
    }
    rest = NULL;
    return optopt;
}

// What getopt begins with; true if there is an option, whose word does not end yet.
static bool begin(int argc, char* const argv[]) {
    optarg = NULL;
    if (rest != NULL) {
        return true;
    }
    const char* word = optind < argc ? argv[optind] : NULL;
    if (word == NULL || word[0] != '-' || word[1] == '\0') {
        return false;
    }
    if (strcmp(word, "--") == 0) {
        ++optind;
        return false;
    }
    rest = word + 1;
    return true;
}

int getopt(int argc, char* const argv[], const char* options) {
    return begin(argc, argv) ? next_letter(argc, argv, options) : -1;
}

// The long option that a name means, whole or as far as it is unmistakable; -1 if there is none.
static int find_name(const struct option* names, const char* name, size_t size) {
    int found = -1, count = 0;
    for (int i = 0; names[i].name != NULL; ++i) {
        if (strncmp(names[i].name, name, size) == 0) {
            if (names[i].name[size] == '\0') {
                return i;
            }
            found = i;
            ++count;
        }
    }
    return count == 1 ? found : -1;
}

int getopt_long(int argc, char* const argv[], const char* options, const struct option* names, int* index) {
    if (!begin(argc, argv)) {
        return -1;
    }
    if (*rest != '-' || rest != argv[optind] + 1) {
        return next_letter(argc, argv, options);
    }
    const char* name = rest + 1;
    const size_t size = strcspn(name, "=");
    const int found = find_name(names, name, size);
    rest = NULL;
    ++optind;
    optopt = 0;
    if (found < 0) {
        complain(argv, options, "unknown option", name, (int)size);
        return '?';
    }
    const struct option* option = &names[found];
    const bool given = name[size] == '=';
    optopt = option->val;
    if (given && option->has_arg == no_argument) {
        complain(argv, options, "option takes no argument", name, (int)size);
        return '?';
    }
    optarg = given ? (char*)name + size + 1 : NULL;
    if (optarg == NULL && option->has_arg == required_argument) {
        if (optind >= argc) {
            return missing(argv, options, name, (int)size);
        }
        optarg = argv[optind++];
    }
    if (index != NULL) {
        *index = found;
    }
    if (option->flag == NULL) {
        return option->val;
    }
    *option->flag = option->val;
    return 0;
}
