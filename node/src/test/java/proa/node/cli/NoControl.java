package proa.node.cli;

import proa.node.admin.Answer;
import proa.node.admin.Control;

/** A node that is only looked at. */
final class NoControl implements Control {

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
}
