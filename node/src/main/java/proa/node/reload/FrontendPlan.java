package proa.node.reload;

import proa.config.FrontendConfig;
import proa.config.ProaConfig;
import proa.node.listener.Listener;
import proa.node.listener.Protocol;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a reload makes of the listeners: which frontend goes on with whose socket, and what has been
 * opened for the others. Used by one thread.
 */
final class FrontendPlan {

    private final ProaConfig config;

    /** From the name of a frontend to the frontend of now whose place it takes. */
    private final Map<String, FrontendConfig> heirs = new LinkedHashMap<>();

    private final Map<String, Protocol> protocols = new LinkedHashMap<>();
    private final Map<String, Listener> opened = new LinkedHashMap<>();

    FrontendPlan(ProaConfig config) {
        this.config = config;
    }

    ProaConfig config() {
        return config;
    }

    /** That frontend takes the place of this one of now. */
    void inherits(FrontendConfig next, FrontendConfig now) {
        heirs.put(next.name(), now);
    }

    /** The frontend of now whose socket and connections it takes over. */
    Optional<FrontendConfig> before(FrontendConfig next) {
        return Optional.ofNullable(heirs.get(next.name()));
    }

    /** Whether a frontend of now is taken over by one of the next. */
    boolean isTakenOver(String now) {
        return heirs.values().stream().anyMatch(heir -> heir.name().equals(now));
    }

    void speaks(FrontendConfig next, Protocol protocol) {
        protocols.put(next.name(), protocol);
    }

    Protocol protocol(FrontendConfig next) {
        Protocol protocol = protocols.get(next.name());
        if (protocol == null) {
            throw new IllegalStateException("frontend " + next.name() + " speaks nothing");
        }
        return protocol;
    }

    void opened(FrontendConfig next, Listener listener) {
        opened.put(next.name(), listener);
    }

    Optional<Listener> openedFor(FrontendConfig next) {
        return Optional.ofNullable(opened.get(next.name()));
    }

    List<Listener> allOpened() {
        return new ArrayList<>(opened.values());
    }
}
