package proa.config;

import java.time.Duration;
import java.util.List;

/** How the network learns on which node a traffic group is. */
public sealed interface CarrierConfig {

    /** By gratuitous ARP and unsolicited neighbour advertisements of the node's own MAC address. */
    record Arp() implements CarrierConfig {}

    /**
     * By gratuitous ARP and unsolicited neighbour advertisements of the virtual router's MAC
     * addresses (RFC 9568 §7.3), which move with the group: what hosts remember stays true, and
     * only switches learn.
     */
    record VirtualMac() implements CarrierConfig {}

    /**
     * By the operator's program, where a cloud or a switch forbids announcements.
     *
     * @param command the program by its whole path, and its arguments
     * @param deadline after this long it is killed and has failed
     */
    record Hook(List<String> command, Duration deadline) implements CarrierConfig {
        public Hook {
            command = List.copyOf(command);
            if (command.isEmpty()) {
                throw new IllegalArgumentException("a hook is a program");
            }
        }
    }
}
