package proa.vip.linux;

/**
 * Numbers of ctnetlink, one of nfnetlink's subsystems: {@code
 * linux/netfilter/nfnetlink_conntrack.h}.
 */
final class Conntrack {

    private static final int SUBSYSTEM = 1 << 8;

    static final int NEW = SUBSYSTEM;
    static final int GET = SUBSYSTEM | 1;
    static final int DELETE = SUBSYSTEM | 2;

    static final int TUPLE_ORIGINAL = 1;
    static final int TUPLE_REPLY = 2;
    static final int STATUS = 3;
    static final int PROTOINFO = 4;
    static final int TIMEOUT = 7;
    static final int MARK = 8;
    static final int NAT_DESTINATION = 13;
    static final int MARK_MASK = 21;

    static final int TUPLE_IP = 1;
    static final int TUPLE_PROTO = 2;
    static final int IP4_SOURCE = 1;
    static final int IP4_DESTINATION = 2;
    static final int IP6_SOURCE = 3;
    static final int IP6_DESTINATION = 4;
    static final int PROTO_NUMBER = 1;
    static final int PROTO_SOURCE = 2;
    static final int PROTO_DESTINATION = 3;

    static final int PROTOINFO_TCP = 1;
    static final int TCP_STATE = 1;
    static final int TCP_FLAGS_ORIGINAL = 4;
    static final int TCP_FLAGS_REPLY = 5;

    static final int NAT_IP4_FIRST = 1;
    static final int NAT_IP4_LAST = 2;
    static final int NAT_PROTO = 3;
    static final int NAT_IP6_FIRST = 4;
    static final int NAT_IP6_LAST = 5;
    static final int NAT_PORT_FIRST = 1;
    static final int NAT_PORT_LAST = 2;

    private Conntrack() {}
}
