#pragma once

/** What a program is: its arguments come in, its exit status goes out. */
int start(int count, char *arguments[]);
