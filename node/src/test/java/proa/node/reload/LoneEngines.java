package proa.node.reload;

import proa.cluster.member.Member;
import proa.cluster.sessions.SessionStore;
import proa.config.FrontendConfig;
import proa.config.ProaConfig;
import proa.node.listener.Protocol;
import proa.node.protocol.resp.FakeStore;
import proa.node.protocol.resp.RespFrontend;
import proa.node.protocol.resp.Users;

/** A cluster of one in memory; each of its sessions is {@code x}. */
record LoneEngines(LoneMember member) implements Engines {

    @Override
    public Member member(ProaConfig config, String node, long incarnation) {
        return member;
    }

    @Override
    public SessionStore sessions(ProaConfig config, String node, Member of) {
        return new FakeStore(null);
    }

    @Override
    public Protocol sessionProtocol(FrontendConfig frontend, SessionStore store) {
        return new RespFrontend(frontend, () -> store, Users.NONE);
    }
}
