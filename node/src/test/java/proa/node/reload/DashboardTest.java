package proa.node.reload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.node.Await;

import java.nio.file.Files;
import java.nio.file.Path;

/** The dashboard in a browser: one page, from the login to the logout. */
@RequiresChromium
class DashboardTest {

    /** Where pictures go, for those who want to look at them; nowhere unless it is set. */
    private static final String PICTURES = System.getenv("PROA_PICTURES");

    private static final int PHONE = 390;

    @TempDir private static Path directory;
    private static ConsoleSite site;
    private static Chromium browser;

    @BeforeAll
    static void start() throws Exception {
        site = new ConsoleSite(directory);
        browser = new Chromium(Files.createDirectory(directory.resolve("profile")));
    }

    @AfterAll
    static void close() throws Exception {
        browser.close();
        site.close();
    }

    private static void picture(String name) throws Exception {
        if (PICTURES != null) {
            browser.picture(Path.of(PICTURES, name + ".png"));
        }
    }

    private static void logIn(String user, String password) throws Exception {
        browser.until(
                "document.querySelector('#login') && !document.querySelector('#login').hidden");
        browser.type("[name=name]", user);
        browser.type("[name=password]", password);
        browser.click("#login button");
    }

    private static void fits(int width) throws Exception {
        assertThat(Integer.parseInt(browser.value("document.documentElement.scrollWidth")))
                .isLessThanOrEqualTo(width);
    }

    @Test
    void anOperatorSeesWhatIsAndChangesIt() throws Exception {
        browser.look(1280, 900, false);
        browser.open("http://127.0.0.1:" + site.address().getPort() + "/");
        logIn("olga", "not the password");
        browser.until("document.querySelector('#login-error').textContent");
        assertThat(browser.text("#login-error")).isEqualTo("the name or the password is wrong");
        picture("login");

        logIn("olga", ConsoleSite.PASSWORD);
        browser.until("document.querySelectorAll('[data-key=shop] tbody tr').length === 2");
        assertThat(browser.text("#where")).isEqualTo("test / lb1");
        assertThat(browser.text("#user")).isEqualTo("olga, operate");
        assertThat(browser.text("#backends")).contains("s0", "s1", "up");
        assertThat(browser.value("document.querySelectorAll('#plots canvas').length"))
                .isEqualTo("4");
        assertThat(browser.value("document.querySelectorAll('#nodes [data-action]').length"))
                .as("what olga may not do is not offered")
                .isEqualTo("0");

        assertThat(browser.text("#groups")).contains("main 192.0.2.77", "active here", "term 3");

        itIsLive();
        aServerIsDrained();
        aRequestIsExplained();
        aKeyIsFoundAndCleared();
        itFitsAPhone();
        assertThat(browser.complaints)
                .as("nothing but that nobody was logged in at first")
                .allMatch(each -> each.contains("401"));

        browser.click("#logout");
        browser.until(
                "document.querySelector('#login') && !document.querySelector('#login').hidden");
        assertThat(browser.value("document.cookie")).as("scripts never see it").isEmpty();
        aGroupIsMoved();
    }

    private static void aGroupIsMoved() throws Exception {
        logIn("anna", ConsoleSite.PASSWORD);
        browser.until("document.querySelector('[data-key=web] [data-action=move]')");
        browser.click("[data-key=web] [data-action=move]");
        browser.value("document.querySelector('#dialog [name=node]').value = 'lb2'");
        browser.click("#dialog button.main");
        browser.until("document.querySelector('#dialog [role=alert]').textContent");
        assertThat(browser.text("#dialog [role=alert]")).isEqualTo("lb2 is not ready for web");
        picture("refused");
        browser.value("document.querySelector('#dialog [name=node]').value = 'lb1'");
        browser.click("#dialog button.main");
        browser.until("!document.querySelector('#dialog button.main')");
        assertThat(browser.text("#dialog [role=alert]")).isEqualTo("passed on");
    }

    private static void itIsLive() throws Exception {
        for (int request = 0; request < 20; request++) {
            assertThat(HttpOnce.get(site.file.httpPort, "")).startsWith("HTTP/1.1 200");
        }
        String chosen = "document.querySelector('[data-key=s0] td[data-label=Chosen]').textContent";
        browser.until("Number(" + chosen + ") >= 10");
        Await.until("live", () -> browser.text("#live").contains("live"));
    }

    private static void aServerIsDrained() throws Exception {
        browser.value("document.querySelector('[data-key=s1] [data-action=server]').focus()");
        browser.press("Enter", 13);
        browser.until("document.querySelector('#dialog').open");
        assertThat(browser.text("#dialog-title")).isEqualTo("Server shop/s1");
        browser.value("document.querySelector('#dialog [name=order]').value = 'drain'");
        picture("dialog");
        browser.click("#dialog button.main");
        browser.until("!document.querySelector('#dialog button.main')");
        assertThat(browser.text("#dialog [role=alert]")).isEqualTo("s1: drain, weight 1.");
        browser.click("#dialog .buttons button");
        browser.until("document.querySelector('[data-key=s1]').innerText.includes('draining')");
        assertThat(browser.text("[data-key=s1]")).contains("not as the file: drain by olga");
    }

    private static void aRequestIsExplained() throws Exception {
        browser.type("#ask [name=url]", "http://127.0.0.1:" + site.file.httpPort + "/a?b");
        browser.click("#ask button");
        browser.until("document.querySelector('#reason h3')");
        assertThat(browser.text("#reason"))
                .contains("Frontend http", "frontends.http.rules[0]", "as /a?b: round-robin")
                .contains("draining: only for clients that stick to it");
    }

    private static void aKeyIsFoundAndCleared() throws Exception {
        site.echo();
        browser.type("#search [name=key]", "127.0.0.1");
        browser.click("#search button");
        browser.until("document.querySelector('#found h3')");
        assertThat(browser.text("#found")).contains("Stuck to e, written by lb1");
        picture("wide");
        browser.look(1280, 900, true);
        picture("dark");
        browser.click("#found [data-action=clear]");
        browser.click("#dialog button.main");
        browser.until("!document.querySelector('#dialog button.main')");
        assertThat(browser.text("#dialog [role=alert]")).isEqualTo("The key is free.");
        browser.click("#dialog .buttons button");
        browser.until("document.querySelector('#found').innerText.includes('has nothing for')");
    }

    private static void itFitsAPhone() throws Exception {
        browser.look(PHONE, 844, false);
        browser.until("innerWidth === " + PHONE);
        fits(PHONE);
        picture("phone");
        browser.click("[data-key=s1] [data-action=server]");
        fits(PHONE);
        assertThat(
                        Double.parseDouble(
                                browser.value(
                                        "document.querySelector('#dialog').getBoundingClientRect()"
                                                + ".right")))
                .isLessThanOrEqualTo(PHONE);
        picture("phone-dialog");
        browser.click("#dialog .buttons button");
        browser.look(1280, 900, false);
    }
}
