package proa.vip.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What is told of groups that are not where an order wants them. */
class LateTest {

    private static final String WEB =
            "{\"node\":\"lb3\",\"maintenance\":false,\"groups\":["
                + "{\"group\":\"web\",\"state\":\"BACKUP\",\"owner\":\"lb1\",\"term\":4,"
                + "\"why\":\"\",\"candidates\":[{\"node\":\"lb3\",\"able\":true,\"ready\":false,\"why\":\"script"
                + " \\\"a\\\\b\\\"\"},{\"node\":\"lb2\",\"able\":false,\"ready\":false,\"why\":\"in"
                + " maintenance\"}]},"
                + "{\"group\":\"mail\",\"state\":\"BACKUP\",\"owner\":\"OWNER\",\"term\":4,"
                + "\"candidates\":[{\"node\":\"lb2\",\"able\":true,\"ready\":true,\"why\":\"\"}]}],"
                + "\"peers\":[{\"node\":\"lb1\",\"mesh\":true,\"outOfService\":true},"
                + "{\"node\":\"lb2\",\"mesh\":true,\"outOfService\":true}],\"history\":[]}";

    private static Late late(String mailOwner) {
        return new Late(WEB.replace("OWNER", mailOwner));
    }

    @Test
    void each_group_that_is_still_there_has_a_line_with_what_every_other_node_lacks() {
        assertThat(late("lb2").drained("lb1"))
                .containsExactly(
                        "group web is still at lb1: no other node can take it: lb3: script"
                                + " \"a\\b\"; lb2: in maintenance");
    }

    @Test
    void a_group_that_somebody_could_take_or_nobody_owns_has_one_too() {
        assertThat(late("lb1").drained("lb1"))
                .hasSize(2)
                .last()
                .isEqualTo(
                        "group mail is still at lb1, though lb2 could take it: vipd's log at lb1"
                                + " tells");
        assertThat(late("").drained("lb1"))
                .hasSize(2)
                .last()
                .isEqualTo("group mail has no owner that lb3 knows");
        assertThat(new Late("{}").drained("lb1")).as("no status document").isEmpty();
    }

    @Test
    void a_move_without_an_end_and_a_vipd_that_is_older_than_the_command_are_told_too() {
        assertThat(late("").moved("mail", ""))
                .containsExactly("group mail has no owner that lb3 knows");
        String old = WEB.replaceAll(",\"candidates\":\\[[^]]*]", "").replace("OWNER", "lb2");
        assertThat(new Late(old).drained("lb1"))
                .containsExactly("group web is still at lb1: vipd's log at lb1 tells");
        assertThat(new Late(old).moved("web", "lb2"))
                .containsExactly("group web is still at lb1: vipd's log at lb1 tells");
    }

    @Test
    void a_group_without_other_nodes_says_so() {
        String alone = WEB.replaceAll("\"candidates\":\\[[^]]*]", "\"candidates\":[]");
        assertThat(new Late(alone.replace("OWNER", "lb2")).drained("lb1"))
                .containsExactly("group web is still at lb1: no other node may own it");
    }

    @Test
    void a_node_that_does_not_know_of_the_order_is_named() {
        String unaware = WEB.replace("\"lb1\",\"mesh\":true,\"outOfService\":true", "PEER");
        String silent = unaware.replace("PEER", "\"lb1\",\"mesh\":true,\"outOfService\":false");
        assertThat(new Late(silent).drained("lb1"))
                .containsExactly(
                        "group web is still at lb1, which has not said that it is out of service");
        String away = unaware.replace("PEER", "\"lb1\",\"mesh\":false,\"outOfService\":false");
        assertThat(new Late(away).drained("lb1"))
                .containsExactly("group web is still at lb1, which is not connected to lb3");
        assertThat(new Late(away).moved("web", "lb2"))
                .containsExactly(
                        "group web is still at lb1, which alone could give it and is not connected"
                                + " to lb3");
    }

    @Test
    void a_move_tells_of_its_group_what_the_wanted_node_lacks() {
        assertThat(late("lb2").moved("web", "lb2"))
                .containsExactly("group web is still at lb1: lb2 cannot take it: in maintenance");
        assertThat(late("lb2").moved("web", "lb3"))
                .containsExactly(
                        "group web is still at lb1, though lb3 could take it: vipd's log at lb1"
                                + " tells");
        assertThat(late("").moved("mail", "lb2"))
                .containsExactly("group mail has no owner that lb3 knows");
        assertThat(late("lb2").moved("mail", "lb2")).isEmpty();
    }
}
