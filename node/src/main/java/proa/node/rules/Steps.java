package proa.node.rules;

import com.google.re2j.Pattern;

import proa.cluster.tables.TableKey;
import proa.config.FrontendConfig.Rule;
import proa.config.FrontendConfig.Side;
import proa.config.HeaderEdit;
import proa.config.SpreadingConfig.HashKey;
import proa.config.Template;
import proa.node.exchange.Facts;
import proa.node.exchange.Traffic.Decision;
import proa.node.message.FieldEdit;
import proa.node.rules.FrontendTraffic.Step;
import proa.node.rules.Values.Value;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Rules as written → steps that run. */
final class Steps {

    private static final int TOO_MANY_REQUESTS = 429;

    private Steps() {}

    /** An edit that may depend on the request. */
    private interface Filling {
        FieldEdit of(Facts facts);
    }

    /**
     * Compiles a rule.
     *
     * @param place its place in words, for answers
     */
    static Step step(Rule rule, String place, Compiler compiler) {
        Compiler.Test when = compiler.test(rule.when());
        return switch (rule) {
            case Rule.Track(_, String table, var by) -> track(when, table, by, compiler);
            case Rule.Limit limit -> Limits.step(when, limit, place, compiler);
            case Rule.Count count -> count(when, count, compiler);
            case Rule.Tag tag -> tag(when, tag, compiler);
            case Rule.Deny(_, int status) -> end(when, refusal(status, place));
            case Rule.Edit(_, Side side, List<HeaderEdit> edits) -> edit(when, side, edits);
            case Rule.RewritePrefix(_, String prefix, String with) ->
                    rewritePrefix(when, prefix, with);
            case Rule.RewriteMatch(_, boolean query, String pattern, String with) ->
                    query
                            ? rewriteQuery(when, Pattern.compile(pattern), with)
                            : rewritePath(when, Pattern.compile(pattern), with);
            case Rule.Redirect redirect -> redirect(when, redirect);
            case Rule.Respond(_, int status, String type, String body) ->
                    end(when, response(status, type, body));
            case Rule.Tarpit(_, var delay, int status) ->
                    end(when, new Decision.Tarpit(delay.toNanos(), refusal(status, place)));
            case Rule.Drop _ -> end(when, new Decision.Drop());
        };
    }

    private static Step track(
            Compiler.Test when, String name, Optional<HashKey> by, Compiler compiler) {
        int table = compiler.slot(name);
        KeyOf key = KeyOf.of(compiler.tracked(table).table(), by);
        return request -> {
            if (when.holds(request)) {
                request.track(table, key);
            }
            return null;
        };
    }

    private static Step count(Compiler.Test when, Rule.Count count, Compiler compiler) {
        int slot = compiler.slot(count.table());
        int counter = compiler.tracked(slot).table().schema().counter(count.counter());
        return change(when, slot, (table, key) -> table.add(key, counter, count.by()));
    }

    private static Step tag(Compiler.Test when, Rule.Tag rule, Compiler compiler) {
        int slot = compiler.slot(rule.table());
        int tag = compiler.tracked(slot).table().schema().tag(rule.tag());
        return change(when, slot, (table, key) -> table.tag(key, tag, rule.value()));
    }

    private static Step change(
            Compiler.Test when, int slot, BiConsumer<Counters.Table, TableKey> change) {
        return request -> {
            TableKey key = when.holds(request) ? request.key(slot) : null;
            if (key != null) {
                change.accept(request.table(slot), key);
            }
            return null;
        };
    }

    private static Step end(Compiler.Test when, Decision decision) {
        return request -> when.holds(request) ? decision : null;
    }

    private static Decision.Reply refusal(int status, String place) {
        String what = status == TOO_MANY_REQUESTS ? "too many requests: " : "";
        return new Decision.Reply(status, what + "refused by " + place);
    }

    private static Decision.Respond response(int status, String type, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        String fields = bytes.length == 0 ? "" : "Content-Type: " + type + "\r\n";
        return new Decision.Respond(status, fields, bytes);
    }

    private static Step edit(Compiler.Test when, Side side, List<HeaderEdit> edits) {
        Filling[] fillings = edits.stream().map(Steps::filling).toArray(Filling[]::new);
        boolean request = side == Side.REQUEST;
        return to -> {
            if (when.holds(to)) {
                List<FieldEdit> into = request ? to.ofRequest() : to.ofResponse();
                for (Filling filling : fillings) {
                    into.add(filling.of(to.facts()));
                }
            }
            return null;
        };
    }

