// zx:: wrappers and the headers of C++: what they do, printed.
#include <algorithm>
#include <array>
#include <atomic>
#include <cassert>
#include <cerrno>
#include <cinttypes>
#include <climits>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <initializer_list>
#include <lib/zx/bti.h>
#include <lib/zx/channel.h>
#include <lib/zx/event.h>
#include <lib/zx/eventpair.h>
#include <lib/zx/fifo.h>
#include <lib/zx/interrupt.h>
#include <lib/zx/iommu.h>
#include <lib/zx/job.h>
#include <lib/zx/log.h>
#include <lib/zx/port.h>
#include <lib/zx/process.h>
#include <lib/zx/profile.h>
#include <lib/zx/resource.h>
#include <lib/zx/socket.h>
#include <lib/zx/thread.h>
#include <lib/zx/timer.h>
#include <lib/zx/vmar.h>
#include <lib/zx/vmo.h>
#include <limits>
#include <memory>
#include <new>
#include <threads.h>
#include <utility>
#include <zircon/processargs.h>
#include <zircon/status.h>

#define SHOW(call) printf("%s: %s\n", #call, zx_status_get_string(call))

static zx_koid_t koid_of(const zx::object_base& object) {
  zx_info_handle_basic_t info = {};
  object.get_info(ZX_INFO_HANDLE_BASIC, &info, sizeof(info), nullptr, nullptr);
  return info.koid;
}

static bool is_open(zx_handle_t handle) {
  return zx_object_get_info(handle, ZX_INFO_HANDLE_VALID, nullptr, 0, nullptr, nullptr) == ZX_OK;
}

static void owners() {
  zx::event event, copy;
  SHOW(zx::event::create(0, &event));
  const zx_handle_t value = event.get();
  SHOW(event.duplicate(ZX_RIGHT_SAME_RIGHTS, &copy));
  printf("same object %d, other handle %d\n", koid_of(event) == koid_of(copy), event != copy);
  zx::event moved = std::move(event);
  printf("moved %d, empty %d\n", moved.get() == value, !event.is_valid());
  zx::handle any(std::move(moved));
  printf("as any handle %d\n", any.get() == value && !moved);
  {
    zx::event again(std::move(any));
    zx::unowned_event borrowed(again);
    printf("borrowed %d\n", borrowed->get() == value && *borrowed == again);
  }
  printf("closed %d\n", !is_open(value));
  zx::event lesser;
  SHOW(copy.replace(ZX_RIGHT_WAIT | ZX_RIGHT_SIGNAL, &lesser));
  SHOW(lesser.duplicate(ZX_RIGHT_SAME_RIGHTS, &copy));
  const zx_handle_t kept = lesser.release();
  printf("released %d\n", is_open(kept) && !lesser.is_valid());
  zx_handle_close(kept);
}

static void channels() {
  zx::channel left, right, sent_away, other;
  char text[8] = "";
  zx_handle_t handle = ZX_HANDLE_INVALID;
  uint32_t bytes = 0, handles = 0;
  SHOW(zx::channel::create(0, &left, &right));
  SHOW(zx::channel::create(0, &sent_away, &other));
  const zx_handle_t sent = sent_away.release();
  SHOW(left.write(0, "hello", 6, &sent, 1));
  SHOW(right.wait_one(ZX_CHANNEL_READABLE, zx::time::infinite(), nullptr));
  SHOW(right.read(0, text, &handle, sizeof(text), 1, &bytes, &handles));
  printf("%s %u %u %d\n", text, bytes, handles, zx::channel(handle).is_valid());
  SHOW(left.write(0, "older", 6, nullptr, 0));
  SHOW(right.read(0, text, sizeof(text), &bytes, nullptr, 0, nullptr));
  printf("%s\n", text);
  SHOW(right.read(0, nullptr, 0, nullptr, nullptr, 0, nullptr));
  left.reset();
  SHOW(right.wait_one(ZX_CHANNEL_PEER_CLOSED, zx::time::infinite_past(), nullptr));
}

