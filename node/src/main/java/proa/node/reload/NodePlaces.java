package proa.node.reload;

import com.sun.management.UnixOperatingSystemMXBean;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.config.ProaConfig.NodeLimits;
import proa.node.listener.Places;

import java.lang.management.ManagementFactory;

/** How many client connections this process takes: as configured, if its descriptors allow that. */
final class NodePlaces {

    private static final Logger LOG = LoggerFactory.getLogger(NodePlaces.class);

    private NodePlaces() {}

    static Places of(NodeLimits limits) {
        boolean unix =
                ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean;
        return unix ? of(limits, descriptorsMax()) : of(limits, Long.MAX_VALUE);
    }

    private static long descriptorsMax() {
        return ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class)
                .getMaxFileDescriptorCount();
    }

    static Places of(NodeLimits limits, long descriptors) {
        int possible = Places.within(descriptors);
        int wanted = limits.connectionsMax().orElse(possible);
        if (wanted > possible) {
            LOG.warn(
                    "limits.connections = {} is more than {} descriptors allow: {} it is",
                    wanted,
                    descriptors,
                    possible);
        }
        return new Places(Math.min(wanted, possible));
    }
}
