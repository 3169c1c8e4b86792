package proa.cluster.transport;

import org.jgroups.Address;
import org.jgroups.Event;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.VERIFY_SUSPECT2;
import org.jgroups.stack.IpAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Asks a suspected member whether it lives before it is put out of the view, as VERIFY_SUSPECT2
 * does, and looks at its port meanwhile: a machine that refuses connections there says at once that
 * the process is gone. So the living may be given time to answer, and the dead take none.
 *
 * <p>A heartbeat that arrives during the verification ends it; VERIFY_SUSPECT2 lets it run out.
 */
final class VerifySuspect extends VERIFY_SUSPECT2 {

    private static final Logger LOG = LoggerFactory.getLogger(VerifySuspect.class);

    /** Between looks at a port whose machine has ended a connection, or that cannot be reached. */
    private static final long LOOK_MILLIS = 5;

    /**
     * @param answer how long a member whose machine still takes connections, or cannot be reached,
     *     has to answer
     */
    VerifySuspect(Duration answer) {
        setId(ClassConfigurator.getProtocolId(VERIFY_SUSPECT2.class));
        setTimeout(answer.toMillis());
    }

    @Override
    public Object up(Event event) {
        if (event.type() == Event.UNSUSPECT) {
            Address member = event.arg();
            if (removeSuspect(member)) {
                LOG.info("{} is heard of again", member);
            }
        }
        return super.up(event);
    }

    @Override
    public void unsuspect(Address member) {
        boolean was = suspected(member);
        super.unsuspect(member);
        if (was) {
            LOG.info("{} answers", member);
        }
    }

    @Override
    public void run() {
        long now = System.currentTimeMillis();
        synchronized (this) {
            suspects.stream()
                    .filter(entry -> entry.target_time() <= now)
                    .forEach(
                            entry ->
                                    LOG.warn(
                                            "{} has not answered for {} ms",
                                            entry.suspect(),
                                            getTimeout()));
        }
        super.run();
    }

    @Override
    protected void verifySuspect(Collection<Address> members) {
        LOG.info("{} suspected: not heard of for a while, or a connection broke", members);
        super.verifySuspect(members);
        timer.schedule(this, getTimeout() + 1, TimeUnit.MILLISECONDS);
        for (Address member : members) {
            if (down_prot.down(new Event(Event.GET_PHYSICAL_ADDRESS, member))
                    instanceof IpAddress port) {
                Thread.startVirtualThread(() -> watch(member, port));
            }
        }
    }

    private void watch(Address member, IpAddress port) {
        InetSocketAddress to = new InetSocketAddress(port.getIpAddress(), port.getPort());
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(getTimeout());
        while (suspected(member)) {
            int left = (int) TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                return;
            }
            if (refuses(to, left)) {
                gone(member);
                return;
            }
            try {
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Returns false after the limit, or when a connection that was taken has ended. */
    private boolean refuses(InetSocketAddress port, int limitMillis) {
        try (Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress(getTransport().getBindAddress(), 0));
            socket.connect(port, limitMillis);
            socket.setSoTimeout(limitMillis);
            int ended = socket.getInputStream().read();
            LOG.debug("{} ended a connection: {}", port, ended);
            return false;
        } catch (ConnectException e) {
            return String.valueOf(e.getMessage()).contains("refused");
        } catch (IOException e) {
            LOG.debug("looking at {}", port, e);
            return false;
        }
    }

    private void gone(Address member) {
        if (removeSuspect(member)) {
            LOG.info("{} is gone: its machine refuses connections", member);
            up_prot.up(new Event(Event.SUSPECT, List.of(member)));
        }
    }

    private synchronized boolean suspected(Address member) {
        return suspects.stream().anyMatch(entry -> entry.suspect().equals(member));
    }
}
