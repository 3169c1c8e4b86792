package proa.node.reload;

import proa.cluster.engine.HazelcastSessions;
import proa.cluster.engine.RaftSessions;
import proa.cluster.member.ClusterMember;
import proa.cluster.member.Member;
import proa.cluster.sessions.SessionStore;
import proa.config.FrontendConfig;
import proa.config.ProaConfig;
import proa.config.SessionsConfig;
import proa.config.file.PlainFiles;
import proa.config.file.UnfitFileException;
import proa.node.listener.Protocol;
import proa.node.protocol.resp.RespFrontend;
import proa.node.protocol.resp.Users;
import proa.node.protocol.resp.Users.UsersException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;

import javax.net.ssl.SSLContext;

/**
 * The real engines: JGroups for the members, Hazelcast or Raft for the sessions, all over mutual
 * TLS.
 */
public final class ClusterEngines implements Engines {

    private final Optional<MemberCertificates> certificates;

    private ClusterEngines(Optional<MemberCertificates> certificates) {
        this.certificates = certificates;
    }

    /** Reads this member's certificates. */
    public static ClusterEngines of(ProaConfig config, String node) throws StartException {
        return new ClusterEngines(
                MemberCertificates.of(config.cluster(), node, InstantSource.system()));
    }

    @Override
    public Optional<MemberCertificates> certificates() {
        return certificates;
    }

    private Optional<SSLContext> tls() {
        return certificates.map(MemberCertificates::context);
    }

    @Override
    public Member member(ProaConfig config, String node, long incarnation) {
        return ClusterMember.start(config, node, incarnation, tls());
    }

    @Override
    public SessionStore sessions(ProaConfig config, String node, Member member)
            throws StartException {
        try {
            return HazelcastSessions.start(config, node, tls(), member);
        } catch (UncheckedIOException e) {
            throw new StartException("the session store cannot start: " + e.getMessage(), e);
        }
    }

    @Override
    public SessionStore sessions(Setup setup, Member member) throws StartException {
        ProaConfig config = setup.config();
        if (config.sessions().engine() == SessionsConfig.Engine.HAZELCAST) {
            return sessions(config, setup.node(), member);
        }
        try {
            return RaftSessions.start(config, setup.node(), tls(), member, setup.stateDirectory());
        } catch (UncheckedIOException e) {
            throw new StartException("the session store cannot start: " + e.getMessage(), e);
        }
    }

    @Override
    public Protocol sessionProtocol(FrontendConfig frontend, SessionStore store)
            throws StartException {
        return new RespFrontend(frontend, () -> store, users(frontend));
    }

    /** Whom a frontend of sessions lets do what. */
    static Users users(FrontendConfig frontend) throws StartException {
        if (frontend.name().equals(OwnTraffic.NAME)) {
            // Whoever has a process on this machine reaches that listener: others' sessions are
            // none of its business.
            return Users.readersOf(OwnTraffic.KEYS);
        }
        Optional<Path> file = frontend.users();
        return file.isPresent() ? users(file.get()) : Users.NONE;
    }

    /**
     * Reads who may use a session store.
     *
     * @throws StartException naming the file, and the line if one is wrong
     */
    public static Users users(Path file) throws StartException {
        try {
            return Users.read(file.toString(), PlainFiles.lines(file));
        } catch (UsersException | UnfitFileException e) {
            throw StartException.refused(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }
}
