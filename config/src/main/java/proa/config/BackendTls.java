package proa.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * TLS to the servers of a backend, probes included.
 *
 * @param verify what a server's certificate must prove
 * @param authorities PEM files of those who sign it; empty: those the Java runtime trusts
 * @param serverName the name that is asked for (SNI) and, with {@link Verify#NAME}, must be in the
 *     certificate; empty: none is asked for, and the server's address must be in it
 * @param identity our own certificate, for servers that ask for one
 * @param minVersion servers that cannot do it are refused; default TLS 1.2
 * @param ciphers what is offered in TLS 1.2, most preferred first; empty: whatever the library of
 *     the traffic, or that of probes, offers by itself
 */
public record BackendTls(
        Verify verify,
        List<Path> authorities,
        Optional<String> serverName,
        Optional<FrontendTls.Identity> identity,
        TlsVersion minVersion,
        List<TlsCipher> ciphers) {

    /** With the suites that the libraries offer. */
    public BackendTls(
            Verify verify,
            List<Path> authorities,
            Optional<String> serverName,
            Optional<FrontendTls.Identity> identity,
            TlsVersion minVersion) {
        this(verify, authorities, serverName, identity, minVersion, List.of());
    }

    public BackendTls {
        ciphers = List.copyOf(ciphers);
        authorities = List.copyOf(authorities);
    }

    /** What a server's certificate must prove. */
    public enum Verify {
        /** That an authority signed it, and that it is of that name or address. */
        NAME,
        /** That an authority signed it. */
        AUTHORITY,
        /** Nothing: anybody on the way can answer. */
        NONE
    }
}
