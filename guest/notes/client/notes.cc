// notes: a client of the service of the same name. `notes` lists, `notes NAME` reads, `notes NAME TEXT...` writes,
// `notes -d NAME` erases.
#include <cstdio>
#include <cstring>
#include <lib/zx/channel.h>
#include <services.h>
#include <zircon/status.h>

#include "../notes.h"

namespace {

class Notes {
 public:
  zx_status_t connect() { return service_open("/svc/notes", channel_.reset_and_get_address()); }

  zx_status_t call(uint32_t ordinal, const char* name, const char* text, uint32_t index, notes_reply_t* reply) {
    notes_request_t request = {};
    request.header.ordinal = ordinal;
    request.index = index;
    request.name_size = static_cast<uint32_t>(std::strlen(name));
    request.text_size = static_cast<uint32_t>(std::strlen(text));
    if (request.name_size > NOTES_NAME_MAX || request.text_size > NOTES_TEXT_MAX) {
      return ZX_ERR_OUT_OF_RANGE;
    }
    std::memcpy(request.data, name, request.name_size);
    std::memcpy(request.data + request.name_size, text, request.text_size);
    const uint32_t size = static_cast<uint32_t>(offsetof(notes_request_t, data)) + request.name_size + request.text_size;
    const zx_channel_call_args_t args = {&request, nullptr, reply, nullptr, size, 0, sizeof(*reply), 0};
    uint32_t bytes = 0, handles = 0;
    const zx_status_t status = channel_.call(0, zx::time::infinite(), &args, &bytes, &handles);
    if (status != ZX_OK) {
      return status;
    }
    const uint32_t header = offsetof(notes_reply_t, data);
    return bytes < header || reply->size != bytes - header ? ZX_ERR_IO : reply->status;
  }

 private:
  zx::channel channel_;
};

int complain(const char* what, zx_status_t status) {
  std::fprintf(stderr, "notes: %s: %s\n", what, zx_status_get_string(status));
  return 1;
}

int list(Notes* notes) {
  notes_reply_t name, text;
  for (uint32_t index = 0;; ++index) {
    const zx_status_t status = notes->call(NOTES_OP_LIST, "", "", index, &name);
    if (status != ZX_OK) {
      return status == ZX_ERR_NOT_FOUND ? 0 : complain("list", status);
    }
    char terminated[NOTES_NAME_MAX + 1] = "";
    std::memcpy(terminated, name.data, name.size < NOTES_NAME_MAX ? name.size : NOTES_NAME_MAX);
    if (notes->call(NOTES_OP_READ, terminated, "", 0, &text) == ZX_OK) {
      std::printf("%s: %.*s\n", terminated, static_cast<int>(text.size), text.data);
    }
  }
}

int read(Notes* notes, const char* name) {
  notes_reply_t reply;
  const zx_status_t status = notes->call(NOTES_OP_READ, name, "", 0, &reply);
  if (status != ZX_OK) {
    return complain(name, status);
  }
  std::printf("%.*s\n", static_cast<int>(reply.size), reply.data);
  return 0;
}

// The words of the command line with a blank between them.
int write(Notes* notes, const char* name, int count, char** words) {
  char text[NOTES_TEXT_MAX + 1] = "";
  notes_reply_t reply;
  for (int i = 0; i < count; ++i) {
    if (strlcat(text, i == 0 ? "" : " ", sizeof(text)) >= sizeof(text) ||
        strlcat(text, words[i], sizeof(text)) >= sizeof(text)) {
      return complain(name, ZX_ERR_OUT_OF_RANGE);
    }
  }
  const zx_status_t status = notes->call(NOTES_OP_WRITE, name, text, 0, &reply);
  return status == ZX_OK ? 0 : complain(name, status);
}

int erase(Notes* notes, const char* name) {
  notes_reply_t reply;
  const zx_status_t status = notes->call(NOTES_OP_ERASE, name, "", 0, &reply);
  return status == ZX_OK ? 0 : complain(name, status);
}

}  // namespace

int main(int argc, char** argv) {
  Notes notes;
  const zx_status_t status = notes.connect();
  if (status != ZX_OK) {
    return complain("/svc/notes", status);
  }
  if (argc == 1) {
    return list(&notes);
  }
  if (std::strcmp(argv[1], "-d") == 0) {
    if (argc != 3) {
      std::fprintf(stderr, "usage: notes [NAME [TEXT...]] | -d NAME\n");
      return 2;
    }
    return erase(&notes, argv[2]);
  }
  return argc == 2 ? read(&notes, argv[1]) : write(&notes, argv[1], argc - 2, argv + 2);
}
