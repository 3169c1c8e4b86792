package proa.node.protocol.http2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Headers;

import proa.node.protocol.ScriptedServer;
import proa.node.protocol.Wire;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/**
 * A client of HTTP/2 that sends exactly the frames a test wants, and gives up after ten seconds.
 */
public final class H2Client implements AutoCloseable {

    public static final int DATA = 0;
    public static final int HEADERS = 1;
    static final int PRIORITY = 2;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PUSH_PROMISE = 5;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;
    static final int END_STREAM = 1;
    static final int ACK = 1;
    static final int END_HEADERS = 4;
    static final int PADDED = 8;
    static final int PRIORITIZED = 0x20;

    static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    static final String[] GET = {
        ":method", "GET", ":scheme", "http", ":path", "/", ":authority", "shop.example"
    };
    static final String[] POST = {
        ":method", "POST", ":scheme", "http", ":path", "/up", ":authority", "shop.example"
    };

    /** One frame as it came. */
    public record Frame(int type, int flags, int stream, byte[] payload) {
        boolean ends() {
            return (type == DATA || type == HEADERS) && (flags & END_STREAM) != 0;
        }

        int number(int at) {
            return (payload[at] & 0xff) << 24
                    | (payload[at + 1] & 0xff) << 16
                    | (payload[at + 2] & 0xff) << 8
                    | payload[at + 3] & 0xff;
        }

        /** Of GOAWAY or RST_STREAM. */
        int code() {
            return number(type == GOAWAY ? 4 : 0);
        }
    }

