package proa.node.listener;

import java.io.IOException;

/** A frontend cannot listen; the message is one line for the operator. */
public final class ListenException extends IOException {

    private static final long serialVersionUID = 1L;

    ListenException(String message, Throwable cause) {
        super(message, cause);
    }
}
