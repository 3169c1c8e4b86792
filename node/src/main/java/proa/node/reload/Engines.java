package proa.node.reload;

import proa.cluster.member.Member;
import proa.cluster.sessions.SessionStore;
import proa.config.FrontendConfig;
import proa.config.ProaConfig;
import proa.node.listener.Protocol;

import java.util.Optional;

/** Starts the engines of the cluster. */
public interface Engines {

    /** What secures connections among members, renewed with their files; empty: nothing does. */
    default Optional<MemberCertificates> certificates() {
        return Optional.empty();
    }

    /** Begins to join the cluster; the tables can be used at once. */
    Member member(ProaConfig config, String node, long incarnation) throws StartException;

    /** Begins to start the session store; it is there when it is writable. */
    SessionStore sessions(ProaConfig config, String node, Member member) throws StartException;

    /** The same for an engine that keeps something in the node's state directory. */
    default SessionStore sessions(Setup setup, Member member) throws StartException {
        return sessions(setup.config(), setup.node(), member);
    }

    /** What a {@code sessions} frontend speaks. */
    Protocol sessionProtocol(FrontendConfig frontend, SessionStore store) throws StartException;
}
