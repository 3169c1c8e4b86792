package proa.node.grpc;

import io.grpc.InsecureServerCredentials;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerCredentials;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.okhttp.OkHttpServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server of grpc-java, by OkHttp's HTTP/2 and not Netty's: a call of each kind, whose messages
 * are texts, and the health service.
 */
public final class GrpcServer implements AutoCloseable {

    public static final MethodDescriptor<String, String> UNARY =
            method("test.Calls/Unary", MethodType.UNARY);
    public static final MethodDescriptor<String, String> DOWN =
            method("test.Calls/Down", MethodType.SERVER_STREAMING);
    public static final MethodDescriptor<String, String> UP =
            method("test.Calls/Up", MethodType.CLIENT_STREAMING);
    public static final MethodDescriptor<String, String> BOTH =
            method("test.Calls/Both", MethodType.BIDI_STREAMING);
    private static final MethodDescriptor<String, String> HEALTH =
            method("grpc.health.v1.Health/Check", MethodType.UNARY);

    /** Messages of {@link #DOWN}. */
    public static final int DOWN_MESSAGES = 20;

    /** Asks {@link #UNARY} never to answer. */
    public static final String HANG = "hang";

    /** Asks {@link #UNARY} for an error without a message. */
    public static final String FAIL = "fail";

    /** A call that hangs has come, and has been given up by its client. */
    public final CountDownLatch hanging = new CountDownLatch(1);

    public final CountDownLatch cancelled = new CountDownLatch(1);
    public final AtomicInteger calls = new AtomicInteger();

    private final Server server;

    /** With or without the health service; it listens when this returns. */
    public GrpcServer(boolean health) throws IOException {
        this(health, InsecureServerCredentials.create());
    }

    /** Likewise, secured. */
    public GrpcServer(boolean health, ServerCredentials credentials) throws IOException {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        OkHttpServerBuilder builder =
                OkHttpServerBuilder.forPort(any, credentials).addService(calls());
        if (health) {
            builder.addService(
                    ServerServiceDefinition.builder("grpc.health.v1.Health")
                            .addMethod(HEALTH, ServerCalls.asyncUnaryCall(GrpcServer::check))
                            .build());
        }
        server = builder.build().start();
    }

    public InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort());
    }

    private static MethodDescriptor<String, String> method(String name, MethodType type) {
        return MethodDescriptor.<String, String>newBuilder()
                .setType(type)
                .setFullMethodName(name)
                .setRequestMarshaller(new Texts())
                .setResponseMarshaller(new Texts())
                .build();
    }

    /** One byte for each character. */
    private static final class Texts implements MethodDescriptor.Marshaller<String> {
        @Override
        public InputStream stream(String value) {
            return new ByteArrayInputStream(value.getBytes(StandardCharsets.ISO_8859_1));
        }

        @Override
        public String parse(InputStream stream) {
            try {
                return new String(stream.readAllBytes(), StandardCharsets.ISO_8859_1);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private ServerServiceDefinition calls() {
        return ServerServiceDefinition.builder("test.Calls")
                .addMethod(UNARY, ServerCalls.asyncUnaryCall(this::unary))
                .addMethod(DOWN, ServerCalls.asyncServerStreamingCall(GrpcServer::down))
                .addMethod(UP, ServerCalls.asyncClientStreamingCall(GrpcServer::up))
                .addMethod(BOTH, ServerCalls.asyncBidiStreamingCall(GrpcServer::both))
                .build();
    }

    private void unary(String asked, StreamObserver<String> to) {
        calls.incrementAndGet();
        switch (asked) {
            case FAIL ->
                    to.onError(
                            Status.NOT_FOUND.withDescription("no such thing").asRuntimeException());
            case HANG -> {
                ((ServerCallStreamObserver<String>) to).setOnCancelHandler(cancelled::countDown);
                hanging.countDown();
            }
            default -> {
                to.onNext(asked.toUpperCase(Locale.ROOT));
                to.onCompleted();
            }
        }
    }

    private static void down(String asked, StreamObserver<String> to) {
        for (int at = 0; at < DOWN_MESSAGES; at++) {
            to.onNext(asked + at);
        }
        to.onCompleted();
    }

    private static StreamObserver<String> up(StreamObserver<String> to) {
        StringBuilder all = new StringBuilder();
        return new StreamObserver<>() {
            @Override
            public void onNext(String part) {
                all.append(part);
            }

            @Override
            public void onError(Throwable cause) {
                to.onError(cause);
            }

            @Override
            public void onCompleted() {
                to.onNext(all.toString());
                to.onCompleted();
            }
        };
    }

    private static StreamObserver<String> both(StreamObserver<String> to) {
        return new StreamObserver<>() {
            @Override
            public void onNext(String part) {
                to.onNext(part + "!");
            }

            @Override
            public void onError(Throwable cause) {
                to.onError(cause);
            }

            @Override
            public void onCompleted() {
                to.onCompleted();
            }
        };
    }

    /**
     * The server as a whole and {@code well} are serving, {@code ill} is not, others are unknown.
     */
    private static void check(String asked, StreamObserver<String> to) {
        String service = asked.isEmpty() ? "" : asked.substring(2);
        switch (service) {
            case "", "well" -> {
                to.onNext("\b\1");
                to.onCompleted();
            }
            case "ill" -> {
                to.onNext("\b\2");
                to.onCompleted();
            }
            default ->
                    to.onError(
                            Status.NOT_FOUND
                                    .withDescription("unknown service")
                                    .asRuntimeException());
        }
    }

    @Override
    public void close() {
        server.shutdownNow();
    }
}
