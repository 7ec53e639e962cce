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
    {EPERM, "operation not permitted"},
    {ENOENT, "no such file or directory"},
    {ESRCH, "no such process"},
    {EINTR, "interrupted"},
    {EIO, "input/output error"},
    {ENXIO, "no such device or address"},
    {E2BIG, "argument list too long"},
    {ENOEXEC, "not a program"},
    {EBADF, "the stream is not open for this"},
    {ECHILD, "no child processes"},
    {EAGAIN, "no resources at the moment"},
    {ENOMEM, "out of memory"},
    {EACCES, "permission denied"},
    {EFAULT, "bad address"},
    {EBUSY, "busy"},
    {EEXIST, "exists already"},
    {EXDEV, "link across devices"},
    {ENODEV, "no such device"},
    {ENOTDIR, "not a directory"},
    {EISDIR, "is a directory"},
    {EINVAL, "invalid argument"},
    {ENFILE, "too many open files in the system"},
    {EMFILE, "too many open files"},
    {ENOTTY, "not a terminal"},
    {EFBIG, "file too large"},
    {ENOSPC, "no space left on the device"},
    {ESPIPE, "the stream has no positions"},
    {EROFS, "read-only file system"},
    {EMLINK, "too many links"},
    {EPIPE, "nobody reads what is written"},
    {EDOM, "outside the domain of the function"},
    {ERANGE, "result out of range"},
    {EDEADLK, "would wait for itself"},
    {ENAMETOOLONG, "name too long"},
    {ENOSYS, "not implemented"},
    {ENOTEMPTY, "directory not empty"},
    {ELOOP, "too many symbolic links"},
    {EPROTO, "protocol error"},
    {EBADMSG, "bad message"},
    {EOVERFLOW, "value too large for its type"},
    {EILSEQ, "invalid sequence of bytes"},
    {ENOTSOCK, "not a socket"},
    {EMSGSIZE, "message too long"},
    {ENOPROTOOPT, "no such option of the protocol"},
    {EPROTONOSUPPORT, "protocol not supported"},
    {ENOTSUP, "not supported"},
    {EAFNOSUPPORT, "address family not supported"},
    {EADDRINUSE, "address in use"},
    {EADDRNOTAVAIL, "address not available"},
    {ENETDOWN, "network is down"},
    {ENETUNREACH, "network unreachable"},
    {ECONNABORTED, "connection aborted"},
    {ECONNRESET, "connection reset"},
    {ENOBUFS, "no room for buffers"},
    {EISCONN, "connected already"},
    {ENOTCONN, "not connected"},
    {ETIMEDOUT, "timed out"},
    {ECONNREFUSED, "connection refused"},
    {EHOSTUNREACH, "host unreachable"},
    {EALREADY, "under way already"},
    {EINPROGRESS, "under way"},
    {ECANCELED, "cancelled"},
};

char* strerror(int error) {
    for (size_t i = 0; i < countof(texts); ++i) {
        if (texts[i].error == error) {
            return (char*)texts[i].text;
        }
    }
    return (char*)"unknown error";
}

int strerror_r(int error, char* text, size_t size) {
    return strlcpy(text, strerror(error), size) < size ? 0 : ERANGE;
}
