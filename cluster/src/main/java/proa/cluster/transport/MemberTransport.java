package proa.cluster.transport;

import org.jgroups.Address;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.TCP;

/** TCP that makes nobody wait for a connection to a member that is not reached. */
final class MemberTransport extends TCP {

    /** That may wait for a connection: more than is sent to a member in the time to open it. */
    private static final long WAITING_BYTES_MAX = 4 << 20;

    private final Openings<Address> openings =
            new Openings<>(
                    (destination, bytes) -> super.send(destination, bytes, 0, bytes.length),
                    task -> Thread.ofVirtual().name("members-open").start(task),
                    WAITING_BYTES_MAX);

    MemberTransport() {
        // Of the headers on the wire: members of other versions know this one.
        setId(ClassConfigurator.getProtocolId(TCP.class));
    }

    @Override
    public void send(Address destination, byte[] bytes, int offset, int length) throws Exception {
        if (srv == null
                || !openings.isOpening(destination) && srv.connectionEstablishedTo(destination)) {
            super.send(destination, bytes, offset, length);
        } else {
            openings.send(destination, bytes, offset, length);
        }
    }
}
