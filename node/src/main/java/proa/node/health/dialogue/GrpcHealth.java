package proa.node.health.dialogue;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One call of {@code Check} of gRPC's health service (grpc.health.v1.Health): the message that
 * asks, and what is made of the answer, whose parts come from whoever speaks HTTP/2. One probe, one
 * thread.
 */
public final class GrpcHealth {

    /** What is called. */
    public static final String PATH = "/grpc.health.v1.Health/Check";

    /** How messages are typed. */
    public static final String TYPE = "application/grpc";

    /** A compressed flag and four bytes of length come before each message. */
    private static final int PREFIX_BYTES = 5;

    /** The true answer has two bytes. */
    private static final int ANSWER_BYTES_MAX = 4 << 10;

    private static final int VARINT_BYTES_MAX = 10;

    /** Field 1 of request and answer, as protobuf tags it: a text, a number. */
    private static final int SERVICE_TAG = 1 << 3 | 2;

    private static final int STATUS_TAG = 1 << 3;

    private static final int SERVING = 1;

    /** Of {@code HealthCheckResponse.ServingStatus}, by number. */
    private static final List<String> STATES =
            List.of("UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN");

    /** Of gRPC, by number. */
    private static final List<String> CODES =
            List.of(
                    "OK",
                    "CANCELLED",
                    "UNKNOWN",
                    "INVALID_ARGUMENT",
                    "DEADLINE_EXCEEDED",
                    "NOT_FOUND",
                    "ALREADY_EXISTS",
                    "PERMISSION_DENIED",
                    "RESOURCE_EXHAUSTED",
                    "FAILED_PRECONDITION",
                    "ABORTED",
                    "OUT_OF_RANGE",
                    "UNIMPLEMENTED",
                    "INTERNAL",
                    "UNAVAILABLE",
                    "DATA_LOSS",
                    "UNAUTHENTICATED");

    private final String service;
    private final ByteArrayOutputStream answer = new ByteArrayOutputStream();
    private String httpStatus = "";
    private String type = "";
    private String message = "";
    private @Nullable String code;

    /** Asks for a service; an empty name asks for the server as a whole. */
    public GrpcHealth(String service) {
        this.service = service;
    }

    /** The message with what comes before it. */
    public byte[] question() {
        byte[] name = service.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (name.length > 0) {
            out.write(SERVICE_TAG);
            int rest = name.length;
            for (; rest >= 0x80; rest >>>= 7) {
                out.write(rest & 0x7f | 0x80);
            }
            out.write(rest);
            out.writeBytes(name);
        }
        return ByteBuffer.allocate(PREFIX_BYTES + out.size())
                .put((byte) 0)
                .putInt(out.size())
                .put(out.toByteArray())
                .array();
    }

    /** A field of the head or behind the message. */
    public void field(String name, String value) {
        switch (name) {
            case ":status" -> httpStatus = value;
            case "content-type" -> type = value;
            case "grpc-status" -> code = value;
            case "grpc-message" -> message = value;
            default -> {}
        }
    }

    /** A part of the message; false: it is too large to be the answer. */
    public boolean data(byte[] bytes, int from, int to) {
        answer.write(bytes, from, to - from);
        return answer.size() <= ANSWER_BYTES_MAX;
    }

    /** The call has ended: what is wrong with the server, or empty. */
    public String verdict() {
        if (!httpStatus.equals("200")) {
            return "status " + Shown.clipped(httpStatus) + ", 200 expected";
        }
        if (!type.startsWith(TYPE)) {
            return "the answer is not gRPC but " + Shown.quoted(type);
        }
        String ended = code;
        if (ended == null) {
            return "the call ended without grpc-status";
        }
        if (!ended.equals("0")) {
            String why = message.isEmpty() ? "" : ": " + Shown.clipped(message);
            return "grpc-status " + named(ended) + why;
        }
        long state = state(answer.toByteArray());
        if (state == SERVING) {
            return "";
        }
        return state < 0
                ? "the answer is no HealthCheckResponse"
                : "the service is " + (state < STATES.size() ? STATES.get((int) state) : state);
    }

    private static String named(String code) {
        for (int number = 0; number < CODES.size(); number++) {
            if (code.equals(String.valueOf(number))) {
                return code + " (" + CODES.get(number) + ")";
            }
        }
        return Shown.clipped(code);
    }

    /** The state in an answer; what is not there is zero in protobuf; -1: it is malformed. */
    private static long state(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (in.remaining() < PREFIX_BYTES || in.get() != 0 || in.getInt() != in.remaining()) {
            return -1;
        }
        long state = 0;
        while (in.hasRemaining()) {
            long tag = varint(in);
            if (tag == STATUS_TAG) {
                state = varint(in);
                if (state < 0) {
                    return -1;
                }
            } else if (tag < 0 || !skip(in, (int) (tag & 7))) {
                return -1;
            }
        }
        return state;
    }

    /** A field that this version does not know. */
    private static boolean skip(ByteBuffer in, int wireType) {
        long count =
                switch (wireType) {
                    case 0 -> varint(in) < 0 ? -1 : 0;
                    case 1 -> Long.BYTES;
                    case 2 -> varint(in);
                    case 5 -> Integer.BYTES;
                    default -> -1;
                };
        if (count < 0 || count > in.remaining()) {
            return false;
        }
        in.position(in.position() + (int) count);
        return true;
    }

    /** A number of at most 63 bits; -1: it is none. */
    private static long varint(ByteBuffer in) {
        long number = 0;
        for (int at = 0; at < VARINT_BYTES_MAX && in.hasRemaining(); at++) {
            byte next = in.get();
            number |= (long) (next & 0x7f) << 7 * at;
            if (next >= 0) {
                return Math.max(-1, number);
            }
        }
        return -1;
    }
}
