package proa.node.reload;

import proa.cluster.member.Member;
import proa.cluster.sessions.SessionStore;
import proa.config.ProaConfig;

import java.util.Optional;

import javax.net.ssl.SSLContext;

/** Starts the engines of the cluster. */
public interface Engines {

    /** Joins the cluster; returns when the tables can be used, with or without peers. */
    Member member(ProaConfig config, String node, long incarnation, Optional<SSLContext> tls)
            throws Exception;

    /** Starts the session store; takes seconds. */
    SessionStore sessions(ProaConfig config, String node, Optional<SSLContext> tls, Member member)
            throws Exception;
}
