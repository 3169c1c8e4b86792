package proa.node.explain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.config.BackendConfig.Balance;
import proa.config.SpreadingConfig.Method;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

class AlgorithmWordsTest {

    private static final Path PAGE =
            Path.of(System.getProperty("proa.home"), "docs", "guide", "choosing.md");

    /** First three cells of each row of its first table, a name each; "the same" is as above. */
    private static Map<String, AlgorithmWords> table() throws IOException {
        Map<String, AlgorithmWords> rows = new LinkedHashMap<>();
        String work = "";
        for (String line : Files.readAllLines(PAGE)) {
            String[] cells = line.split(" *\\| *");
            if (line.startsWith("| `") && !cells[1].equals("`balance`")) {
                work = cells[3].equals("the same") ? work : cells[3];
                for (String name : cells[1].replace("`hash`, `method = ", "`hash ").split(", ")) {
                    rows.put(name.replace("`", ""), new AlgorithmWords(cells[2], work));
                }
            } else if (line.startsWith("## Stick")) {
                break;
            }
        }
        return rows;
    }

    private static List<String> names() {
        List<String> names = new ArrayList<>();
        for (Balance balance : Balance.values()) {
            if (balance == Balance.HASH) {
                for (Method method : Method.values()) {
                    names.add("hash " + AlgorithmWords.name(method));
                }
            } else {
                names.add(AlgorithmWords.name(balance));
            }
        }
        return names;
    }

    @Test
    void thePageSaysOfEachAlgorithmWhatIsExplained() throws Exception {
        Map<String, AlgorithmWords> table = table();

        assertThat(table.keySet()).containsExactlyInAnyOrderElementsOf(names());
        for (Balance balance : Balance.values()) {
            for (Method method : Method.values()) {
                String name =
                        AlgorithmWords.name(balance)
                                + (balance == Balance.HASH
                                        ? " " + AlgorithmWords.name(method)
                                        : "");
                assertThat(AlgorithmWords.of(balance, method)).as(name).isEqualTo(table.get(name));
            }
        }
    }
}
