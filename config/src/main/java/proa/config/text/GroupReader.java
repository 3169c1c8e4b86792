package proa.config.text;

import com.typesafe.config.ConfigObject;

import proa.config.CarrierConfig;
import proa.config.GroupConfig;
import proa.config.GroupConfig.Failback;
import proa.config.GroupConfig.Vip;
import proa.config.TrackConfig;
import proa.config.VrrpConfig;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Reads {@code groups}. */
final class GroupReader {

    private GroupReader() {}

    /** The groups by name; one that cannot be built is left out after its violations. */
    static List<GroupConfig> read(Section file) {
        return file.named(Keys.File.GROUPS).stream()
                .flatMap(
                        item ->
                                file
                                        .open(item, Keys.Group.SHAPE)
                                        .flatMap(section -> group(item.name(), section))
                                        .stream())
                .toList();
    }

    private static Optional<GroupConfig> group(String name, Section section) {
        int vrid = section.get(Keys.Group.VRID);
        List<String> prefer = section.all(Keys.Group.PREFER, Kinds.name());
        if (prefer.isEmpty()) {
            section.report()
                    .error(
                            section.path(Keys.Group.PREFER),
                            "`prefer` names no node",
                            "prefer = [lb1, lb2]");
        }
        Failback failback = section.get(Keys.Group.FAILBACK);
        List<Vip> vips =
                section.named(Keys.Group.VIPS).stream()
                        .flatMap(item -> vip(section, item).stream())
                        .toList();
        if (vips.isEmpty()) {
            section.report()
                    .error(
                            section.path(Keys.Group.VIPS),
                            "the group has no address",
                            "vips { main = \"203.0.113.10\" }");
        }
        Section track = section.childOrEmpty(Keys.Group.TRACK, Keys.Group.TRACKING);
        Optional<InetAddress> gateway = track.find(Keys.Group.GATEWAY);
        TrackConfig tracked = GroupOptionsReader.track(track);
        VrrpConfig vrrp = GroupOptionsReader.vrrp(section);
        CarrierConfig carrier = CarrierReader.carrier(section);
        return prefer.isEmpty() || vips.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new GroupConfig(
                                name, vrid, prefer, failback, vips, gateway, tracked, vrrp,
                                carrier));
    }

    private static Optional<Vip> vip(Section group, Section.Item item) {
        if (!(item.value() instanceof ConfigObject)) {
            return group.read(Kinds.address(), item)
                    .map(address -> new Vip(item.name(), address, Optional.empty()));
        }
        return group.open(item, Keys.Group.VIP)
                .map(
                        vip ->
                                new Vip(
                                        item.name(),
                                        vip.get(Keys.Group.ADDRESS),
                                        vip.find(Keys.Group.INTERFACE)));
    }

    /** {@code never}, {@code at-once} or {@code after 60s}. */
    static Kind<Failback> failback() {
        return Kinds.scalar(
                "never | at-once | after DURATION",
                text ->
                        switch (text) {
                            case "never" -> Optional.of(new Failback.Never());
                            case "at-once" -> Optional.of(new Failback.AtOnce());
                            case String after when after.startsWith("after ") ->
                                    after(after.substring(6));
                            default -> Optional.empty();
                        },
                "never, at-once or after 60s (1s to 1d)");
    }

    private static Optional<Failback> after(String text) {
        return Units.duration(text)
                .filter(delay -> delay.compareTo(Duration.ofSeconds(1)) >= 0)
                .filter(delay -> delay.compareTo(Duration.ofDays(1)) <= 0)
                .map(Failback.After::new);
    }
}
