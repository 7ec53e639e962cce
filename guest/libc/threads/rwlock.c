// POSIX's locks that many hold to read, or one to write. Who waits to write goes before those who come to read.
#include <errno.h>
#include <pthread.h>

int pthread_rwlock_init(pthread_rwlock_t* restrict lock, const pthread_rwlockattr_t* restrict attributes) {
    (void)attributes;
    *lock = (pthread_rwlock_t){0};
    return 0;
}

int pthread_rwlock_destroy(pthread_rwlock_t* lock) {
    (void)lock;
    return 0;
}

int pthread_rwlock_rdlock(pthread_rwlock_t* lock) {
    mtx_lock(&lock->mutex);
    while (lock->writing || lock->writers > 0) {
        cnd_wait(&lock->changed, &lock->mutex);
    }
    ++lock->readers;
    mtx_unlock(&lock->mutex);
    return 0;
}

int pthread_rwlock_tryrdlock(pthread_rwlock_t* lock) {
    mtx_lock(&lock->mutex);
    const int busy = lock->writing || lock->writers > 0;
    lock->readers += !busy;
    mtx_unlock(&lock->mutex);
    return busy ? EBUSY : 0;
}

int pthread_rwlock_wrlock(pthread_rwlock_t* lock) {
    mtx_lock(&lock->mutex);
    ++lock->writers;
    while (lock->writing || lock->readers > 0) {
        cnd_wait(&lock->changed, &lock->mutex);
    }
    --lock->writers;
    lock->writing = 1;
    mtx_unlock(&lock->mutex);
    return 0;
}

int pthread_rwlock_trywrlock(pthread_rwlock_t* lock) {
    mtx_lock(&lock->mutex);
    const int busy = lock->writing || lock->readers > 0;
    lock->writing |= !busy;
    mtx_unlock(&lock->mutex);
    return busy ? EBUSY : 0;
}

int pthread_rwlock_unlock(pthread_rwlock_t* lock) {
    mtx_lock(&lock->mutex);
    if (lock->writing) {
        lock->writing = 0;
    } else {
        --lock->readers;
    }
    cnd_broadcast(&lock->changed);
    mtx_unlock(&lock->mutex);
    return 0;
}
