package proa.vip.linux;

import proa.config.Network;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.Optional;

/** What this host's network interfaces are now. Stateless. */
public final class Interfaces {

    /**
     * One interface.
     *
     * @param name as in {@code ip link}
     * @param index the kernel's number
     * @param mac its hardware address, six bytes
     * @param own its IPv4 address in the subnet that was asked for
     */
    public record Interface(String name, int index, byte[] mac, Inet4Address own) {}

    /**
     * A floating address on an interface where it does not belong.
     *
     * @param interfaceName as in {@code ip link}
     * @param index the kernel's number
     * @param address the address
     * @param prefixLength as it is configured there
     */
    public record Stale(String interfaceName, int index, InetAddress address, int prefixLength) {}

    private Interfaces() {}

    /** The interface with an address in the same subnet as {@code vip}, other than {@code vip}. */
    public static Optional<Interface> bySubnet(InetAddress vip) throws SocketException {
        for (NetworkInterface candidate : all()) {
            Optional<Interface> found = inSubnet(candidate, vip);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /** The named interface, with its first IPv4 address, preferring the subnet of {@code vip}. */
    public static Optional<Interface> byName(String name, InetAddress vip) throws SocketException {
        NetworkInterface named = NetworkInterface.getByName(name);
        if (named == null || named.getHardwareAddress() == null) {
            return Optional.empty();
        }
        Optional<Interface> near = inSubnet(named, vip);
        return near.isPresent()
                ? near
                : named.getInterfaceAddresses().stream()
                        .map(InterfaceAddress::getAddress)
                        .filter(address -> address instanceof Inet4Address && !address.equals(vip))
                        .findFirst()
                        .flatMap(address -> described(named, (Inet4Address) address));
    }

    /** Whether the interface is there, up, and has a carrier. */
    public static boolean running(int index) {
        try {
            NetworkInterface device = NetworkInterface.getByIndex(index);
            return device != null && device.isUp();
        } catch (SocketException e) {
            return false;
        }
    }

    /** Where this very address is now, whoever put it there: left by a crash, or by hand. */
    public static List<Stale> holding(InetAddress address) throws SocketException {
        return NetworkInterface.networkInterfaces()
                .flatMap(
                        device ->
                                device.getInterfaceAddresses().stream()
                                        .filter(own -> own.getAddress().equals(address))
                                        .map(own -> stale(device, own)))
                .toList();
    }

    private static Stale stale(NetworkInterface device, InterfaceAddress own) {
        return new Stale(
                device.getName(),
                device.getIndex(),
                own.getAddress(),
                own.getNetworkPrefixLength());
    }

    private static List<NetworkInterface> all() throws SocketException {
        return NetworkInterface.networkInterfaces()
                .filter(device -> !device.getName().startsWith(TunDevice.NAME_PREFIX))
                .toList();
    }

    private static Optional<Interface> inSubnet(NetworkInterface device, InetAddress vip) {
        return device.getInterfaceAddresses().stream()
                .filter(own -> own.getAddress() instanceof Inet4Address)
                .filter(own -> !own.getAddress().equals(vip) && own.getNetworkPrefixLength() < 32)
                .filter(own -> subnet(own).contains(vip))
                .findFirst()
                .flatMap(own -> described(device, (Inet4Address) own.getAddress()));
    }

    private static Network subnet(InterfaceAddress own) {
        return new Network(own.getAddress(), own.getNetworkPrefixLength());
    }

    private static Optional<Interface> described(NetworkInterface device, Inet4Address own) {
        try {
            byte[] mac = device.getHardwareAddress();
            return mac == null || mac.length != 6
                    ? Optional.empty()
                    : Optional.of(new Interface(device.getName(), device.getIndex(), mac, own));
        } catch (SocketException e) {
            return Optional.empty();
        }
    }
}
