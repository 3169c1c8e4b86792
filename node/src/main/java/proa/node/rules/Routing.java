package proa.node.rules;

import proa.node.exchange.Destination;
import proa.node.exchange.Facts;

/** Turns the name of a backend into somewhere to send a request. */
@FunctionalInterface
public interface Routing {

    /** What chooses servers of the backend of that name; the configuration has it. */
    Target backend(String name);

    /** One backend. */
    @FunctionalInterface
    interface Target {

        /** The choice of servers for this request; the facts are read now and not kept. */
        Destination destination(Facts facts);
    }
}
