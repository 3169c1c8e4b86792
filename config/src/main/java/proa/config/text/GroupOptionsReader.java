package proa.config.text;

import proa.config.TrackConfig;
import proa.config.VrrpConfig;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Reads {@code vrrp} and {@code track} of a group. */
final class GroupOptionsReader {

    private static final int CENTI_MILLIS = 10;

    private GroupOptionsReader() {}

    static VrrpConfig vrrp(Section group) {
        Section section = group.childOrEmpty(Keys.Group.VRRP, GroupKeys.Vrrp.SHAPE);
        List<VrrpConfig.Router> routers =
                section.named(GroupKeys.Vrrp.ROUTERS).stream()
                        .flatMap(
                                item ->
                                        section
                                                .open(item, GroupKeys.Vrrp.ROUTER)
                                                .flatMap(router -> router(item.name(), router))
                                                .stream())
                        .toList();
        return new VrrpConfig(
                interval(section),
                section.get(GroupKeys.Vrrp.PRIORITY),
                section.get(GroupKeys.Vrrp.MULTICAST),
                section.get(GroupKeys.Vrrp.CHECKSUM),
                section.get(GroupKeys.Vrrp.VERSION_2),
                limited(
                        section,
                        GroupKeys.Vrrp.ROUTERS,
                        routers,
                        VrrpConfig.ROUTERS_MAX,
                        "fewer: each is a listed peer of its own"));
    }

    private static Optional<Duration> interval(Section section) {
        Optional<Duration> interval = section.find(GroupKeys.Vrrp.INTERVAL);
        Optional<Duration> whole =
                interval.filter(time -> time.toMillis() % CENTI_MILLIS == 0)
                        .filter(time -> time.toNanosPart() % 1_000_000 == 0);
        if (interval.isPresent() && whole.isEmpty()) {
            section.report()
                    .error(
                            section.path(GroupKeys.Vrrp.INTERVAL),
                            "`advert-interval` is sent in hundredths of a second",
                            "a multiple of 10ms");
        }
        return whole;
    }

    private static Optional<VrrpConfig.Router> router(String name, Section section) {
        boolean missing = !section.has(GroupKeys.Vrrp.ADDRESSES);
        if (missing) {
            section.get(GroupKeys.Vrrp.ADDRESSES);
        }
        List<InetAddress> addresses = section.all(GroupKeys.Vrrp.ADDRESSES, Kinds.address());
        boolean badSix =
                addresses.stream()
                        .anyMatch(six -> six instanceof Inet6Address && !six.isLinkLocalAddress());
        if (!missing && (addresses.isEmpty() || addresses.size() > 2 || badSix)) {
            section.report()
                    .error(
                            section.path(GroupKeys.Vrrp.ADDRESSES),
                            badSix
                                    ? "advertisements over IPv6 come from a link-local address"
                                    : "router " + name + " needs one or two addresses",
                            "addresses = [\"10.0.0.21\", \"fe80::21\"]");
            return Optional.empty();
        }
        return missing ? Optional.empty() : Optional.of(new VrrpConfig.Router(name, addresses));
    }

    static TrackConfig track(Section section) {
        List<TrackConfig.Script> scripts =
                section.named(GroupKeys.Track.SCRIPTS).stream()
                        .flatMap(
                                item ->
                                        section
                                                .open(item, GroupKeys.Track.SCRIPT)
                                                .flatMap(script -> script(item.name(), script))
                                                .stream())
                        .toList();
        Optional<TrackConfig.Servers> servers =
                section.child(GroupKeys.Track.SERVERS, GroupKeys.Track.SHARE)
                        .map(GroupOptionsReader::servers);
        return new TrackConfig(
                limited(
                        section,
                        GroupKeys.Track.SCRIPTS,
                        scripts,
                        TrackConfig.SCRIPTS_MAX,
                        "one program that looks at everything"),
                servers);
    }

    private static TrackConfig.Servers servers(Section section) {
        return new TrackConfig.Servers(
                section.get(GroupKeys.Track.AT_LEAST),
                section.get(GroupKeys.Track.HOLD),
                section.get(GroupKeys.Track.SERVERS_WEIGHT));
    }

    private static Optional<TrackConfig.Script> script(String name, Section section) {
        boolean missing = !section.has(GroupKeys.Track.COMMAND);
        if (missing) {
            section.get(GroupKeys.Track.COMMAND);
        }
        List<String> command = section.all(GroupKeys.Track.COMMAND, Kinds.text());
        if (!missing && (command.isEmpty() || !command.getFirst().startsWith("/"))) {
            section.report()
                    .error(
                            section.path(GroupKeys.Track.COMMAND),
                            "script " + name + " needs a program by its whole path",
                            "command = [\"/usr/local/bin/check\", \"argument\"]");
            return Optional.empty();
        }
        return missing
                ? Optional.empty()
                : Optional.of(
                        new TrackConfig.Script(
                                name,
                                command,
                                section.get(GroupKeys.Track.EVERY),
                                section.get(GroupKeys.Track.TIMEOUT),
                                section.get(GroupKeys.Track.RISE),
                                section.get(GroupKeys.Track.FALL),
                                section.get(GroupKeys.Track.SCRIPT_WEIGHT)));
    }

    private static <T> List<T> limited(
            Section section, Key<?> key, List<T> all, int max, String suggestion) {
        if (all.size() > max) {
            section.report()
                    .error(
                            section.path(key),
                            all.size() + " in `" + key.name() + "`, at most " + max,
                            suggestion);
        }
        return all.subList(0, Math.min(max, all.size()));
    }
}
