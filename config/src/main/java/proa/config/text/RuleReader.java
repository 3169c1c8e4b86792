package proa.config.text;

import proa.config.Condition;
import proa.config.FrontendConfig.Rule;
import proa.config.FrontendConfig.Side;
import proa.config.Template;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads the elements of {@code rules}. */
final class RuleReader {

    /** Stands in for an element that cannot be read, so that the others keep their places. */
    static final Rule BROKEN = new Rule.Deny(ConditionReader.BROKEN, 500);

    private static final String EXAMPLE = "{ when = …, deny = 403 }";

    /** Statuses whose responses have no body (RFC 9110 §15.3.5, §15.3.6, §15.4.5). */
    private static final List<Integer> WITHOUT_BODY = List.of(204, 205, 304);

    private record Action(Key<?> key, Reading reading) {}

    private interface Reading {
        Rule read(Condition when, Section section);
    }

    private static final List<Action> ACTIONS =
            List.of(
                    new Action(FrontendKeys.Rule.TRACK, LimitReader::track),
                    new Action(LimitKeys.Action.LIMIT, LimitReader::limit),
                    new Action(LimitKeys.Action.COUNT, LimitReader::count),
                    new Action(LimitKeys.Action.TAG, LimitReader::tag),
                    new Action(FrontendKeys.Rule.DENY, RuleReader::deny),
                    new Action(RuleKeys.Action.SET_REQUEST, edit(Side.REQUEST)),
                    new Action(RuleKeys.Action.ADD_REQUEST, edit(Side.REQUEST)),
                    new Action(RuleKeys.Action.REMOVE_REQUEST, edit(Side.REQUEST)),
                    new Action(RuleKeys.Action.REPLACE_REQUEST, edit(Side.REQUEST)),
                    new Action(RuleKeys.Action.SET_RESPONSE, edit(Side.RESPONSE)),
                    new Action(RuleKeys.Action.ADD_RESPONSE, edit(Side.RESPONSE)),
                    new Action(RuleKeys.Action.REMOVE_RESPONSE, edit(Side.RESPONSE)),
                    new Action(RuleKeys.Action.REPLACE_RESPONSE, edit(Side.RESPONSE)),
                    new Action(RuleKeys.Action.REWRITE, RuleReader::rewrite),
                    new Action(RuleKeys.Action.REDIRECT, RuleReader::redirect),
                    new Action(RuleKeys.Action.RESPOND, RuleReader::respond),
                    new Action(RuleKeys.Action.TARPIT, RuleReader::tarpit),
                    new Action(RuleKeys.Action.DROP, RuleReader::drop));

    private static final List<Key<?>> COUNTED_BY =
            List.of(FrontendKeys.Rule.TRACK, LimitKeys.Action.LIMIT);

    private RuleReader() {}

    static Rule rule(Section section, ConditionReader conditions) {
        Condition when = conditions.when(section);
        List<Action> written =
                ACTIONS.stream().filter(action -> section.has(action.key())).toList();
        if (written.size() != 1) {
            count(section, written);
            return BROKEN;
        }
        Key<?> action = written.getFirst().key();
        if (section.has(LimitKeys.Action.BY) && !COUNTED_BY.contains(action)) {
            section.report()
                    .error(
                            section.path(LimitKeys.Action.BY),
                            "`by` says what `track` and `limit` count by, not `"
                                    + action.name()
                                    + "`",
                            "remove it");
        }
        return written.getFirst().reading().read(when, section);
    }

    private static void count(Section section, List<Action> written) {
        List<String> names = written.stream().map(action -> action.key().name()).toList();
        if (!names.isEmpty()) {
            section.report()
                    .error(
                            section.path(),
                            "a rule does one thing, this one " + String.join(", ", names),
                            "a rule for each, in the order wanted");
        } else if (!section.strange()) {
            section.report().error(section.path(), "a rule needs an action", EXAMPLE);
        }
    }

    private static Rule deny(Condition when, Section section) {
        return section.find(FrontendKeys.Rule.DENY)
                .<Rule>map(status -> new Rule.Deny(when, status))
                .orElse(BROKEN);
    }

    private static Reading edit(Side side) {
        return (when, section) -> new Rule.Edit(when, side, HeaderReader.edits(section, side));
    }

    private static Rule rewrite(Condition when, Section section) {
        return section.child(RuleKeys.Action.REWRITE, RuleKeys.Rewrite.SHAPE)
                .map(rewrite -> rewriting(when, rewrite))
                .orElse(BROKEN);
    }

