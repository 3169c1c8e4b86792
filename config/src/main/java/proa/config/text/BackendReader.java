package proa.config.text;

import proa.config.BackendConfig;
import proa.config.BackendConfig.Server;
import proa.config.BackendConfig.Timeouts;

import java.util.List;

/** Reads {@code backends}. */
final class BackendReader {

    private BackendReader() {}

    static List<BackendConfig> read(Section file, ClusterReader.Folder folder) {
        TlsReader tls = new TlsReader(folder);
        return file.named(Keys.File.BACKENDS).stream()
                .flatMap(
                        item ->
                                file
                                        .open(item, BackendKeys.Backend.SHAPE)
                                        .map(section -> backend(item.name(), section, tls))
                                        .stream())
                .toList();
    }

    private static BackendConfig backend(String name, Section section, TlsReader tls) {
        Section waiting =
                section.childOrEmpty(BackendKeys.Backend.TIMEOUTS, BackendKeys.Backend.WAITING);
        return new BackendConfig(
                name,
                section.get(BackendKeys.Backend.BALANCE),
                StickyReader.read(section),
                section.child(BackendKeys.Backend.CHECK, CheckKeys.Check.SHAPE)
                        .map(CheckReader::read),
                servers(section),
                new Timeouts(
                        waiting.get(BackendKeys.Backend.CONNECT),
                        waiting.get(BackendKeys.Backend.SERVER),
                        waiting.get(BackendKeys.Backend.IDLE)),
                section.get(BackendKeys.Backend.RETRIES),
                section.get(BackendKeys.Backend.IDLE_CONNECTIONS),
                SpreadingReader.read(section),
                HealthReader.read(section),
                section.get(BackendKeys.Backend.PROXY_PROTOCOL),
                tls.withServers(section),
                section.get(Http2Keys.PROTOCOL),
                SourceReader.read(section));
    }

    private static List<Server> servers(Section section) {
        if (!section.has(BackendKeys.Backend.SERVERS)) {
            section.get(BackendKeys.Backend.SERVERS);
        }
        return section.items(BackendKeys.Backend.SERVERS).stream()
                .flatMap(
                        item ->
                                section
                                        .open(item, BackendKeys.Server.SHAPE)
                                        .map(BackendReader::server)
                                        .stream())
                .toList();
    }

    private static Server server(Section section) {
        return new Server(
                section.get(BackendKeys.Server.NAME),
                section.get(BackendKeys.Server.ADDRESS),
                section.get(BackendKeys.Server.WEIGHT),
                section.get(BackendKeys.Server.BACKUP),
                section.get(SpreadingKeys.Server.TIER),
                section.find(SpreadingKeys.Server.CONNECTIONS),
                RateReader.server(section));
    }
}
