package proa.node.cli;

import proa.node.admin.Advice;
import proa.node.admin.Answer;
import proa.node.admin.Control;
import proa.node.admin.Together;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** A node that is only looked at. */
class NoControl implements Control, Together, Advice {

    @Override
    public Answer reload(String by) {
        throw new AssertionError("nobody asked for that");
    }

    @Override
    public Answer backend(String name) {
        throw new AssertionError("nobody asked for that");
    }

    @Override
    public Answer server(String backend, String server, Wish wish, String by) {
        throw new AssertionError("nobody asked for that");
    }

    @Override
    public Answer entry(String table, String key) {
        throw new AssertionError("nobody asked for that");
    }

    @Override
    public Answer clear(String table, Predicate<Map<String, Long>> which, String by) {
        throw new AssertionError("nobody asked for that");
    }

    @Override
    public Answer clear(String table, String key, String by) {
        throw new AssertionError("nobody asked for that");
    }

    @Override
    public Answer move(String group, String node, String by) {
        throw new AssertionError("nobody asked for that");
    }

    @Override
    public Answer drain(String node, Optional<Duration> limit, String by) {
        throw new AssertionError("nobody asked for that");
    }

    @Override
    public Answer ready(String node, String by) {
        throw new AssertionError("nobody asked for that");
    }

    @Override
    public Answer explain(String method, String url, String from, List<String> headers) {
        throw new AssertionError("nobody asked for that");
    }

    @Override
    public Answer plan(String file, String text) {
        throw new AssertionError("nobody asked for that");
    }
}
