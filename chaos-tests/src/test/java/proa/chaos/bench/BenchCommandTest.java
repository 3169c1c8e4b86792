package proa.chaos.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import picocli.CommandLine;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the command line of the bench offers. */
class BenchCommandTest {

    private static final Pattern OFFERED =
            Pattern.compile("What to measure: (.*?)\\. Default: all but failover\\.");

    @Test
    void theHelpNamesExactlyWhatCanBeMeasured() {
        CommandLine bench = new CommandLine(new BenchCommand());
        Matcher help = OFFERED.matcher(bench.getUsageMessage().replaceAll("\\s+", " "));
        assertThat(help.find()).as(bench.getUsageMessage()).isTrue();
        List<String> offered = Arrays.asList(help.group(1).split(", "));
        assertThat(offered)
                .containsExactlyElementsOf(BenchCommand.known())
                .contains("http1-keepalive", "http2", "idle-connections", "failover");
    }
}
