package proa.node.reload;

import org.jspecify.annotations.Nullable;

import proa.config.ProaConfig;
import proa.config.link.LinkCodec;
import proa.config.link.LinkMessage;
import proa.config.link.LinkMessage.Ownership;
import proa.node.early.EarlyNotice;
import proa.node.link.VipdLink;
import proa.node.link.Vitals;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** Both connections to vipd, or nothing when the configuration has no floating address. */
final class Outside implements AutoCloseable {

    private final @Nullable VipdLink link;
    private final @Nullable EarlyNotice early;

    private Outside(@Nullable VipdLink link, @Nullable EarlyNotice early) {
        this.link = link;
        this.early = early;
    }

    /** Connects in the background, if there is a vipd to speak to. */
    static Outside start(
            ProaConfig config,
            String node,
            long incarnation,
            Path socket,
            Vitals vitals,
            VipdLink.Listener listener)
            throws StartException {
        if (config.groups().isEmpty()) {
            return new Outside(null, null);
        }
        long pid = ProcessHandle.current().pid();
        LinkMessage.Hello hello = new LinkMessage.Hello(node, incarnation, pid, false);
        LinkMessage.Hello first = new LinkMessage.Hello(node, incarnation, pid, true);
        try {
            return new Outside(
                    VipdLink.start(socket, hello, vitals, listener),
                    EarlyNotice.start(socket, LinkCodec.encode(first)));
        } catch (IllegalArgumentException e) {
            throw new StartException(e.getMessage() + "; choose another --run-dir", e);
        }
    }

    Map<String, Ownership> ownership() {
        return link == null ? Map.of() : link.ownership();
    }

    /** Who keeps this node out of service and until when; empty: nobody, as far as is known. */
    String outOfService() {
        return link == null ? "" : link.outOfService();
    }

    boolean ownsSomething() {
        return ownership().values().stream()
                .anyMatch(owned -> owned.state() == LinkMessage.State.ACTIVE);
    }

    /** Asks for every group to be handed over; whether that is done. */
    boolean leave(Duration limit) throws InterruptedException {
        return link == null || link.leave(limit);
    }

    /** For the status: both connections. */
    Map<String, Object> status() {
        if (link == null || early == null) {
            return Map.of("needed", false);
        }
        return Map.of("needed", true, "connected", link.connected(), "early", early.state());
    }

    @Override
    public void close() {
        if (link != null) {
            link.close();
        }
        if (early != null) {
            early.close();
        }
    }
}
