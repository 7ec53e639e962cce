/** Linked lists: built, searched, turned round, sorted by merging, thinned out. */
#include "program.h"

enum { NODES = 4096 };
struct node {
    struct node *next;
    uint32_t key;
    uint32_t index;
};
static struct node nodes[NODES];

/** In an order in which neighbours in the list are none in memory. */
static struct node *build(struct random *random) {
    struct node *list = NULL;
    for (uint32_t i = 0; i < NODES; i++) {
        struct node *node = &nodes[i * 1021 % NODES];
        *node = (struct node){list, next_random(random) & 0xffff, i};
        list = node;
    }
    return list;
}

static struct node *find(struct node *list, uint32_t key) {
    while (list != NULL && list->key != key) list = list->next;
    return list;
}

static struct node *reversed(struct node *list) {
    struct node *before = NULL;
    while (list != NULL) {
        struct node *next = list->next;
        list->next = before;
        before = list;
        list = next;
    }
    return before;
}

typedef int compare(const struct node *, const struct node *);
static int by_key(const struct node *a, const struct node *b) { return a->key < b->key ? -1 : a->key > b->key; }
static int by_index(const struct node *a, const struct node *b) { return a->index < b->index ? -1 : a->index > b->index; }

static struct node *merged(struct node *a, struct node *b, compare *compare) {
    struct node *list = NULL, **end = &list;
    while (a != NULL && b != NULL) {
        struct node **first = compare(a, b) <= 0 ? &a : &b;
        *end = *first;
        end = &(*first)->next;
        *first = *end;
    }
    *end = a != NULL ? a : b;
    return list;
}

static struct node *sorted(struct node *list, compare *compare) {
    if (list == NULL || list->next == NULL) return list;
    struct node *middle = list;
    for (struct node *end = list->next; end != NULL && end->next != NULL; end = end->next->next) middle = middle->next;
    struct node *second = middle->next;
    middle->next = NULL;
    return merged(sorted(list, compare), sorted(second, compare), compare);
}

/** Without every third node. */
static void thin_out(struct node *list) {
    for (; list != NULL && list->next != NULL; list = list->next) {
        struct node *next = list->next->next;
        if (next != NULL) list->next->next = next->next;
        list = list->next;
    }
}

static uint64_t sum(const struct node *list) {
    uint64_t checksum = 0;
    for (; list != NULL; list = list->next) checksum = mixed(checksum, (uint64_t)list->index << 32 | list->key);
    return checksum;
}

uint64_t work(uint32_t percent) {
    struct random random = {0xabad1dea};
    uint64_t checksum = 0;
    // A pointer that compilers cannot see through.
    compare *volatile orders[] = {by_key, by_index};
    for (uint32_t i = scaled(36, percent); i > 0; i--) {
        struct node *list = build(&random);
        for (int j = 0; j < 64; j++) {
            struct node *found = find(list, next_random(&random) & 0xffff);
            if (found != NULL) checksum = mixed(checksum, found->index);
        }
        list = sorted(reversed(list), orders[0]);
        checksum = mixed(checksum, sum(list));
        thin_out(list);
        list = sorted(list, orders[1]);
        checksum = mixed(checksum, sum(list));
    }
    return checksum;
}
