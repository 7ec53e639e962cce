// docs/signals.md, docs/syscalls/event_create.md, eventpair_create.md, object_signal.md, object_signal_peer.md.
#include "test.h"

TEST(event_create_errors) {
    zx_handle_t out;
    EXPECT_STATUS(zx_event_create(1, &out), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_event_create(0, bad_pointer()), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_event_create(0, NULL), ZX_ERR_INVALID_ARGS);
}

TEST(event_signals) {
    const zx_handle_t event = new_event();
    EXPECT_EQ(signals_of(event), 0);
    EXPECT_OK(zx_object_signal(event, 0, ZX_EVENT_SIGNALED | ZX_USER_SIGNAL_7));
    EXPECT_EQ(signals_of(event), ZX_EVENT_SIGNALED | ZX_USER_SIGNAL_7);
    // What is cleared and set at once is set in the end.
    EXPECT_OK(zx_object_signal(event, ZX_EVENT_SIGNALED | ZX_USER_SIGNAL_7, ZX_USER_SIGNAL_0 | ZX_USER_SIGNAL_7));
    EXPECT_EQ(signals_of(event), ZX_USER_SIGNAL_0 | ZX_USER_SIGNAL_7);
    EXPECT_OK(zx_object_signal(event, ZX_USER_SIGNAL_ALL, 0));
    EXPECT_EQ(signals_of(event), 0);
    CLOSE(event);
}

TEST(object_signal_errors) {
    const zx_handle_t event = new_event(), unsignalable = with_rights(event, ZX_RIGHT_WAIT);
    EXPECT_STATUS(zx_object_signal(ZX_HANDLE_INVALID, 0, 0), ZX_ERR_BAD_HANDLE);
    EXPECT_STATUS(zx_object_signal(unsignalable, 0, ZX_USER_SIGNAL_0), ZX_ERR_ACCESS_DENIED);
    EXPECT_STATUS(zx_object_signal(event, 0, ZX_CHANNEL_READABLE), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_object_signal(event, ZX_SIGNAL_HANDLE_CLOSED, 0), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_object_signal_peer(event, 0, ZX_USER_SIGNAL_0), ZX_ERR_ACCESS_DENIED);
    CLOSE(event, unsignalable);
}

TEST(object_signal_knows_what_belongs_to_the_kernel) {
    zx_handle_t ours, theirs;
    REQUIRE_OK(zx_channel_create(0, &ours, &theirs));
    EXPECT_STATUS(zx_object_signal(ours, 0, ZX_EVENT_SIGNALED), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_object_signal_peer(ours, ZX_CHANNEL_WRITABLE, 0), ZX_ERR_INVALID_ARGS);
    EXPECT_OK(zx_object_signal_peer(ours, 0, ZX_USER_SIGNAL_3));
    EXPECT_EQ(signals_of(theirs) & ZX_USER_SIGNAL_ALL, ZX_USER_SIGNAL_3);
    EXPECT_EQ(signals_of(ours) & ZX_USER_SIGNAL_ALL, 0);
    CLOSE(theirs);
    EXPECT_STATUS(zx_object_signal_peer(ours, 0, ZX_USER_SIGNAL_3), ZX_ERR_PEER_CLOSED);
    CLOSE(ours);
}

TEST(eventpair_signals) {
    zx_handle_t ours, theirs;
    REQUIRE_OK(zx_eventpair_create(0, &ours, &theirs));
    EXPECT(koid_of(ours) != koid_of(theirs));
    EXPECT_OK(zx_object_signal(ours, 0, ZX_EVENTPAIR_SIGNALED));
    EXPECT_OK(zx_object_signal_peer(ours, 0, ZX_USER_SIGNAL_1));
    EXPECT_EQ(signals_of(ours), ZX_EVENTPAIR_SIGNALED);
    EXPECT_EQ(signals_of(theirs), ZX_USER_SIGNAL_1);
    CLOSE(theirs);
    EXPECT_EQ(signals_of(ours), ZX_EVENTPAIR_SIGNALED | ZX_EVENTPAIR_PEER_CLOSED);
    EXPECT_STATUS(zx_object_signal_peer(ours, 0, ZX_USER_SIGNAL_1), ZX_ERR_PEER_CLOSED);
    EXPECT_OK(zx_object_signal(ours, ZX_EVENTPAIR_SIGNALED, 0));
    CLOSE(ours);
}

