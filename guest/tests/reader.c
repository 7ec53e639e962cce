// Reads its standard input in one of the ways that there are, and prints what it gets.
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void read_lines(void) {
    char line[40];
    while (fgets(line, sizeof(line), stdin) != NULL) {
        printf("line [%.*s]\n", (int)strcspn(line, "\n"), line);
    }
    printf("end %d\n", feof(stdin));
}

static void read_numbers(void) {
    int number, count;
    char word[16];
    while ((count = scanf("%d %15s", &number, word)) == 2) {
        printf("%d times %s\n", number, word);
    }
    printf("stopped with %d, then [%c]\n", count, getchar());
}

static void read_characters(void) {
    int letters = 0, others = 0;
    for (int character; (character = getchar()) != EOF;) {
        letters += isalpha(character) != 0;
        others += isalpha(character) == 0;
    }
    printf("%d letters, %d others\n", letters, others);
}

static void read_bytes(void) {
    char bytes[8];
    for (ssize_t size; (size = read(STDIN_FILENO, bytes, sizeof(bytes))) > 0;) {
        printf("%zd bytes\n", size);
    }
    printf("end, terminal %d, of file 5 %zd %d\n", isatty(STDIN_FILENO), read(5, bytes, 1), errno == EBADF);
}

static void read_one(void) {
    char* line = NULL;
    size_t room = 0;
    printf("name? "); // without a newline, yet before it waits
    const ssize_t size = getline(&line, &room, stdin);
    printf("%zd characters\n", size);
    free(line);
}

int main(int argc, char** argv) {
    static const struct {
        const char* name;
        void (*run)(void);
    } ways[] = {{"lines", read_lines}, {"numbers", read_numbers}, {"characters", read_characters},
                {"bytes", read_bytes}, {"one", read_one}};
    for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); ++i) {
        if (argc > 1 && strcmp(argv[1], ways[i].name) == 0) {
            ways[i].run();
        }
    }
    return 0;
}
