package proa.config.text;

import proa.config.CarrierConfig;

import java.util.List;
import java.util.Optional;

/** Reads how the network learns where a group is. */
final class CarrierReader {

    private CarrierReader() {}

    /** Of one group; the usual way after a violation. */
    static CarrierConfig carrier(Section group) {
        boolean virtualMac = group.get(CarrierKeys.VIRTUAL_MAC);
        if (virtualMac && group.has(CarrierKeys.HOOK)) {
            group.report()
                    .error(
                            group.path(CarrierKeys.VIRTUAL_MAC),
                            "a group with a `hook` announces no MAC address",
                            "one of the two");
        }
        return group.child(CarrierKeys.HOOK, CarrierKeys.SHAPE)
                .flatMap(CarrierReader::hook)
                .orElseGet(
                        () ->
                                virtualMac
                                        ? new CarrierConfig.VirtualMac()
                                        : new CarrierConfig.Arp());
    }

    private static Optional<CarrierConfig> hook(Section section) {
        boolean missing = !section.has(CarrierKeys.COMMAND);
        if (missing) {
            section.get(CarrierKeys.COMMAND);
        }
        List<String> command = section.all(CarrierKeys.COMMAND, Kinds.text());
        if (!missing && (command.isEmpty() || !command.getFirst().startsWith("/"))) {
            section.report()
                    .error(
                            section.path(CarrierKeys.COMMAND),
                            "the hook needs a program by its whole path",
                            "command = [\"/usr/local/bin/move-address\", \"argument\"]");
            return Optional.empty();
        }
        return missing
                ? Optional.empty()
                : Optional.of(new CarrierConfig.Hook(command, section.get(CarrierKeys.DEADLINE)));
    }
}
