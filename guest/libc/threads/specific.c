// Values of which each thread has its own. C11, 7.26.6.
#include <stdlib.h>

#include "thread.h"

static mtx_t lock;
static struct {
    bool used;
    tss_dtor_t destructor;
} keys[TSS_MAX];

int tss_create(tss_t* key, tss_dtor_t destructor) {
    int result = thrd_error;
    mtx_lock(&lock);
    for (tss_t i = 0; i < TSS_MAX; ++i) {
        if (!keys[i].used) {
            keys[i].used = true;
            keys[i].destructor = destructor;
            *key = i;
            result = thrd_success;
            break;
        }
    }
    mtx_unlock(&lock);
    return result;
}

void tss_delete(tss_t key) {
    mtx_lock(&lock);
    keys[key].used = false;
    keys[key].destructor = NULL;
    mtx_unlock(&lock);
}

void* tss_get(tss_t key) {
    void** values = thread_self()->specifics;
    return values == NULL ? NULL : values[key];
}

int tss_set(tss_t key, void* value) {
    struct thread* thread = thread_self();
    if (thread->specifics == NULL) {
        thread->specifics = calloc(TSS_MAX, sizeof(void*));
        if (thread->specifics == NULL) {
            return thrd_nomem;
        }
    }
    thread->specifics[key] = value;
    return thrd_success;
}

void thread_end_specifics(struct thread* thread) {
    bool again = thread->specifics != NULL;
    for (unsigned round = 0; again && round < TSS_DTOR_ITERATIONS; ++round) {
        again = false;
        for (tss_t i = 0; i < TSS_MAX; ++i) {
            void* value = thread->specifics[i];
            const tss_dtor_t destructor = keys[i].destructor;
            if (value != NULL && destructor != NULL) {
                thread->specifics[i] = NULL;
                destructor(value);
                again = true;
            }
        }
    }
    free(thread->specifics);
    thread->specifics = NULL;
}
