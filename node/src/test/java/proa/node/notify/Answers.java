package proa.node.notify;

import com.sun.net.httpserver.HttpExchange;

import java.io.IOException;

/** How those that {@link Post} tells answer in tests. */
public final class Answers {

    private static final byte[] BODY = {'\n'};

    private Answers() {}

    /**
     * Answers and ends the exchange. With a body, and behind the whole request: the JDK's server
     * resets some of the connections that it closes otherwise, and the answer with them.
     */
    public static void answer(HttpExchange exchange, int status) throws IOException {
        exchange.getRequestBody().readAllBytes();
        exchange.sendResponseHeaders(status, BODY.length);
        exchange.getResponseBody().write(BODY);
        exchange.close();
    }
}
