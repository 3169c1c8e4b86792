package proa.vip.linux;

import proa.config.Network;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What this host's network interfaces are now. Stateless. */
public final class Interfaces {

    /**
     * One interface.
     *
     * @param name as in {@code ip link}
     * @param index the kernel's number
     * @param mac its hardware address, six bytes
     * @param own its IPv4 address in the subnet that was asked for; for IPv6 its link-local address
     */
    public record Interface(String name, int index, byte[] mac, InetAddress own) {}

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

    /**
     * The named interface, with its first address of the family of {@code vip}, preferring its
     * subnet.
     */
    public static Optional<Interface> byName(String name, InetAddress vip) throws SocketException {
        NetworkInterface named = NetworkInterface.getByName(name);
        if (named == null || named.getHardwareAddress() == null) {
            return Optional.empty();
        }
        Optional<Interface> near = inSubnet(named, vip);
        if (near.isPresent()) {
            return near;
        }
        return vip instanceof Inet6Address
                ? linkLocal(named)
                : named.getInterfaceAddresses().stream()
                        .map(InterfaceAddress::getAddress)
                        .filter(address -> address instanceof Inet4Address && !address.equals(vip))
                        .findFirst()
                        .flatMap(address -> described(named, address));
    }

    /** The interface with its own link-local address, if it has one. */
    private static Optional<Interface> linkLocal(NetworkInterface device) {
        return linkLocals(device).stream()
                .findFirst()
                .flatMap(address -> described(device, address));
    }

    private static List<Inet6Address> linkLocals(NetworkInterface device) {
        return device.getInterfaceAddresses().stream()
                .map(InterfaceAddress::getAddress)
                .filter(Inet6Address.class::isInstance)
                .map(Inet6Address.class::cast)
                .filter(Inet6Address::isLinkLocalAddress)
                .map(Interfaces::unscoped)
                .toList();
    }

    /** As it stands in packets: the link is known from where they arrive. */
    private static Inet6Address unscoped(Inet6Address address) {
        try {
            return Inet6Address.getByAddress(null, address.getAddress(), -1);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("an IPv6 address has 16 bytes", impossible);
        }
    }

    /**
     * Whether the interface is there, up, and has a carrier.
     *
     * @throws SocketException when that cannot be known now
     */
    public static boolean running(int index) throws SocketException {
        NetworkInterface device = NetworkInterface.getByIndex(index);
        return device != null && device.isUp();
    }

    /** Whether the interface still has its number and its name, as far as can be known now. */
    public static boolean isThere(Interface device) {
        try {
            NetworkInterface now = NetworkInterface.getByIndex(device.index());
            return now != null && now.getName().equals(device.name());
        } catch (SocketException _) {
            return true;
        }
    }

    /** Where these very addresses are now, whoever put them there: left by a crash, or by hand. */
    public static List<Stale> holding(Set<InetAddress> addresses) throws SocketException {
        return NetworkInterface.networkInterfaces()
                .flatMap(
                        device ->
                                device.getInterfaceAddresses().stream()
                                        .filter(own -> addresses.contains(own.getAddress()))
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
        int hostBits = vip.getAddress().length * Byte.SIZE;
        return device.getInterfaceAddresses().stream()
                .filter(own -> own.getAddress().getClass() == vip.getClass())
                .filter(own -> !own.getAddress().equals(vip))
                .filter(own -> own.getNetworkPrefixLength() < hostBits)
                .filter(own -> subnet(own).contains(vip))
                .findFirst()
                .flatMap(
                        own ->
                                vip instanceof Inet6Address
                                        ? linkLocal(device)
                                        : described(device, own.getAddress()));
    }

    private static Network subnet(InterfaceAddress own) {
        return new Network(own.getAddress(), own.getNetworkPrefixLength());
    }

    /**
     * The networks that the interface's addresses of one family are in, without link-local ones;
     * none when it is gone.
     *
     * @param like of the family
     */
    public static List<Network> networks(String name, InetAddress like) throws SocketException {
        NetworkInterface named = NetworkInterface.getByName(name);
        return named == null
                ? List.of()
                : named.getInterfaceAddresses().stream()
                        .filter(own -> own.getAddress().getClass() == like.getClass())
                        .filter(own -> !own.getAddress().isLinkLocalAddress())
                        .map(Interfaces::beginning)
                        .distinct()
                        .toList();
    }

    private static Network beginning(InterfaceAddress own) {
        byte[] bytes = own.getAddress().getAddress();
        for (int bit = own.getNetworkPrefixLength(); bit < bytes.length * Byte.SIZE; bit++) {
            bytes[bit / Byte.SIZE] &= (byte) ~(0x80 >>> bit % Byte.SIZE);
        }
        try {
            return new Network(InetAddress.getByAddress(bytes), own.getNetworkPrefixLength());
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("an address has 4 or 16 bytes", impossible);
        }
    }

    private static Optional<Interface> described(NetworkInterface device, InetAddress own) {
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
