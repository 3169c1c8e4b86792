package proa.vip.linux;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Prints the tables of nftables in the namespace it runs in, {@code FAMILY NAME HANDLE} a line with
 * the family's number. The nft program would read all that is in them as well, and begin anew
 * whenever an owner renews its lease meanwhile.
 */
public final class TableHandles {

    private static final int GET_TABLE = 10 << 8 | 1;
    private static final int NAME = 1;
    private static final int HANDLE = 4;
    private static final int HEADERS_BYTES = NetlinkSocket.HEADER_BYTES + Integer.BYTES;

    private TableHandles() {}

    /** Lists them once. */
    public static void main(String[] arguments) throws KernelException {
        try (NetlinkSocket socket = NetlinkSocket.open(NetlinkSocket.NETFILTER, 0)) {
            NetlinkMessage request = new NetlinkMessage();
            request.begin(GET_TABLE, NetlinkMessage.DUMP, 1).fixed(0).end();
            socket.list("list tables", request, TableHandles::print);
        }
    }

    private static void print(ByteBuffer message) {
        int start = message.position();
        int end = start + message.getInt(start);
        int name = NetlinkAttributes.find(message, NAME, start + HEADERS_BYTES, end);
        int handle = NetlinkAttributes.find(message, HANDLE, start + HEADERS_BYTES, end);
        byte[] text = new byte[NetlinkAttributes.end(message, name) - name - Integer.BYTES - 1];
        message.get(name + NetlinkAttributes.HEADER_BYTES, text);
        // Big-endian, whatever the machine is.
        long number = message.slice(handle + NetlinkAttributes.HEADER_BYTES, Long.BYTES).getLong();
        byte family = message.get(start + NetlinkSocket.HEADER_BYTES);
        System.out.println(family + " " + new String(text, StandardCharsets.UTF_8) + " " + number);
    }
}
