package proa.config.text;

import proa.config.Condition;
import proa.config.FrontendConfig;
import proa.config.FrontendConfig.Bind;
import proa.config.FrontendConfig.Limits;
import proa.config.FrontendConfig.Route;
import proa.config.FrontendConfig.Timeouts;
import proa.config.HttpOptions;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Reads {@code frontends}. */
final class FrontendReader {

    /** Stands in for an element that cannot be read, so that the others keep their places. */
    private static final Route NOWHERE = new Route(ConditionReader.BROKEN, "");

    private final ConditionReader conditions;
    private final ClusterReader.Folder folder;

    private FrontendReader(ConditionReader conditions, ClusterReader.Folder folder) {
        this.conditions = conditions;
        this.folder = folder;
    }

    static List<FrontendConfig> read(
            Section file, ConditionReader conditions, ClusterReader.Folder folder) {
        FrontendReader reader = new FrontendReader(conditions, folder);
        return file.named(Keys.File.FRONTENDS).stream()
                .flatMap(
                        item ->
                                file
                                        .open(item, FrontendKeys.Frontend.SHAPE)
                                        .map(section -> reader.frontend(item.name(), section))
                                        .stream())
                .toList();
    }

    private FrontendConfig frontend(String name, Section section) {
        FrontendConfig.Mode mode = section.get(FrontendKeys.Frontend.MODE);
        Optional<Path> users =
                section.find(FrontendKeys.Frontend.USERS)
                        .map(file -> folder.path(section, FrontendKeys.Frontend.USERS, file));
        HttpOptions http = OptionsReader.read(section, folder);
        return new FrontendConfig(
                name,
                bind(
                        section.childOrEmpty(
                                FrontendKeys.Frontend.BIND, FrontendKeys.Frontend.BINDING)),
                mode,
                section.items(FrontendKeys.Frontend.RULES).stream()
                        .map(
                                item ->
                                        section.open(item, FrontendKeys.Rule.SHAPE)
                                                .map(rule -> RuleReader.rule(rule, conditions))
                                                .orElse(RuleReader.BROKEN))
                        .toList(),
                routes(section),
                section.some(
                        FrontendKeys.Frontend.ALLOW,
                        Kinds.network(),
                        "network",
                        "leave it out for everybody"),
                users,
                timeouts(
                        section.childOrEmpty(
                                FrontendKeys.Frontend.TIMEOUTS, FrontendKeys.ClientTimeouts.SHAPE)),
                limits(
                        section.childOrEmpty(
                                FrontendKeys.Frontend.LIMITS, FrontendKeys.Limits.SHAPE)),
                http,
                new TlsReader(folder).withClients(section, mode, http.versions()),
                UdpKeys.read(section),
                section.get(ForwardingKeys.FORWARDING),
                ForwardingKeys.nat(section),
                section.get(FrontendKeys.Frontend.PROFILE),
                RecordReader.read(section, mode, folder));
    }

    private static Bind bind(Section section) {
        int port = section.get(FrontendKeys.Frontend.PORT);
        boolean floating =
                section.has(FrontendKeys.Frontend.GROUP) || section.has(FrontendKeys.Frontend.VIP);
        boolean whole =
                section.has(FrontendKeys.Frontend.GROUP) && section.has(FrontendKeys.Frontend.VIP);
        boolean fixed = section.has(FrontendKeys.Frontend.ADDRESS);
        if (section.written() && (floating == fixed || (floating && !whole))) {
            section.report()
                    .error(
                            section.path(),
                            "`bind` needs `group` and `vip`, or else `address`",
                            "bind { group = web, vip = main, port = 80 }");
        }
        return section.find(FrontendKeys.Frontend.ADDRESS)
                .<Bind>map(address -> new Bind.Fixed(address, port))
                .orElseGet(
                        () ->
                                new Bind.Floating(
                                        section.find(FrontendKeys.Frontend.GROUP).orElse(""),
                                        section.find(FrontendKeys.Frontend.VIP).orElse(""),
                                        port));
    }

    private List<Route> routes(Section section) {
        Optional<String> backend = section.find(FrontendKeys.Frontend.BACKEND);
        if (section.has(FrontendKeys.Frontend.BACKEND)
                && section.has(FrontendKeys.Frontend.ROUTES)) {
            section.report()
                    .error(
                            section.path(FrontendKeys.Frontend.BACKEND),
                            "both `backend` and `routes`",
                            "put { backend = … } last into `routes`");
        }
        if (backend.isPresent()) {
            return List.of(new Route(new Condition.Always(), backend.get()));
        }
        return section.items(FrontendKeys.Frontend.ROUTES).stream()
                .map(
                        item ->
                                section.open(item, FrontendKeys.Rule.ROUTE)
                                        .map(this::route)
                                        .orElse(NOWHERE))
                .toList();
    }

    private Route route(Section section) {
        return new Route(conditions.when(section), section.get(FrontendKeys.Rule.BACKEND));
    }

    private static Timeouts timeouts(Section section) {
        return new Timeouts(
                section.get(FrontendKeys.ClientTimeouts.REQUEST),
                section.get(FrontendKeys.ClientTimeouts.KEEP_ALIVE),
                section.get(FrontendKeys.ClientTimeouts.CLIENT),
                section.get(FrontendKeys.ClientTimeouts.TUNNEL),
                section.find(FrontendKeys.ClientTimeouts.CLIENT_FIN));
    }

    private static Limits limits(Section section) {
        return new Limits(
                section.get(FrontendKeys.Limits.CONNECTIONS),
                section.get(FrontendKeys.Limits.LINE).intValue(),
                section.get(FrontendKeys.Limits.HEAD).intValue(),
                section.get(FrontendKeys.Limits.HEADERS),
                section.get(FrontendKeys.Limits.BODY),
                section.get(FrontendKeys.Limits.BODY_RATE),
                section.get(FrontendKeys.Limits.READ_RATE),
                RateReader.clients(section));
    }
}
