package proa.node.reload;

import org.jspecify.annotations.Nullable;

import proa.config.FrontendConfig;
import proa.node.listener.Listener;
import proa.node.listener.Protocol;

/** A frontend as it is configured now, and its listener while that is open. */
final class Seat {

    private final FrontendConfig frontend;
    private final Protocol protocol;
    private volatile @Nullable Listener listener;

    Seat(FrontendConfig frontend, Protocol protocol, @Nullable Listener listener) {
        this.frontend = frontend;
        this.protocol = protocol;
        this.listener = listener;
    }

    FrontendConfig frontend() {
        return frontend;
    }

    Protocol protocol() {
        return protocol;
    }

    /** What listens for it; null while nothing does. */
    @Nullable Listener listener() {
        return listener;
    }

    void listens(@Nullable Listener now) {
        listener = now;
    }
}
