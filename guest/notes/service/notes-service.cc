// The service `notes`: keeps short texts under names for all its clients. One thread and one port; a client is a channel,
// the notes are everybody's.
#include <cstddef>
#include <cstring>
#include <lib/zx/channel.h>
#include <lib/zx/port.h>
#include <memory>
#include <services.h>
#include <zircon/process.h>
#include <zircon/processargs.h>

#include "../notes.h"

namespace {

constexpr size_t kNotesMax = 64;

struct Note {
  char name[NOTES_NAME_MAX];
  size_t name_size = 0;
  char text[NOTES_TEXT_MAX];
  size_t text_size = 0;

  bool is(const char* other, size_t size) const { return size == name_size && std::memcmp(name, other, size) == 0; }
};

// In the order in which they were first written.
class Notes {
 public:
  zx_status_t write(const char* name, size_t name_size, const char* text, size_t text_size) {
    Note* note = find(name, name_size);
    if (note == nullptr) {
      if (count_ == kNotesMax) {
        return ZX_ERR_NO_SPACE;
      }
      note = &notes_[count_++];
      note->name_size = name_size;
      std::memcpy(note->name, name, name_size);
    }
    note->text_size = text_size;
    std::memcpy(note->text, text, text_size);
    return ZX_OK;
  }

  zx_status_t erase(const char* name, size_t size) {
    Note* note = find(name, size);
    if (note == nullptr) {
      return ZX_ERR_NOT_FOUND;
    }
    for (; note + 1 < notes_ + count_; ++note) {
      *note = note[1];
    }
    --count_;
    return ZX_OK;
  }

  Note* find(const char* name, size_t size) {
    for (size_t i = 0; i < count_; ++i) {
      if (notes_[i].is(name, size)) {
        return &notes_[i];
      }
    }
    return nullptr;
  }

  const Note* at(size_t index) const { return index < count_ ? &notes_[index] : nullptr; }

 private:
  Note notes_[kNotesMax];
  size_t count_ = 0;
};

Notes notes;

void set_text(notes_reply_t* reply, const char* text, size_t size) {
  reply->size = static_cast<uint32_t>(size);
  std::memcpy(reply->data, text, size);
}

zx_status_t act(const notes_request_t& request, notes_reply_t* reply) {
  const char* name = request.data;
  const Note* note = nullptr;
  switch (request.header.ordinal) {
    case NOTES_OP_WRITE:
      return request.name_size == 0 ? ZX_ERR_INVALID_ARGS
                                    : notes.write(name, request.name_size, name + request.name_size, request.text_size);
    case NOTES_OP_ERASE:
      return notes.erase(name, request.name_size);
    case NOTES_OP_READ:
      note = notes.find(name, request.name_size);
      if (note != nullptr) {
        set_text(reply, note->text, note->text_size);
      }
      break;
    case NOTES_OP_LIST:
      note = notes.at(request.index);
      if (note != nullptr) {
        set_text(reply, note->name, note->name_size);
      }
      break;
    default:
      return ZX_ERR_NOT_SUPPORTED;
  }
  return note == nullptr ? ZX_ERR_NOT_FOUND : ZX_OK;
}

bool is_sound(const notes_request_t& request, size_t size) {
  constexpr size_t header = offsetof(notes_request_t, data);
  return size >= header && request.name_size <= NOTES_NAME_MAX && request.text_size <= NOTES_TEXT_MAX &&
         request.name_size + request.text_size == size - header;
}

// Answers what a client has sent; false ends the conversation.
bool answer(const zx::channel& client) {
  notes_request_t request = {};
  notes_reply_t reply = {};
  uint32_t size = 0;
  const zx_status_t status = client.read(0, &request, nullptr, sizeof(request), 0, &size, nullptr);
  if (status == ZX_ERR_SHOULD_WAIT) {
    return true;
  }
  if (status != ZX_OK || !is_sound(request, size)) {
    return false;
  }
  reply.header = request.header;
  reply.status = act(request, &reply);
  const size_t reply_size = offsetof(notes_reply_t, data) + reply.size;
  return client.write(0, &reply, static_cast<uint32_t>(reply_size), nullptr, 0) == ZX_OK;
}

struct Client {
  zx::channel channel;
};

class Server {
 public:
  zx_status_t serve(zx::channel requests) {
    requests_ = std::move(requests);
    zx_status_t status = zx::port::create(0, &port_);
    if (status == ZX_OK) {
      status = wait(requests_, 0);
    }
    while (status == ZX_OK) {
      zx_port_packet_t packet;
      status = port_.wait(zx::time::infinite(), &packet);
      if (status == ZX_OK && packet.key == 0) {
        status = accept();
      } else if (status == ZX_OK) {
        go_on(std::unique_ptr<Client>(reinterpret_cast<Client*>(packet.key)), packet.signal.observed);
      }
    }
    return status;
  }

 private:
  zx_status_t wait(const zx::channel& channel, uint64_t key) {
    return channel.wait_async(port_, key, ZX_CHANNEL_READABLE | ZX_CHANNEL_PEER_CLOSED, ZX_WAIT_ASYNC_ONCE);
  }

  // Somebody has asked for the service, or nobody can any more.
  zx_status_t accept() {
    zx_handle_t handle = ZX_HANDLE_INVALID;
    const zx_status_t status = service_accept(requests_.get(), &handle);
    if (status == ZX_OK) {
      auto client = std::make_unique<Client>();
      client->channel.reset(handle);
      keep(std::move(client));
    }
    return status == ZX_ERR_PEER_CLOSED ? status : wait(requests_, 0);
  }

  // What was sent before the other end closed is still answered.
  void go_on(std::unique_ptr<Client> client, zx_signals_t observed) {
    if ((observed & ZX_CHANNEL_READABLE) != 0 && answer(client->channel)) {
      keep(std::move(client));
    }
  }

  // The port has it until its next message.
  void keep(std::unique_ptr<Client> client) {
    if (wait(client->channel, reinterpret_cast<uintptr_t>(client.get())) == ZX_OK) {
      client.release();
    }
  }

  zx::port port_;
  zx::channel requests_;
};

}  // namespace

int main() {
  zx::channel requests(zx_take_startup_handle(PA_HND(PA_DIRECTORY_REQUEST, 0)));
  return Server().serve(std::move(requests)) == ZX_ERR_PEER_CLOSED ? 0 : 1;
}
