/** Bodies that attract each other: the sun and four of its planets with made-up places, in steps of equal time. */
#include "program.h"

enum { BODIES = 5 };
struct body {
    double place[3], speed[3], mass;
};
static struct body bodies[BODIES];

static void place(void) {
    struct random random = {0x27182818};
    for (int i = 0; i < BODIES; i++) {
        struct body *body = &bodies[i];
        body->mass = i == 0 ? 40 : 0.01 * (i + 1);
        for (int axis = 0; axis < 3; axis++) {
            body->place[axis] = i == 0 ? 0 : (4 + 6 * i) * ((int32_t)next_random(&random) * 0x1p-31);
            body->speed[axis] = i == 0 ? 0 : (int32_t)next_random(&random) * 0x1p-31;
        }
    }
}

static void advance(double time) {
    for (int i = 0; i < BODIES; i++) {
        struct body *one = &bodies[i];
        for (int j = i + 1; j < BODIES; j++) {
            struct body *other = &bodies[j];
            double distance[3], square = 0.01;
            for (int axis = 0; axis < 3; axis++) {
                distance[axis] = one->place[axis] - other->place[axis];
                square += distance[axis] * distance[axis];
            }
            double strength = time / (square * __builtin_sqrt(square));
            for (int axis = 0; axis < 3; axis++) {
                one->speed[axis] -= distance[axis] * other->mass * strength;
                other->speed[axis] += distance[axis] * one->mass * strength;
            }
        }
    }
    for (int i = 0; i < BODIES; i++) {
        for (int axis = 0; axis < 3; axis++) bodies[i].place[axis] += time * bodies[i].speed[axis];
    }
}

uint64_t work(uint32_t percent) {
    place();
    for (uint32_t i = scaled(80000, percent); i > 0; i--) advance(0.001);
    uint64_t checksum = 0;
    for (int i = 0; i < BODIES; i++) {
        for (int axis = 0; axis < 3; axis++) {
            uint64_t bits;
            __builtin_memcpy(&bits, &bodies[i].place[axis], sizeof bits);
            checksum = mixed(checksum, bits);
        }
    }
    return checksum;
}
