package proa.config.text;

import proa.config.Condition;
import proa.config.FrontendConfig.LimitMode;
import proa.config.FrontendConfig.OnPartition;
import proa.config.FrontendConfig.RateLimit;
import proa.config.FrontendConfig.Rule;
import proa.config.SpreadingConfig.HashKey;
import proa.config.TableConfig;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads rules and conditions that count, limit and tag. */
final class LimitReader {

    private LimitReader() {}

    static Rule track(Condition when, Section section) {
        Optional<HashKey> by = by(section);
        return section.find(FrontendKeys.Rule.TRACK)
                .<Rule>map(table -> new Rule.Track(when, table, by))
                .orElse(RuleReader.BROKEN);
    }

    static Rule limit(Condition when, Section section) {
        Optional<HashKey> by = by(section);
        return section.child(LimitKeys.Action.LIMIT, LimitKeys.Of.LIMIT)
                .map(limit -> limit(when, by, limit))
                .orElse(RuleReader.BROKEN);
    }

    private static Rule limit(Condition when, Optional<HashKey> by, Section section) {
        LimitMode mode = section.get(LimitKeys.Of.MODE);
        Optional<OnPartition> written = section.find(LimitKeys.Of.ON_PARTITION);
        boolean strict = mode == LimitMode.STRICT;
        if (strict && written.equals(Optional.of(OnPartition.EACH))) {
            section.report()
                    .conflict(
                            section.path(LimitKeys.Of.ON_PARTITION),
                            "a strict limit that each part keeps whole would not be strict",
                            "on-partition = share, or mode = approximate");
        }
        RateLimit limit =
                new RateLimit(
                        section.get(LimitKeys.Of.TABLE),
                        section.get(LimitKeys.Of.COUNTER),
                        section.get(LimitKeys.Of.TO),
                        mode,
                        strict ? OnPartition.SHARE : written.orElse(OnPartition.EACH));
        return new Rule.Limit(
                when,
                by,
                limit,
                section.get(LimitKeys.Of.HEADERS),
                section.get(LimitKeys.Of.STATUS));
    }

    static Rule count(Condition when, Section section) {
        return section.child(LimitKeys.Action.COUNT, LimitKeys.Of.COUNT)
                .<Rule>map(
                        count ->
                                new Rule.Count(
                                        when,
                                        count.get(LimitKeys.Of.TABLE),
                                        count.get(LimitKeys.Of.OWN_COUNTER),
                                        count.get(LimitKeys.Of.ADD)))
                .orElse(RuleReader.BROKEN);
    }

    static Rule tag(Condition when, Section section) {
        return section.child(LimitKeys.Action.TAG, LimitKeys.Of.SET)
                .<Rule>map(
                        tag ->
                                new Rule.Tag(
                                        when,
                                        tag.get(LimitKeys.Of.TABLE),
                                        tag.get(LimitKeys.Of.TAG),
                                        tag.get(LimitKeys.Of.VALUE)))
                .orElse(RuleReader.BROKEN);
    }

    /** The comparison of a condition with a table, if it is one. */
    static List<Condition> comparison(Section section) {
        boolean counter = section.has(LimitKeys.Test.COUNTER);
        boolean tag = section.has(LimitKeys.Test.TAG);
        boolean table = section.has(LimitKeys.Test.TABLE);
        boolean above = section.has(LimitKeys.Test.ABOVE);
        if (!counter && !tag && !table && !above) {
            return List.of();
        }
        if (!table || !above || counter == tag) {
            section.report()
                    .error(
                            section.path(),
                            "`table`, `counter` (or `tag`) and `above` belong together",
                            "{ table = requests, counter = requests, above = 100 }");
        }
        TableConfig.Value number = section.get(LimitKeys.Test.NUMBER);
        Optional<String> name = section.find(tag ? LimitKeys.Test.TAG : LimitKeys.Test.COUNTER);
        return List.of(
                new Condition.RateAbove(
                        section.find(LimitKeys.Test.TABLE).orElse(""),
                        name.orElse(""),
                        tag ? TableConfig.Value.TAG : number,
                        section.find(LimitKeys.Test.ABOVE).orElse(0L)));
    }

    private static Optional<HashKey> by(Section rule) {
        return rule.child(LimitKeys.Action.BY, LimitKeys.By.SHAPE).map(LimitReader::part);
    }

    private static HashKey part(Section section) {
        List<HashKey> parts =
                Stream.of(
                                section.find(SpreadingKeys.Hash.KEY),
                                section.find(SpreadingKeys.Hash.HEADER)
                                        .<HashKey>map(HashKey.Header::new),
                                section.find(SpreadingKeys.Hash.COOKIE)
                                        .<HashKey>map(HashKey.Cookie::new),
                                section.find(SpreadingKeys.Hash.PARAMETER)
                                        .<HashKey>map(HashKey.Parameter::new),
                                section.find(LimitKeys.By.CONSTANT)
                                        .<HashKey>map(HashKey.Constant::new))
                        .flatMap(Optional::stream)
                        .toList();
        if (parts.size() != 1) {
            section.report()
                    .error(
                            section.path(),
                            "`by` needs exactly one of `key`, `header`, `cookie`, `parameter`,"
                                    + " `constant`",
                            "by { header = X-Api-Key }");
            return new HashKey.Source(false);
        }
        return parts.getFirst();
    }
}
