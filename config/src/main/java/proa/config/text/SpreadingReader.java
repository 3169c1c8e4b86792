package proa.config.text;

import proa.config.SpreadingConfig;
import proa.config.SpreadingConfig.Hash;
import proa.config.SpreadingConfig.HashKey;
import proa.config.SpreadingConfig.Limits;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads how a backend spreads its load. */
final class SpreadingReader {

    private SpreadingReader() {}

    static SpreadingConfig read(Section backend) {
        return new SpreadingConfig(
                backend.child(BackendKeys.Backend.HASH, SpreadingKeys.Hash.SHAPE)
                        .map(SpreadingReader::hash),
                backend.find(SpreadingKeys.SLOW_START),
                backend.get(SpreadingKeys.ACTIVE_MIN),
                limits(
                        backend.childOrEmpty(
                                BackendKeys.Backend.LIMITS, SpreadingKeys.Limits.SHAPE)));
    }

    private static Hash hash(Section section) {
        return new Hash(
                withBody(key(section, "hash"), section),
                section.get(SpreadingKeys.Hash.METHOD),
                section.find(SpreadingKeys.Hash.LOAD_PERCENT_MAX));
    }

    /** Only a parameter can be in a body as well. */
    private static HashKey withBody(HashKey key, Section section) {
        Optional<Long> bytes = section.find(SpreadingKeys.Hash.BODY);
        if (section.has(SpreadingKeys.Hash.BODY) && !section.has(SpreadingKeys.Hash.PARAMETER)) {
            section.report()
                    .error(
                            section.path() + ".body",
                            "a body has only parameters: `body` needs `parameter`",
                            "hash { parameter = NAME, body = 16k }");
        }
        return bytes.isPresent() && key instanceof HashKey.Parameter(String name)
                ? new HashKey.FormParameter(name, bytes.get().intValue())
                : key;
    }

    /** The part of a request that a section of that name says. */
    static HashKey key(Section section, String name) {
        List<HashKey> keys =
                Stream.of(
                                section.find(SpreadingKeys.Hash.KEY),
                                section.find(SpreadingKeys.Hash.HEADER)
                                        .<HashKey>map(HashKey.Header::new),
                                section.find(SpreadingKeys.Hash.COOKIE)
                                        .<HashKey>map(HashKey.Cookie::new),
                                section.find(SpreadingKeys.Hash.PARAMETER)
                                        .<HashKey>map(HashKey.Parameter::new))
                        .flatMap(Optional::stream)
                        .toList();
        long written =
                Stream.of(
                                SpreadingKeys.Hash.KEY,
                                SpreadingKeys.Hash.HEADER,
                                SpreadingKeys.Hash.COOKIE,
                                SpreadingKeys.Hash.PARAMETER)
                        .filter(section::has)
                        .count();
        if (written != 1) {
            section.report()
                    .error(
                            section.path(),
                            "`"
                                    + name
                                    + "` needs exactly one of `key`, `header`, `cookie`,"
                                    + " `parameter`",
                            name + " { key = src }");
        }
        return keys.isEmpty() ? new HashKey.Source(false) : keys.getFirst();
    }

    private static Limits limits(Section section) {
        return new Limits(
                section.find(SpreadingKeys.Limits.CONNECTIONS),
                section.get(SpreadingKeys.Limits.QUEUE),
                section.get(SpreadingKeys.Limits.QUEUE_TIMEOUT));
    }
}
