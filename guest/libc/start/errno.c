// errno, one in each thread, and its values in words. ISO C11, 7.5 and 7.24.6.2.
#include <errno.h>
#include <string.h>

#include "../threads/thread.h"

// Before the first thread has its own memory nobody looks at errno.
static int early;

int* __errno_location(void) { return __builtin_thread_pointer() == NULL ? &early : &thread_self()->error; }

static const struct {
    int error;
    const char* text;
} texts[] = {
    {0, "no error"},
    {ENOENT, "no such file or directory"},
    {EIO, "input/output error"},
    {EBADF, "the stream is not open for this"},
    {EAGAIN, "no resources at the moment"},
    {ENOMEM, "out of memory"},
    {EBUSY, "busy"},
    {ENOTDIR, "not a directory"},
    {EISDIR, "is a directory"},
    {EINVAL, "invalid argument"},
    {ESPIPE, "the stream has no positions"},
    {EROFS, "read-only file system"},
    {EDOM, "outside the domain of the function"},
    {ERANGE, "result out of range"},
    {EDEADLK, "would wait for itself"},
    {ENOSYS, "not implemented"},
    {EILSEQ, "invalid sequence of bytes"},
    {ETIMEDOUT, "timed out"},
};

char* strerror(int error) {
    for (size_t i = 0; i < countof(texts); ++i) {
        if (texts[i].error == error) {
            return (char*)texts[i].text;
        }
    }
    return (char*)"unknown error";
}
