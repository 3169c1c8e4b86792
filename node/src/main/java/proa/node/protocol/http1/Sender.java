package proa.node.protocol.http1;

import io.netty.buffer.ByteBuf;
import io.netty.channel.socket.SocketChannel;

import org.jspecify.annotations.Nullable;

import proa.cluster.tables.TableKey;
import proa.config.BackendConfig.ProxyProtocol;
import proa.node.exchange.Destination;
import proa.node.exchange.Facts;
import proa.node.exchange.Traffic.Decision;
import proa.node.exchange.Trail;
import proa.node.listener.Ends;
import proa.node.listener.ProxyHeader;
import proa.node.listener.Secured;
import proa.node.message.Edits;
import proa.node.message.Forwarding;
import proa.node.message.Forwarding.Peer;
import proa.node.message.RequestEditor;
import proa.node.message.RequestHead;
import proa.node.record.TrafficRecord;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Who sends on a connection: the peer itself, or the clients that a trusted peer speaks for. */
public final class Sender {

    private static final byte[] NOTHING = {};

    private final Forwarding forwarding;
    private final Ends ends;
    private final Peer peer;
    private final TableKey key;
    private final TableKey localKey;
    private final Secured secured;
    private final @Nullable Trail trail;
    private final boolean trusted;
    private final byte @Nullable [] fixed;

    private Sender(Forwarding forwarding, Ends ends, Secured secured, @Nullable Trail trail) {
        this.forwarding = forwarding;
        this.ends = ends;
        this.secured = secured;
        this.trail = trail;
        this.peer = new Peer(ends.client().getAddress(), ends.local(), secured.scheme());
        this.key = TableKey.ofAddress(peer.address());
        this.localKey = TableKey.ofAddress(ends.local().getAddress());
        this.trusted = forwarding.trusts(peer.address());
        this.fixed = trusted ? null : forwarding.fixed(peer);
    }

    /**
     * The sender on a connection, or null when it is gone already.
     *
     * @param trail of the connection, or null: nobody follows it
     */
    public static @Nullable Sender of(
            Forwarding forwarding, SocketChannel channel, @Nullable Trail trail) {
        Ends ends = Ends.of(channel);
        return ends == null ? null : new Sender(forwarding, ends, Secured.of(channel), trail);
    }

    /** Tells a record whose connection it is. */
    void introduce(TrafficRecord record) {
        record.from(
                ends.client().getAddress(), ends.client().getPort(), secured.handshake() != null);
    }

    /** A request as rules see it, from the client that sent it; it begins in that record. */
    public Facts facts(RequestHead head, TrafficRecord record) {
        InetAddress source = source(head);
        record.from(source, ends.client().getPort(), secured.handshake() != null);
        record.begins(head);
        TableKey known = trusted ? null : key;
        return new RequestFacts(source, known, localKey, peer, secured, head, trail, record);
    }

    private InetAddress source(RequestHead head) {
        return trusted ? forwarding.client(peer.address(), head) : peer.address();
    }

    /**
     * Has a request forwarded.
     *
     * @param part bytes of its body that are taken from {@code bytes}
     * @param whole whether that is all of its body
     */
    public void forward(
            ServerSide by,
            HttpLoop shared,
            RequestHead head,
            Decision.Forward forward,
            ByteBuf bytes,
            int part,
            boolean whole) {
        Destination to = forward.destination();
        by.beginWith(preface(head, to));
        ByteBuf message = message(shared, head, forward, bytes, part);
        by.begin(to, message, whole, head.idempotent(), head.bodyIsUnusual());
        if (head.saysWhoConnects()) {
            by.becomesOwn();
        }
    }

    /** A request as the server gets it. */
    private ByteBuf message(
            HttpLoop shared, RequestHead head, Decision.Forward forward, ByteBuf bytes, int part) {
        byte[] lines = fixed == null ? forwarding.lines(peer, head, trusted) : fixed;
        Destination to = forward.destination();
        Edits edits = forward.edits();
        if (edits == null) {
            RequestEditor.write(head, lines, to.hiddenCookie(), shared.out());
        } else {
            RequestEditor.write(head, lines, to.hiddenCookie(), edits, shared.out());
        }
        return shared.head(bytes.alloc(), part).writeBytes(bytes, part);
    }

    /**
     * What a connection to the server begins with, empty when with the request; one that begins
     * with a PROXY header serves one request only.
     */
    private byte[] preface(RequestHead head, Destination to) {
        ProxyProtocol says = to.backend().proxyProtocol();
        if (says == ProxyProtocol.OFF) {
            return NOTHING;
        }
        InetSocketAddress client = new InetSocketAddress(source(head), ends.client().getPort());
        return ProxyHeader.of(says, client, ends.local());
    }
}
