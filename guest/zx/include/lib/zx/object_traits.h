// What can be done with each kind of object.
#pragma once

namespace zx {

class bti;
class channel;
class debuglog;
class event;
class eventpair;
class fifo;
class interrupt;
class iommu;
class job;
class pmt;
class port;
class process;
class profile;
class resource;
class socket;
class suspend_token;
class thread;
class timer;
class vmar;
class vmo;

template <bool Duplication, bool Child, bool Profile, bool Signal, bool Wait, bool Peer>
struct traits {
  static constexpr bool supports_duplication = Duplication;
  static constexpr bool supports_get_child = Child;
  static constexpr bool supports_set_profile = Profile;
  static constexpr bool supports_user_signal = Signal;
  static constexpr bool supports_wait = Wait;
  static constexpr bool has_peer_handle = Peer;
};

//                                                        duplicate child  profile signal wait   peer
template <typename T> struct object_traits       : traits<true,     true,  true,   true,  true,  true> {};
template <> struct object_traits<bti>            : traits<true,     false, false,  true,  true,  false> {};
template <> struct object_traits<channel>        : traits<false,    false, false,  true,  true,  true> {};
template <> struct object_traits<debuglog>       : traits<true,     false, false,  true,  true,  false> {};
template <> struct object_traits<event>          : traits<true,     false, false,  true,  true,  false> {};
template <> struct object_traits<eventpair>      : traits<true,     false, false,  true,  true,  true> {};
template <> struct object_traits<fifo>           : traits<true,     false, false,  true,  true,  true> {};
template <> struct object_traits<interrupt>      : traits<false,    false, false,  false, true,  false> {};
template <> struct object_traits<iommu>          : traits<true,     false, false,  false, false, false> {};
template <> struct object_traits<job>            : traits<true,     true,  false,  true,  true,  false> {};
template <> struct object_traits<pmt>            : traits<false,    false, false,  false, false, false> {};
template <> struct object_traits<port>           : traits<true,     false, false,  false, false, false> {};
template <> struct object_traits<process>        : traits<true,     true,  false,  true,  true,  false> {};
template <> struct object_traits<profile>        : traits<true,     false, false,  false, false, false> {};
template <> struct object_traits<resource>       : traits<true,     true,  false,  true,  true,  false> {};
template <> struct object_traits<socket>         : traits<true,     false, false,  true,  true,  true> {};
template <> struct object_traits<suspend_token>  : traits<false,    false, false,  false, false, false> {};
template <> struct object_traits<thread>         : traits<true,     false, true,   true,  true,  false> {};
template <> struct object_traits<timer>          : traits<true,     false, false,  true,  true,  false> {};
template <> struct object_traits<vmar>           : traits<true,     false, false,  false, false, false> {};
template <> struct object_traits<vmo>            : traits<true,     false, false,  true,  true,  false> {};

}  // namespace zx
