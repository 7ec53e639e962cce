// The server: one thread that answers all channels, of both protocols.
#pragma once

#include <stdbool.h>
#include <zircon/types.h>

struct client;

// What a protocol does with one message; false ends the conversation.
typedef bool answer_t(struct client* client);

struct client {
    zx_handle_t channel;
    answer_t* answer;
    // Of the loader service: where to look before, or instead of, lib/ itself.
    char prefix[64];
    bool exclusive;
};

// Starts the thread.
void server_start(void);

// Makes a channel that is answered, and returns the other end.
zx_status_t server_open(answer_t* answer, zx_handle_t* channel);

// Answers a channel that exists already.
zx_status_t server_add(answer_t* answer, zx_handle_t channel);

// The protocols.
answer_t answer_boot_files;
answer_t answer_loader;