    private static Filling filling(HeaderEdit edit) {
        return switch (edit) {
            case HeaderEdit.Remove(String name) -> always(new FieldEdit.Remove(name));
            case HeaderEdit.Replace(String name, String pattern, String with) ->
                    always(new FieldEdit.Replace(name, replacing(pattern, with)));
            case HeaderEdit.Set(String name, Template value) ->
                    filling(value, text -> new FieldEdit.Set(name, text));
            case HeaderEdit.Add(String name, Template value) ->
                    filling(value, text -> new FieldEdit.Add(name, text));
        };
    }

    private static Filling always(FieldEdit edit) {
        return _ -> edit;
    }

    /** A value that never changes is made into its edit once. */
    private static Filling filling(Template template, Function<String, FieldEdit> edit) {
        if (Values.constant(template)) {
            return always(edit.apply(Values.text(template)));
        }
        Value value = Values.of(template);
        return facts -> edit.apply(value.of(facts));
    }

    private static UnaryOperator<String> replacing(String pattern, String with) {
        Pattern compiled = Pattern.compile(pattern);
        String sent = Texts.asSent(with);
        return value -> Texts.printable(compiled.matcher(value).replaceAll(sent));
    }

    private static Step rewritePrefix(Compiler.Test when, String prefix, String with) {
        return request -> {
            String path = request.path();
            if (path.startsWith(prefix) && when.holds(request)) {
                request.rewritePath(join(with, path.substring(prefix.length())));
            }
            return null;
        };
    }

    /** One slash where two would meet. */
    private static String join(String with, String rest) {
        return with.endsWith("/") && rest.startsWith("/") ? with + rest.substring(1) : with + rest;
    }

    private static Step rewritePath(Compiler.Test when, Pattern pattern, String with) {
        return request -> {
            String path = request.path();
            if (!path.isEmpty() && when.holds(request) && pattern.matcher(path).find()) {
                String left = pattern.matcher(path).replaceFirst(with);
                request.rewritePath(left.startsWith("/") ? left : "/" + left);
            }
            return null;
        };
    }

    private static Step rewriteQuery(Compiler.Test when, Pattern pattern, String with) {
        return request -> {
            if (when.holds(request) && pattern.matcher(request.query()).find()) {
                request.rewriteQuery(pattern.matcher(request.query()).replaceFirst(with));
            }
            return null;
        };
    }

    private static Step redirect(Compiler.Test when, Rule.Redirect redirect) {
        Optional<Value> host = redirect.host().map(Values::of);
        Optional<Value> path = redirect.path().map(Values::of);
        Optional<String> scheme = redirect.scheme();
        return request -> {
            if (!when.holds(request)) {
                return null;
            }
            Facts facts = request.facts();
            String where = path.map(value -> value.of(facts)).orElseGet(() -> target(facts));
            String origin =
                    scheme.isEmpty() && host.isEmpty()
                            ? ""
                            : scheme.orElseGet(facts::scheme)
                                    + "://"
                                    + host.map(value -> value.of(facts))
                                            .orElseGet(() -> host(facts));
            return location(redirect.status(), origin + rooted(where));
        };
    }

    private static Decision location(int status, String location) {
        String fields = "Location: " + Texts.inUri(location) + "\r\n";
        return new Decision.Respond(status, fields, new byte[0]);
    }

    /**
     * With exactly one slash in front: {@code //host} would lead to another host, which a client's
     * path must not choose.
     */
    private static String rooted(String path) {
        int at = 0;
        while (at < path.length() && (path.charAt(at) == '/' || path.charAt(at) == '\\')) {
            at++;
        }
        return "/" + path.substring(at);
    }

    private static String target(Facts facts) {
        return facts.query().isEmpty() ? facts.path() : facts.path() + "?" + facts.query();
    }

    /** An HTTP/1.0 client may not name one. */
    private static String host(Facts facts) {
        if (!facts.host().isEmpty()) {
            return facts.host();
        }
        String address = Values.address(facts.destination().getAddress());
        return address.contains(":") ? "[" + address + "]" : address;
    }
}