    /** What came on a stream: fields as lines, and the body; {@code reset}: its code, or -1. */
    public record Response(List<String> fields, String body, List<String> trailers, int reset) {
        public int status() {
            String line = fields.getFirst();
            return Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1));
        }
    }

    final Socket socket;
    final DataInputStream in;
    final OutputStream out;
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);

    private H2Client(Socket socket, InputStream in) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(in);
        this.out = socket.getOutputStream();
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(60_000);
    }

    private H2Client(int port) throws IOException {
        this(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    private H2Client(Socket socket) throws IOException {
        this(socket, new BufferedInputStream(socket.getInputStream()));
    }

    /** The other way round: a server that has read a preface and said its settings. */
    static H2Client serving(ScriptedServer.Peer peer, int... settings) throws IOException {
        byte[] preface = peer.in.readNBytes(PREFACE.length());
        if (!Wire.latin(preface).equals(PREFACE)) {
            throw new IOException("no preface: " + Wire.latin(preface));
        }
        H2Client server = new H2Client(peer.socket, peer.in);
        server.frame(SETTINGS, 0, 0, pairs(settings));
        return server;
    }

    private static byte[] pairs(int... settings) {
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        for (int at = 0; at < settings.length; at += 2) {
            payload.write(settings[at] >> 8);
            payload.write(settings[at]);
            payload.writeBytes(number(settings[at + 1]));
        }
        return payload.toByteArray();
    }

    /** Says nothing yet. */
    static H2Client silent(int port) throws IOException {
        return new H2Client(port);
    }

    /** Over a connection that is there, in TLS perhaps; has said its preface and settings. */
    static H2Client over(Socket socket) throws IOException {
        H2Client client = new H2Client(socket);
        client.raw(Wire.bytes(PREFACE));
        client.frame(SETTINGS, 0, 0);
        return client;
    }

    /** Has said its preface and settings, pairs of identifier and value. */
    public static H2Client greeting(int port, int... settings) throws IOException {
        H2Client client = new H2Client(port);
        client.raw(Wire.bytes(PREFACE));
        client.frame(SETTINGS, 0, 0, pairs(settings));
        return client;
    }

    H2Client raw(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
        return this;
    }

    H2Client frame(int type, int flags, int stream, byte... payload) throws IOException {
        return raw(bytes(type, flags, stream, payload));
    }

    static byte[] bytes(int type, int flags, int stream, byte... payload) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(payload.length >> 16);
        frame.write(payload.length >> 8);
        frame.write(payload.length);
        frame.write(type);
        frame.write(flags);
        frame.writeBytes(number(stream));
        frame.writeBytes(payload);
        return frame.toByteArray();
    }

    static byte[] number(int number) {
        return new byte[] {
            (byte) (number >> 24), (byte) (number >> 16), (byte) (number >> 8), (byte) number
        };
    }

    /** A head without compression: names and values in turn. */
    static byte[] block(String... fields) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (int at = 0; at < fields.length; at += 2) {
            block.write(0);
            string(fields[at], block);
            string(fields[at + 1], block);
        }
        return block.toByteArray();
    }

    /** RFC 7541 §5.2. */
    private static void string(String latin, ByteArrayOutputStream to) {
        byte[] bytes = Wire.bytes(latin);
        if (bytes.length < 127) {
            to.write(bytes.length);
        } else {
            to.write(127);
            int rest = bytes.length - 127;
            for (; rest >= 128; rest >>= 7) {
                to.write(rest & 0x7f | 0x80);
            }
            to.write(rest);
        }
        to.writeBytes(bytes);
    }

    public H2Client headers(int stream, boolean end, String... fields) throws IOException {
        return frame(HEADERS, END_HEADERS | (end ? END_STREAM : 0), stream, block(fields));
    }

    public H2Client data(int stream, boolean end, String latin) throws IOException {
        return frame(DATA, end ? END_STREAM : 0, stream, Wire.bytes(latin));
    }

    public H2Client windowUpdate(int stream, int bytes) throws IOException {
        return frame(WINDOW_UPDATE, 0, stream, number(bytes));
    }

    /** The next frame. */
    Frame next() throws IOException {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        return new Frame(type, flags, stream, in.readNBytes(length));
    }

    /** The next frame of that type; others are passed over. */
    public Frame next(int type) throws IOException {
        Frame frame = next();
        while (frame.type() != type) {
            decodeIfHead(frame);
            frame = next();
        }
        return frame;
    }

    private List<String> decodeIfHead(Frame frame) throws IOException {
        return frame.type() == HEADERS ? fields(frame) : List.of();
    }

    public List<String> fields(Frame head) throws IOException {
        ByteBuf block = Unpooled.wrappedBuffer(head.payload());
        List<String> lines = new ArrayList<>();
        try {
            Http2Headers decoded = decoder.decodeHeaders(head.stream(), block);
            decoded.forEach(each -> lines.add(each.getKey() + ": " + each.getValue()));
        } catch (io.netty.handler.codec.http2.Http2Exception e) {
            throw new IOException(e);
        }
        return lines;
    }

    /** Everything on one stream; the others' frames and interim heads are passed over. */
    public Response response(int stream) throws IOException {
        List<String> head = List.of();
        List<String> trailers = List.of();
        StringBuilder body = new StringBuilder();
        while (true) {
            Frame frame = next();
            if (frame.type() == GOAWAY && frame.code() != 0) {
                throw new IOException("GOAWAY " + frame.code());
            }
            List<String> fields = decodeIfHead(frame);
            if (frame.stream() == stream) {
                switch (frame.type()) {
                    case HEADERS -> {
                        if (head.isEmpty() || head.getFirst().startsWith(":status: 1")) {
                            head = fields;
                        } else {
                            trailers = fields;
                        }
                    }
                    case DATA -> body.append(Wire.latin(frame.payload()));
                    case RST_STREAM -> {
                        return new Response(head, body.toString(), trailers, frame.code());
                    }
                    default -> {}
                }
                if (frame.ends()) {
                    return new Response(head, body.toString(), trailers, -1);
                }
            }
        }
    }

    public Response ask(int stream, String... fields) throws IOException {
        return headers(stream, true, fields).response(stream);
    }

    /** Whether the other side has ended the connection, whatever came before. */
    boolean ended() throws IOException {
        try {
            while (in.read() >= 0) {
                // thrown away
            }
            return true;
        } catch (java.net.SocketTimeoutException timeout) {
            throw timeout;
        } catch (IOException _) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