    private static Rule rewriting(Condition when, Section section) {
        Optional<String> prefix = section.find(RuleKeys.Rewrite.PREFIX);
        Optional<String> match = section.find(RuleKeys.Rewrite.MATCH);
        Optional<String> query = section.find(RuleKeys.Rewrite.QUERY_MATCH);
        String with = section.get(RuleKeys.Rewrite.WITH);
        long written =
                Stream.of(
                                RuleKeys.Rewrite.PREFIX,
                                RuleKeys.Rewrite.MATCH,
                                RuleKeys.Rewrite.QUERY_MATCH)
                        .filter(section::has)
                        .count();
        if (written != 1) {
            section.report()
                    .error(
                            section.path(),
                            "`rewrite` needs one of `prefix`, `match` and `query-match`",
                            "rewrite { prefix = \"/old\", with = \"/new\" }");
        }
        replacement(section, with, prefix.isPresent(), query.isPresent());
        match.or(() -> query).ifPresent(pattern -> groups(section, pattern, with));
        if (prefix.isPresent()) {
            return new Rule.RewritePrefix(when, prefix.get(), with);
        }
        return match.or(() -> query)
                .<Rule>map(found -> new Rule.RewriteMatch(when, query.isPresent(), found, with))
                .orElse(BROKEN);
    }

    private static void replacement(Section section, String with, boolean prefix, boolean query) {
        String where = section.path(RuleKeys.Rewrite.WITH);
        if (!with.matches(query ? "[\\x21-\\x7e&&[^#]]*" : "[\\x21-\\x7e&&[^#?]]*")) {
            section.report()
                    .conflict(
                            where,
                            "\""
                                    + Kinds.clip(with)
                                    + "\" cannot stand in a "
                                    + (query ? "query" : "path"),
                            "visible ASCII without spaces" + (query ? "" : " and `?`"));
        } else if (prefix && !with.startsWith("/")) {
            section.report().conflict(where, "a path begins with `/`", "with = \"/" + with + "\"");
        }
    }

    /** A group that the expression does not have would fail at every request. */
    static void groups(Section section, String pattern, String with) {
        int highest = RuleKinds.highestGroup(with);
        int groups = RuleKinds.groups(pattern);
        if (highest > groups) {
            section.report()
                    .error(
                            section.path("with"),
                            "$"
                                    + highest
                                    + " is not there: the expression has "
                                    + (groups == 0 ? "no group" : groups + " groups"),
                            "put what it stands for into ( )");
        }
    }

    private static Rule redirect(Condition when, Section section) {
        return section.child(RuleKeys.Action.REDIRECT, RuleKeys.Redirect.SHAPE)
                .map(redirect -> redirecting(when, redirect))
                .orElse(BROKEN);
    }

    private static Rule redirecting(Condition when, Section section) {
        Optional<Template> path = section.find(RuleKeys.Redirect.PATH);
        boolean somewhere =
                Stream.of(RuleKeys.Redirect.SCHEME, RuleKeys.Redirect.HOST, RuleKeys.Redirect.PATH)
                        .anyMatch(section::has);
        if (!somewhere) {
            section.report()
                    .error(
                            section.path(),
                            "`redirect` leads back to where the client is",
                            "redirect { scheme = https, code = 301 }");
        }
        if (path.isPresent() && !beginsLikeAPath(path.get())) {
            section.report()
                    .error(
                            section.path(RuleKeys.Redirect.PATH),
                            "a path begins with `/` or with %{path}",
                            "scheme and host have keys of their own");
        }
        return new Rule.Redirect(
                when,
                section.find(RuleKeys.Redirect.SCHEME),
                section.find(RuleKeys.Redirect.HOST),
                path,
                section.get(RuleKeys.Redirect.CODE));
    }

    private static boolean beginsLikeAPath(Template template) {
        return switch (template.parts().getFirst()) {
            case Template.Part.Literal(String text) -> text.startsWith("/");
            case Template.Part.Value(Template.Variable of, _) -> of == Template.Variable.PATH;
        };
    }

    private static Rule respond(Condition when, Section section) {
        return section.child(RuleKeys.Action.RESPOND, RuleKeys.Respond.SHAPE)
                .map(respond -> responding(when, respond))
                .orElse(BROKEN);
    }

    private static Rule responding(Condition when, Section section) {
        int status = section.get(RuleKeys.Respond.STATUS);
        String body = section.get(RuleKeys.Respond.BODY);
        if (WITHOUT_BODY.contains(status) && !body.isEmpty()) {
            section.report()
                    .error(
                            section.path(RuleKeys.Respond.BODY),
                            "a response with status " + status + " has no body",
                            "status = 200");
        }
        return new Rule.Respond(when, status, section.get(RuleKeys.Respond.TYPE), body);
    }

    private static Rule tarpit(Condition when, Section section) {
        return section.child(RuleKeys.Action.TARPIT, RuleKeys.Tarpit.SHAPE)
                .<Rule>map(
                        tarpit ->
                                new Rule.Tarpit(
                                        when,
                                        tarpit.get(RuleKeys.Tarpit.DELAY),
                                        tarpit.get(RuleKeys.Tarpit.STATUS)))
                .orElse(BROKEN);
    }

    private static Rule drop(Condition when, Section section) {
        return section.find(RuleKeys.Action.DROP)
                .<Rule>map(_ -> new Rule.Drop(when))
                .orElse(BROKEN);
    }
}