static void memory() {
  zx::vmo vmo, clone;
  uintptr_t address = 0;
  uint64_t size = 0;
  char text[8] = "";
  SHOW(zx::vmo::create(8192, 0, &vmo));
  SHOW(vmo.write("pages", 4094, 6));
  SHOW(vmo.get_size(&size));
  SHOW(vmo.clone(ZX_VMO_CLONE_COPY_ON_WRITE, 0, 8192, &clone));
  SHOW(zx::vmar::root_self()->map(ZX_VM_PERM_READ | ZX_VM_PERM_WRITE, 0, clone, 0, 8192, &address));
  printf("%s %" PRIu64 "\n", reinterpret_cast<const char*>(address + 4094), size);
  std::strcpy(reinterpret_cast<char*>(address + 4094), "other");
  SHOW(vmo.read(text, 4094, 6));
  printf("%s\n", text);
  SHOW(zx::vmar::root_self()->protect(address, 4096, ZX_VM_PERM_READ));
  SHOW(zx::vmar::root_self()->unmap(address, 8192));
  zx::vmar region;
  SHOW(zx::vmar::root_self()->allocate(0, 65536, ZX_VM_CAN_MAP_READ, &region, &address));
  SHOW(region.map(0, vmo, 0, 4096, ZX_VM_PERM_READ, &address));
  SHOW(region.destroy());
  SHOW(vmo.set_property(ZX_PROP_NAME, "named", 5));
  SHOW(vmo.op_range(ZX_VMO_OP_DECOMMIT, 0, 4096, nullptr, 0));
}

static void waiting() {
  zx::port port;
  zx::timer timer;
  zx::eventpair a, b;
  zx_port_packet_t packet = {};
  SHOW(zx::port::create(0, &port));
  SHOW(zx::timer::create(0, ZX_CLOCK_MONOTONIC, &timer));
  SHOW(timer.wait_async(port, 7, ZX_TIMER_SIGNALED, ZX_WAIT_ASYNC_ONCE));
  const zx::time start = zx::clock::get_monotonic();
  SHOW(timer.set(zx::deadline_after(zx::msec(2)), zx::duration(0)));
  SHOW(port.wait(zx::time::infinite(), &packet));
  printf("key %" PRIu64 ", late enough %d\n", packet.key, zx::clock::get_monotonic() - start >= zx::msec(2));
  SHOW(zx::eventpair::create(0, &a, &b));
  SHOW(a.signal_peer(0, ZX_USER_SIGNAL_1));
  zx_signals_t seen = 0;
  SHOW(b.wait_one(ZX_USER_SIGNAL_1, zx::time(), &seen));
  packet = {.key = 9, .type = ZX_PKT_TYPE_USER, .status = 0, .user = {}};
  SHOW(port.queue(&packet));
  SHOW(port.wait(zx::time::infinite(), &packet));
  SHOW(port.cancel(timer, 7));
  zx_wait_item_t items[] = {{a.get(), ZX_EVENTPAIR_PEER_CLOSED, 0}, {b.get(), ZX_USER_SIGNAL_1, 0}};
  SHOW(zx::object<void>::wait_many(items, 2, zx::time::infinite()));
  zx::interrupt interrupt;
  zx::time when;
  SHOW(zx::interrupt::create(zx::resource(), 0, ZX_INTERRUPT_VIRTUAL, &interrupt));
  SHOW(interrupt.trigger(0, zx::time(1234)));
  SHOW(interrupt.wait(&when));
  printf("at %" PRId64 "\n", when.get());
}

static void queues() {
  zx::fifo left, right;
  zx::socket in, out;
  uint32_t numbers[4] = {1, 2, 3, 4};
  size_t count = 0;
  char text[8] = "";
  SHOW(zx::fifo::create(4, 4, 0, &left, &right));
  SHOW(left.write(4, numbers, 3, &count));
  SHOW(right.read(4, numbers, 4, &count));
  printf("%zu\n", count);
  SHOW(zx::socket::create(ZX_SOCKET_STREAM, &in, &out));
  SHOW(in.write(0, "stream", 7, &count));
  SHOW(out.read(0, text, sizeof(text), &count));
  printf("%s %zu\n", text, count);
  SHOW(in.shutdown(ZX_SOCKET_SHUTDOWN_WRITE));
}

