package proa.vip.loop;

import proa.config.ClusterConfig;
import proa.config.GroupConfig;
import proa.config.ProaConfig;
import proa.vip.forwarding.Service;
import proa.vip.linux.Interfaces;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * The first look at this host. When it boots, an interface or an address may come late: what lacks
 * nothing else is looked at again for a while.
 */
final class FirstLook {

    /** From one look to the next. */
    private static final long AGAIN_NANOS = 500_000_000;

    /**
     * So often, 40 s in all: within the unit's {@code TimeoutStartSec}, and long enough that
     * systemd, which starts it again, counts no more starts than {@code StartLimitBurst} in its
     * {@code StartLimitIntervalSec}.
     */
    static final int TRIES = 80;

    private FirstLook() {}

    /** Where each group stands. */
    interface Look {
        Map<String, Ground> grounds() throws IOException;
    }

    /**
     * Where each group stands, as soon as that can be said.
     *
     * @param warn told what is waited for
     * @throws Refusal with every reason why it cannot work here, or not after this while
     */
    static Map<String, Ground> at(ProaConfig config, ClusterConfig.Node own, Consumer<String> warn)
            throws IOException {
        return patiently(() -> now(config, own), warn, () -> LockSupport.parkNanos(AGAIN_NANOS));
    }

    /** The same, with another look and another way to let {@link #AGAIN_NANOS} pass. */
    static Map<String, Ground> patiently(Look look, Consumer<String> warn, Runnable pause)
            throws IOException {
        for (int tried = 1; true; tried++) {
            try {
                return look.grounds();
            } catch (Refusal refusal) {
                if (!refusal.mayPass() || tried == TRIES) {
                    throw refusal;
                }
                if (tried == 1) {
                    refusal.reasons().forEach(reason -> warn.accept(reason + ": waiting for it"));
                }
                pause.run();
            }
        }
    }

    private static Map<String, Ground> now(ProaConfig config, ClusterConfig.Node own)
            throws IOException {
        Map<String, Ground> grounds = new LinkedHashMap<>();
        List<String> reasons = new ArrayList<>();
        List<String> lacking = new ArrayList<>(absent(own));
        lacking.addAll(ForwardingDesk.unreached(Service.of(config)));
        for (GroupConfig group : config.groups()) {
            try {
                grounds.put(group.name(), Ground.of(group));
            } catch (Refusal refusal) {
                (refusal.mayPass() ? lacking : reasons).addAll(refusal.reasons());
            }
        }
        Refusal.refuse(reasons, lacking);
        return grounds;
    }

    /** Of the addresses that sockets are bound to. */
    private static List<String> absent(ClusterConfig.Node own) throws IOException {
        List<String> absent = new ArrayList<>();
        for (InetAddress address : own.addresses()) {
            boolean bound = address instanceof Inet4Address || address.equals(own.address());
            if (bound && Interfaces.holding(Set.of(address)).isEmpty() && !canBind(address)) {
                String text = address.getHostAddress();
                absent.add("node " + own.name() + ": " + text + " is not an address of this host");
            }
        }
        return absent;
    }

    private static boolean canBind(InetAddress address) throws IOException {
        try (DatagramSocket bound = new DatagramSocket(new InetSocketAddress(address, 0))) {
            return bound.isBound();
        } catch (BindException _) {
            return false;
        }
    }
}
