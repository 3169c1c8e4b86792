package proa.vip.command;

import proa.config.FrontendConfig;
import proa.config.FrontendConfig.Bind;
import proa.config.GroupConfig;
import proa.config.GroupConfig.Vip;
import proa.config.ProaConfig;
import proa.config.text.Suggest;
import proa.vip.linux.Interfaces;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What is to be captured: a floating address with all that passes it, or with the port of one
 * frontend.
 *
 * @param vip the address
 * @param port that of the frontend; empty: all
 * @param secured names of the frontends there that have TLS
 */
record CaptureTarget(Vip vip, OptionalInt port, List<String> secured) {

    CaptureTarget {
        secured = List.copyOf(secured);
    }

    /**
     * Finds it in the file.
     *
     * @param name a floating address, or a frontend that listens on one
     * @throws IOException with one line for the operator
     */
    static CaptureTarget of(ProaConfig config, String name) throws IOException {
        Optional<FrontendConfig> frontend =
                config.frontends().stream().filter(each -> each.name().equals(name)).findFirst();
        if (frontend.isPresent()) {
            return of(config, frontend.get());
        }
        for (GroupConfig group : config.groups()) {
            for (Vip vip : group.floating()) {
                if (isAddress(vip, name)) {
                    return new CaptureTarget(vip, OptionalInt.empty(), secured(config, group, vip));
                }
            }
        }
        List<String> known = known(config);
        throw new IOException(
                "there is no frontend or floating address "
                        + name
                        + " ("
                        + Suggest.nearest(name, known)
                                .orElseGet(() -> "there are " + String.join(", ", known))
                        + ")");
    }

    private static CaptureTarget of(ProaConfig config, FrontendConfig frontend) throws IOException {
        if (!(frontend.bind() instanceof Bind.Floating(String groupName, String name, int port))) {
            throw new IOException(
                    "frontend "
                            + frontend.name()
                            + " listens on no floating address: capture it with tcpdump");
        }
        Vip vip = config.group(groupName).flatMap(group -> group.vip(name)).orElseThrow();
        return new CaptureTarget(
                vip,
                OptionalInt.of(port),
                frontend.tls().isPresent() ? List.of(frontend.name()) : List.of());
    }

    private static boolean isAddress(Vip vip, String text) {
        try {
            return vip.address().equals(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private static List<String> secured(ProaConfig config, GroupConfig group, Vip vip) {
        return config.frontends().stream()
                .filter(each -> each.tls().isPresent())
                .filter(
                        each ->
                                each.bind() instanceof Bind.Floating floating
                                        && floating.group().equals(group.name())
                                        && floating.vip().equals(vip.name()))
                .map(FrontendConfig::name)
                .toList();
    }

    private static List<String> known(ProaConfig config) {
        List<String> known = new ArrayList<>();
        config.groups().stream()
                .flatMap(group -> group.floating().stream())
                .forEach(vip -> known.add(vip.address().getHostAddress()));
        config.frontends().stream()
                .filter(each -> each.bind() instanceof Bind.Floating)
                .forEach(each -> known.add(each.name()));
        return known;
    }

    /** As messages name it. */
    String words() {
        String address = vip.address().getHostAddress();
        return port.isPresent() ? address + " port " + port.getAsInt() : address;
    }

    /**
     * Where its packets pass: as the operator says, as the file says, where its network is, or
     * where it is itself.
     *
     * @param named empty: found
     * @throws IOException with one line for the operator
     */
    NetworkInterface device(Optional<String> named) throws IOException {
        Optional<String> name = named.or(vip::interfaceName);
        NetworkInterface device;
        if (name.isPresent()) {
            device = NetworkInterface.getByName(name.get());
        } else {
            Optional<Interfaces.Interface> near = Interfaces.bySubnet(vip.address());
            device =
                    near.isPresent()
                            ? NetworkInterface.getByIndex(near.get().index())
                            : NetworkInterface.getByInetAddress(vip.address());
        }
        if (device == null) {
            throw new IOException(
                    name.isPresent()
                            ? "there is no interface " + name.get()
                            : "no interface is on the network of "
                                    + vip.address().getHostAddress()
                                    + ": name one with --interface");
        }
        return device;
    }
}
