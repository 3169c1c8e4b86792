package proa.node.reload;

import proa.cluster.member.Member;
import proa.cluster.sessions.SessionStore;
import proa.config.FrontendConfig;
import proa.config.ProaConfig;
import proa.node.listener.Protocol;

/** A cluster of one in memory, without sessions. */
record LoneEngines(LoneMember member) implements Engines {

    @Override
    public Member member(ProaConfig config, String node, long incarnation) {
        return member;
    }

    @Override
    public SessionStore sessions(ProaConfig config, String node, Member of) {
        throw new AssertionError("nobody asked for sessions");
    }

    @Override
    public Protocol sessionProtocol(FrontendConfig frontend, SessionStore store) {
        throw new AssertionError("nobody asked for sessions");
    }
}
