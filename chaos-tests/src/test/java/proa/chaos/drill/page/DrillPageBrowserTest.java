package proa.chaos.drill.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The report in a real browser, which has no network: as wide as the window, plots drawn, nothing
 * asked of anybody, and its certificate on a page of its own in print.
 */
class DrillPageBrowserTest {

    @TempDir private static Path folder;

    @BeforeAll
    static void needsABrowser() {
        Optional<String> missing = PageBrowser.missing();
        assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
    }

    private static String report() {
        return DrillPage.of(DrillPageTest.ordinaryRun(), Optional.empty());
    }

    @ParameterizedTest
    @ValueSource(ints = {390, 1280})
    void itFitsAPhoneAndADesk(int width) throws IOException {
        new PageBrowser(folder).fits(report(), width);
    }

    @Test
    void inPrintTheCertificateHasAPageOfItsOwn() throws IOException {
        Path page = Files.writeString(folder.resolve("page.html"), report());
        Path printed = folder.resolve("page.pdf");

        new PageBrowser(folder).browse(page, "--no-pdf-header-footer", "--print-to-pdf=" + printed);

        String pdf = Files.readString(printed, StandardCharsets.ISO_8859_1);
        assertThat(pdf).startsWith("%PDF-");
        assertThat(Pattern.compile("/Type /Page\\b(?!s)").matcher(pdf).results().count())
                .as("pages")
                .isBetween(2L, 12L);
    }
}
