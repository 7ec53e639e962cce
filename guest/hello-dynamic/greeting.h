// libgreeting.so: a library that hello-dynamic needs.
#pragma once

#pragma GCC visibility push(default)
void greet(const char* whom);
// Greetings in this thread.
extern _Thread_local int greeting_count;
#pragma GCC visibility pop
