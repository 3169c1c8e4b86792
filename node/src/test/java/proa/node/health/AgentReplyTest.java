package proa.node.health;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.node.balance.Order;

class AgentReplyTest {

    @Test
    void readsEveryWord() {
        assertThat(AgentReply.parse("75%").weightPercent()).isEqualTo(75);
        assertThat(AgentReply.parse("ready").order()).isEqualTo(Order.READY);
        assertThat(AgentReply.parse("drain").order()).isEqualTo(Order.DRAIN);
        assertThat(AgentReply.parse("maint").order()).isEqualTo(Order.MAINTENANCE);
        assertThat(AgentReply.parse("up").working()).isTrue();
        for (String word : new String[] {"down", "failed", "stopped"}) {
            assertThat(AgentReply.parse(word).working()).as(word).isFalse();
        }
    }

    @Test
    void readsSeveralWordsAndWhy() {
        AgentReply reply = AgentReply.parse("  UP, 50%\tready maxconn:30 # all\u0007 well ");
        assertThat(reply).isEqualTo(new AgentReply(50, Order.READY, true, "all  well"));
        assertThat(AgentReply.parse("down#disk full").why()).isEqualTo("disk full");
        assertThat(AgentReply.parse("up down").working()).as("the last one counts").isFalse();
    }

    @Test
    void whatIsNotKnownSaysNothing() {
        for (String line : new String[] {"", "HTTP/1.1 200 OK", "%", "-5%", "5", "#up", "\0\0"}) {
            assertThat(AgentReply.parse(line).saysSomething()).as(line).isFalse();
        }
        assertThat(AgentReply.parse("999999999%").weightPercent()).isEqualTo(25_600);
        assertThat(AgentReply.parse("x".repeat(300) + " down").saysSomething()).isFalse();
    }

    @Test
    void whatIsNotSaidStaysAsItWas() {
        AgentState state = AgentState.FIRST.after(AgentReply.parse("drain 50%"));
        assertThat(state).isEqualTo(new AgentState(50, Order.DRAIN, true));
        assertThat(state.after(AgentReply.parse("down")))
                .isEqualTo(new AgentState(50, Order.DRAIN, false));
        assertThat(state.after(AgentReply.parse("nonsense"))).isEqualTo(state);
        assertThat(state.after(AgentReply.parse("ready 100%"))).isEqualTo(AgentState.FIRST);
    }
}
