package proa.node.reload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What of {@code show stat} can be left out. */
class StatFilterTest {

    @TempDir private Path directory;

    private Site site;

    @BeforeEach
    void start() throws Exception {
        site = new Site(directory, 4);
    }

    @AfterEach
    void close() throws Exception {
        site.close();
    }

    private String stats(String command) throws IOException {
        return HaproxyClient.ask(directory.resolve("stats.sock"), command);
    }

    @Test
    void statisticsAreOfWhatIsAskedFor() throws IOException {
        assertThat(services("show stat -1 -1 -1")).isEqualTo(services("show stat"));
        assertThat(services("show stat shop 4 -1")).containsExactly("shop/s0", "shop/s1");
        assertThat(services("show stat shop 4 2")).containsExactly("shop/s1");
        assertThat(services("show stat shop 2 -1")).containsExactly("shop/BACKEND");
        assertThat(services("show stat shop -1 2")).containsExactly("shop/s1", "shop/BACKEND");
        assertThat(stats("show stat nope -1 -1")).isEqualTo("No such proxy.\n\n");
        assertThat(services("show stat domain proxy -1 1 0"))
                .contains("http/FRONTEND")
                .noneMatch(each -> each.startsWith("shop/"));
        assertThat(services("show stat 1 -1 -1")).hasSize(1);
        stats("disable server shop/s1");
        assertThat(services("show stat shop 4 -1 no-maint")).containsExactly("shop/s0");
        assertThat(services("show stat shop -1 -1 up")).containsExactly("shop/s0", "shop/BACKEND");
        assertThat(stats("show stat shop x -1")).startsWith("usage: show stat ");
        assertThat(stats("show stat shop")).startsWith("usage: show stat ");
        assertThat(stats("show stat domain resolvers")).startsWith("the only domain here is proxy");
        assertThat(stats("show stat typed"))
                .startsWith("there is no form typed here: leave it out");
        assertThat(stats("show info json")).startsWith("there is no form json here: leave it out");
        assertThat(stats("show info float")).startsWith("Name: Proa\n");
    }

    /** Proxy and service of each line. */
    private List<String> services(String command) throws IOException {
        return stats(command)
                .lines()
                .filter(line -> !line.startsWith("#") && !line.isEmpty())
                .map(line -> line.split(","))
                .map(values -> values[0] + "/" + values[1])
                .toList();
    }
}
