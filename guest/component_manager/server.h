// Servers: threads that answer the channels of their clients, each channel by one of the protocols.
#pragma once

#include <stdbool.h>
#include <zircon/types.h>

struct client;

// What a protocol does with one message; false ends the conversation.
typedef bool answer_t(struct client* client);

struct server {
    const char* name; // of the thread
    zx_handle_t port;
};

// The files of the boot image, for whoever asks: this one never waits.
extern struct server files_server;
// Services: starting one waits for the files.
extern struct server services_server;

struct client {
    zx_handle_t channel;
    struct server* server;
    answer_t* answer;
    // Of the loader service: where to look before, or instead of, lib/ itself.
    char prefix[64];
    bool exclusive;
};

// Starts the thread.
void server_start(struct server* server);

// Makes a channel that is answered, and returns the other end.
zx_status_t server_open(struct server* server, answer_t* answer, zx_handle_t* channel);

// Answers a channel that exists already.
zx_status_t server_add(struct server* server, answer_t* answer, zx_handle_t channel);

// The protocols.
answer_t answer_boot_files;
answer_t answer_loader;
answer_t answer_services;