TEST(eventpair_create_errors) {
    zx_handle_t out;
    EXPECT_STATUS(zx_eventpair_create(1, &out, &out), ZX_ERR_NOT_SUPPORTED);
    EXPECT_STATUS(zx_eventpair_create(0, bad_pointer(), &out), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_eventpair_create(0, &out, bad_pointer()), ZX_ERR_INVALID_ARGS);
}

TEST(eventpair_related_koids) {
    zx_handle_t pair[2];
    zx_info_handle_basic_t info[2];
    REQUIRE_OK(zx_eventpair_create(0, &pair[0], &pair[1]));
    for (int i = 0; i < 2; ++i) {
        REQUIRE_OK(zx_object_get_info(pair[i], ZX_INFO_HANDLE_BASIC, &info[i], sizeof(info[i]), NULL, NULL));
        EXPECT_EQ(info[i].type, ZX_OBJ_TYPE_EVENTPAIR);
        EXPECT_EQ(info[i].props, ZX_OBJ_PROP_WAITABLE);
    }
    EXPECT_EQ(info[0].koid, info[1].related_koid);
    EXPECT_EQ(info[1].koid, info[0].related_koid);
    close_all(pair, 2);
}

TEST(object_cookie) {
    const zx_handle_t event = new_event(), scope = new_event(), other = new_event();
    uint64_t cookie = 0;
    EXPECT_STATUS(zx_object_get_cookie(event, scope, &cookie), ZX_ERR_ACCESS_DENIED);
    EXPECT_OK(zx_object_set_cookie(event, scope, 0x1234567890));
    EXPECT_OK(zx_object_get_cookie(event, scope, &cookie));
    EXPECT_EQ(cookie, 0x1234567890);
    EXPECT_STATUS(zx_object_get_cookie(event, other, &cookie), ZX_ERR_ACCESS_DENIED);
    EXPECT_STATUS(zx_object_set_cookie(event, other, 1), ZX_ERR_ACCESS_DENIED);
    EXPECT_STATUS(zx_object_get_cookie(event, scope, bad_pointer()), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_object_get_cookie(ZX_HANDLE_INVALID, scope, &cookie), ZX_ERR_BAD_HANDLE);
    EXPECT_STATUS(zx_object_get_cookie(event, ZX_HANDLE_INVALID, &cookie), ZX_ERR_BAD_HANDLE);
    EXPECT_OK(zx_object_set_cookie(event, scope, 2));
    zx_handle_t port;
    REQUIRE_OK(zx_port_create(0, &port));
    EXPECT_STATUS(zx_object_set_cookie(port, scope, 1), ZX_ERR_NOT_SUPPORTED);
    CLOSE(event, scope, other, port);
}

TEST(object_cookie_of_an_eventpair_goes_with_the_peer) {
    zx_handle_t ours, theirs;
    uint64_t cookie;
    const zx_handle_t scope = new_event();
    REQUIRE_OK(zx_eventpair_create(0, &ours, &theirs));
    EXPECT_OK(zx_object_set_cookie(ours, scope, 7));
    EXPECT_OK(zx_object_get_cookie(ours, scope, &cookie));
    CLOSE(theirs);
    EXPECT_STATUS(zx_object_get_cookie(ours, scope, &cookie), ZX_ERR_ACCESS_DENIED);
    EXPECT_STATUS(zx_object_set_cookie(ours, scope, 8), ZX_ERR_ACCESS_DENIED);
    CLOSE(ours, scope);
}
