package proa.node.cli;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/**
 * SIGHUP as the wish to reload, SIGUSR1 as that to open logs anew. The JDK has no supported
 * interface to signals; that of {@code jdk.unsupported} is reached by reflection, since the
 * compiler warns of it without a way to answer.
 */
final class Hangup {

    private static final Logger LOG = LoggerFactory.getLogger(Hangup.class);

    private Hangup() {}

    /**
     * Does this at each SIGHUP from now on, on a thread of the JDK's. Returns false, having said
     * so, when signals do not arrive here: a JVM leaves one alone that was ignored when it started,
     * as nohup does.
     */
    static boolean then(Runnable action) {
        return at("HUP", action);
    }

    /**
     * Likewise, at each signal of that kind.
     *
     * @param kind such as {@code USR1}
     */
    static boolean at(String kind, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object proxy =
                    Proxy.newProxyInstance(
                            Hangup.class.getClassLoader(),
                            new Class<?>[] {handler},
                            (self, method, arguments) ->
                                    switch (method.getName()) {
                                        case "handle" -> {
                                            action.run();
                                            yield null;
                                        }
                                        case "equals" -> self.hashCode() == arguments[0].hashCode();
                                        case "hashCode" -> System.identityHashCode(self);
                                        default -> "reload";
                                    });
            Object before =
                    signal.getMethod("handle", signal, handler)
                            .invoke(
                                    null,
                                    signal.getConstructor(String.class).newInstance(kind),
                                    proxy);
            if (handler.getField("SIG_IGN").get(null).equals(before)) {
                LOG.warn("SIG{} is not heard: it was ignored at the start, as by nohup", kind);
                return false;
            }
            return true;
        } catch (InvocationTargetException taken) {
            // A JVM with -Xrs leaves signals alone.
            LOG.warn("SIG{} is not heard: {}", kind, String.valueOf(taken.getCause()));
        } catch (ReflectiveOperationException absent) {
            LOG.warn("SIG{} is not heard: this JVM has no jdk.unsupported", kind, absent);
        }
        return false;
    }
}