static void tasks() {
  zx::job job;
  zx::process process;
  zx::vmar vmar;
  zx::thread thread;
  SHOW(zx::job::create(*zx::job::default_job(), 0, &job));
  SHOW(zx::process::create(job, "made", 4, 0, &process, &vmar));
  SHOW(zx::thread::create(process, "main", 4, 0, &thread));
  zx::handle found;
  SHOW(job.get_child(koid_of(process), ZX_RIGHT_SAME_RIGHTS, &found));
  printf("found %d\n", koid_of(found) == koid_of(process));
  zx::port port;
  zx::port::create(0, &port);
  SHOW(process.bind_exception_port(port, 1, 0));
  SHOW(job.kill());
  SHOW(process.wait_one(ZX_PROCESS_TERMINATED, zx::time::infinite(), nullptr));
  char byte = 'x', copy = 0;
  size_t actual = 0;
  SHOW(zx::process::self()->read_memory(reinterpret_cast<uintptr_t>(&byte), &copy, 1, &actual));
  printf("%c %d\n", copy, zx::thread::self()->is_valid());
}

static void times() {
  constexpr zx::duration second = zx::sec(1);
  static_assert(second.to_msecs() == 1000 && second / zx::msec(100) == 10, "");
  static_assert(zx::time(5) + zx::usec(1) == zx::time(1005) && zx::time::infinite() + second == zx::time::infinite(), "");
  static_assert(zx::hour(2) - zx::min(119) == zx::sec(60) && 3 * zx::nsec(2) < zx::nsec(7), "");
  printf("%d %d\n", zx::ticks::now() <= zx::ticks::now(), zx::ticks::per_second() > zx::ticks(0));
  zx::time_utc utc;
  SHOW(zx::clock::get(&utc));
  SHOW(zx::nanosleep(zx::time::infinite_past()));
}

struct Noisy {
  explicit Noisy(const char* name) : name(name) { printf("+%s ", name); }
  ~Noisy() { printf("-%s ", name); }
  const char* name;
};

static thread_local Noisy of_thread("thread");

static int run_thread(void*) {
  printf("[%s] ", of_thread.name);
  return 0;
}

static void language() {
  auto one = std::make_unique<Noisy>("one");
  std::unique_ptr<Noisy> other = std::move(one);
  auto many = std::make_unique<int[]>(4);
  many[3] = 5;
  printf("%d %d %d\n", !one, other->name[0] == 'o', many[0] + many[3]);
  other.reset();
  putchar('\n');
  thrd_t thread;
  thrd_create(&thread, run_thread, nullptr);
  thrd_join(thread, nullptr);
  putchar('\n');
  volatile size_t too_many = size_t{1} << 50;
  int* volatile none = new (std::nothrow) int[too_many];
  printf("no memory %d\n", none == nullptr);
  struct alignas(64) Wide {
    char bytes[64];
  };
  uintptr_t addresses = 0;
  std::unique_ptr<Wide> wides[3];
  for (auto& wide : wides) {
    wide.reset(new Wide);
    addresses |= reinterpret_cast<uintptr_t>(wide.get());
  }
  printf("aligned %d\n", addresses % 64 == 0);
  std::array<int, 5> values = {{4, 1, 5, 2, 3}};
  std::sort(values.begin(), values.end());
  const auto list = {1, 2, 3};
  int sum = 0;
  for (int value : list) {
    sum += value * values[0];
  }
  std::atomic<int> counter(40);
  counter += 2;
  printf("%d %d %d %zu\n", values[4], sum, counter.load(), list.size());
  printf("%d %.3f %.3f %.3f\n", std::max(3, std::min(7, 5)), std::sqrt(2.0f), std::pow(2, 10), std::fabs(-1.5L) == 1.5L ? 1.0 : 0.0);
  errno = 0;
  const int size = std::snprintf(nullptr, 0, "x%*d", INT_MAX, 1); // at once, whatever the width is
  printf("too much %d %d\n", size, errno == EOVERFLOW);
  static_assert(std::numeric_limits<int64_t>::max() == INT64_MAX && std::numeric_limits<int8_t>::min() == -128, "");
  static_assert(std::numeric_limits<unsigned>::max() == UINT32_MAX && std::numeric_limits<unsigned>::digits == 32, "");
  static_assert(std::is_same<std::decay_t<const int(&)[3]>, const int*>::value && !std::is_function<int>::value, "");
  static_assert(std::is_convertible<zx::channel, zx::handle>::value && !std::is_copy_constructible<zx::channel>::value, "");
  static_assert(sizeof(zx::vmo) == sizeof(zx_handle_t), "a handle and nothing else");
}

int main() {
  owners();
  channels();
  memory();
  waiting();
  queues();
  tasks();
  times();
  language();
  return 0;
}
