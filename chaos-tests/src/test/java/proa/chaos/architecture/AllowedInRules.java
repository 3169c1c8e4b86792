package proa.chaos.architecture;

import com.tngtech.archunit.core.domain.JavaClass;

import java.util.List;
import java.util.Set;

/**
 * What a class of a rules room may know besides other rules: values, collections, arithmetic. Not
 * here: threads, locks, clocks, sockets, files, loggers and every library but one.
 */
final class AllowedInRules {
    private static final Set<String> PACKAGES =
            Set.of(
                    "java.lang",
                    "java.lang.annotation",
                    "java.lang.invoke",
                    "java.lang.runtime",
                    "java.math",
                    "java.nio",
                    "java.nio.charset",
                    "java.time",
                    "java.time.format",
                    "java.time.temporal",
                    "java.util",
                    "java.util.concurrent.atomic",
                    "java.util.function",
                    "java.util.random",
                    "java.util.regex",
                    "java.util.stream",
                    "java.util.zip",
                    "org.jspecify.annotations",
                    "com.google.errorprone.annotations",
                    "com.google.errorprone.annotations.concurrent",
                    // Regular expressions in linear time: as pure as java.util.regex, and safer.
                    "com.google.re2j");

    /** Values and ports out of packages that otherwise belong to carriers. */
    private static final Set<String> TYPES =
            Set.of(
                    "java.io.ByteArrayInputStream",
                    "java.io.ByteArrayOutputStream",
                    "java.io.IOException",
                    "java.io.Reader",
                    "java.io.Serializable",
                    "java.io.StringReader",
                    "java.io.StringWriter",
                    "java.io.UncheckedIOException",
                    "java.net.Inet4Address",
                    "java.net.Inet6Address",
                    "java.net.InetAddress",
                    "java.net.InetSocketAddress",
                    "java.net.URI",
                    "java.net.URISyntaxException",
                    "java.net.UnknownHostException",
                    "java.nio.file.InvalidPathException",
                    "java.nio.file.Path",
                    "java.util.concurrent.Callable",
                    "java.util.concurrent.CompletableFuture",
                    "java.util.concurrent.CompletionStage",
                    "java.util.concurrent.TimeUnit");

    private static final List<String> NOT_AFTER_ALL =
            List.of(
                    "java.lang.ClassLoader",
                    "java.lang.InheritableThreadLocal",
                    "java.lang.Process",
                    "java.lang.Runtime",
                    "java.lang.ScopedValue",
                    "java.lang.Thread",
                    "java.util.Scanner",
                    "java.util.Timer",
                    "java.util.zip.GZIP",
                    "java.util.zip.Zip");

    /** Rooms with business of their own. */
    private static final Set<String> TLS_PACKAGES =
            Set.of(
                    "java.security",
                    "java.security.cert",
                    "java.security.interfaces",
                    "java.security.spec",
                    "javax.crypto",
                    "javax.crypto.spec",
                    "javax.net.ssl",
                    "javax.security.auth.x500");

    /** A socket appears in the signatures of trust managers; the others are of names as values. */
    private static final Set<String> TLS_TYPES =
            Set.of(
                    "java.net.Socket",
                    "javax.naming.InvalidNameException",
                    "javax.naming.NamingEnumeration",
                    "javax.naming.NamingException",
                    "javax.naming.directory.Attribute",
                    "javax.naming.directory.Attributes",
                    "javax.naming.ldap.LdapName",
                    "javax.naming.ldap.Rdn");

    /**
     * The one class there that fetches a file, the includes it refuses to fetch, and the hash over
     * records, whose components are found by reflection.
     */
    private static final Set<String> TEXT_TYPES =
            Set.of(
                    "java.io.File",
                    "java.lang.reflect.InvocationTargetException",
                    "java.lang.reflect.Method",
                    "java.lang.reflect.RecordComponent",
                    "java.net.URL",
                    "java.nio.file.Files",
                    "java.security.MessageDigest",
                    "java.security.NoSuchAlgorithmException");

    /** Cookies that keep clients on their server can be signed. */
    private static final Set<String> SIGNING_TYPES =
            Set.of(
                    "java.security.GeneralSecurityException",
                    "java.security.Key",
                    "java.security.MessageDigest",
                    "javax.crypto.Mac",
                    "javax.crypto.spec.SecretKeySpec");

    /** The handshake of WebSocket is answered by a hash. */
    private static final Set<String> HASHING_TYPES =
            Set.of("java.security.MessageDigest", "java.security.NoSuchAlgorithmException");

    /** Where regular expressions of the configuration are checked, and where they run. */
    private static final Set<String> MATCHING_ROOMS = Set.of("config.text", "node.rules");

    private AllowedInRules() {}

    /**
     * Whether a class may know another.
     *
     * @param room the rules room of the class that knows, relative to the root
     * @param target the class that is known, outside of the root; an array counts as its elements
     */
    static boolean allows(String room, JavaClass target) {
        String name = target.getName();
        if (NOT_AFTER_ALL.stream().anyMatch(name::startsWith)) {
            return name.equals("java.lang.RuntimeException");
        }
        String inPackage = target.getPackageName();
        return target.isPrimitive()
                || PACKAGES.contains(inPackage)
                || TYPES.contains(name)
                || MATCHING_ROOMS.contains(room) && inPackage.equals("com.google.re2j")
                || room.equals("node.balance") && SIGNING_TYPES.contains(name)
                || room.equals("node.http2") && HASHING_TYPES.contains(name)
                || room.equals("config.text") && allowsText(inPackage, name)
                || room.equals("config.tls") && allowsTls(inPackage, name);
    }

    private static boolean allowsText(String inPackage, String name) {
        return inPackage.equals("com.typesafe.config") || TEXT_TYPES.contains(name);
    }

    private static boolean allowsTls(String inPackage, String name) {
        return TLS_PACKAGES.contains(inPackage)
                || inPackage.startsWith("org.bouncycastle.")
                || TLS_TYPES.contains(name);
    }
}
