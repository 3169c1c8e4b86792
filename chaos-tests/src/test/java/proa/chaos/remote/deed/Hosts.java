package proa.chaos.remote.deed;

import proa.config.drill.Targets;
import proa.config.text.TargetReader;

/** Machines for tests of what is done on them. */
final class Hosts {

    private Hosts() {}

    static Targets trio() {
        return read(
                """
                schema = 1
                remote {
                  address = "10.0.0.100", group = web, interface = eth1
                  ssh { key = drill.key }
                  hosts {
                    lb1 { address = "10.0.0.11" }
                    lb2 { address = "10.0.0.12" }
                    lb3 { address = "10.0.0.13" }
                  }
                }
                """);
    }

    /** The same as containers of this machine. */
    static Targets containers() {
        return read(
                """
                schema = 1
                remote {
                  address = "10.0.0.100", group = web
                  hosts {
                    lb1 { address = "10.0.0.11", container = shop-lb1 }
                    lb2 { address = "10.0.0.12", container = shop-lb2 }
                    lb3 { address = "10.0.0.13", container = shop-lb3 }
                  }
                }
                """);
    }

    private static Targets read(String text) {
        return ((TargetReader.Outcome.Ok) TargetReader.parse(text, "targets.conf")).targets();
    }
}
