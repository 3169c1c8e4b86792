package proa.vip.loop;

import proa.config.EarlyNotice;
import proa.config.ProaConfig;
import proa.vip.linux.TunDevice;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * Where the death of this process is told at once: the port after the mesh's, unless the file gives
 * that to somebody else or somebody else has it. Used by one thread.
 */
final class EarlyPort {

    private final InetAddress own;
    private final int number;
    private final Optional<String> obstacle;
    private boolean open;

    /**
     * Not open yet.
     *
     * @param own this member's address
     */
    EarlyPort(ProaConfig config, InetAddress own) {
        this.own = own;
        this.number = EarlyNotice.port(config.cluster().ports());
        this.obstacle = EarlyNotice.obstacle(config, own);
    }

    /** Makes the device, beside a listener at this port if that is possible. */
    TunDevice open(Journal journal) throws IOException {
        if (obstacle.isPresent()) {
            warn(journal, "the file does not leave it free (`" + obstacle.get() + "`)");
            return TunDevice.open();
        }
        try {
            TunDevice device = TunDevice.openWith(new InetSocketAddress(own, number));
            open = true;
            return device;
        } catch (IOException e) {
            TunDevice device = TunDevice.open(); // what the other could not do either is told first
            warn(journal, String.valueOf(e.getMessage()));
            return device;
        }
    }

    private void warn(Journal journal, String why) {
        journal.warn(
                "port "
                        + number
                        + " (`ports.mesh` + 1) does not tell of a death of this vipd: "
                        + why
                        + "; the mesh tells of it some 10 ms later");
    }

    /** The port that is open; 0: none. */
    int port() {
        return open ? number : 0;
    }
}
