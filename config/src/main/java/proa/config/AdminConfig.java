package proa.config;

import java.net.InetSocketAddress;
import java.util.List;

/**
 * Where a node answers monitoring over HTTP: metrics and health, read-only.
 *
 * @param address an address of this machine, the same words on every node; port 0 stands for any
 * @param allow networks that may ask; empty: everybody who reaches the address
 */
public record AdminConfig(InetSocketAddress address, List<Network> allow) {

    public AdminConfig {
        allow = List.copyOf(allow);
    }
}
