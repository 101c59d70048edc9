package io.clouddragon.server.net;

import io.clouddragon.server.config.ClientCertificates;
import io.clouddragon.server.config.TlsSettings;
import io.netty.channel.Channel;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslServerContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/**
 * TLS 1.2 and 1.3 beneath either door, by BoringSSL where its library loads and by Java's own else. A change of the settings
 * holds for connections made afterwards. Any thread.
 */
public final class Tls {
    private static final Set<String> PROTOCOLS = Set.of("TLSv1.2", "TLSv1.3");

    private static final String NO_CERTIFICATE = "tls-cert-file and tls-key-file must be given for TLS";
    private static final String NO_AUTHORITY =
            "Either tls-ca-cert-file or tls-ca-cert-dir must be specified when" + " tls-auth-clients is enabled";

    private volatile SslContext context;
    private volatile boolean serverDecides;

    /**
     * Takes certificates, key and the rest as they are now.
     *
     * @throws IOException telling what is wrong; what was in force stays
     */
    public void configure(TlsSettings settings) throws IOException {
        SslContext fresh = build(settings);
        serverDecides = settings.serverDecides();
        context = fresh;
    }

    private static SslContext build(TlsSettings settings) throws IOException {
        if (settings.certFile().isEmpty() || settings.keyFile().isEmpty()) {
            throw new IOException(NO_CERTIFICATE);
        }
        List<X509Certificate> authorities = authorities(settings);
        if (settings.clients() != ClientCertificates.NO && authorities.isEmpty()) {
            throw new IOException(NO_AUTHORITY);
        }
        List<String> protocols = settings.protocols();
        if (protocols.isEmpty() || !PROTOCOLS.containsAll(protocols)) {
            throw new IOException("tls-protocols takes TLSv1.2 and TLSv1.3");
        }
        try {
            String password = settings.keyPassword().isEmpty() ? null : settings.keyPassword();
            SslContextBuilder builder = SslContextBuilder.forServer(
                            new File(settings.certFile()), new File(settings.keyFile()), password)
                    .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
                    .protocols(protocols)
                    .clientAuth(clientAuth(settings.clients()))
                    .sessionCacheSize(settings.cachedSessions())
                    .sessionTimeout(settings.resumeSeconds());
            if (!authorities.isEmpty()) {
                builder.trustManager(authorities.toArray(X509Certificate[]::new));
            }
            if (!settings.ciphers().isEmpty()) {
                builder.ciphers(known(settings.ciphers()), SupportedCipherSuiteFilter.INSTANCE);
            }
            SslContext built = builder.build();
            if (built instanceof OpenSslServerContext openSsl) {
                openSsl.sessionContext().setSessionCacheEnabled(settings.resumes());
            }
            return built;
        } catch (IllegalArgumentException e) {
            throw new IOException("TLS: " + e.getMessage(), e);
        }
    }

    private static ClientAuth clientAuth(ClientCertificates clients) {
        return switch (clients) {
            case NO -> ClientAuth.NONE;
            case OPTIONAL -> ClientAuth.OPTIONAL;
            case YES -> ClientAuth.REQUIRE;
        };
    }

    private static List<String> known(List<String> ciphers) throws IOException {
        for (String cipher : ciphers) {
            if (OpenSsl.isAvailable() && !OpenSsl.isCipherSuiteAvailable(cipher)) {
                throw new IOException("tls-ciphers, tls-ciphersuites: there is no cipher suite " + cipher);
            }
        }
        return ciphers;
    }

    private static List<X509Certificate> authorities(TlsSettings settings) throws IOException {
        List<X509Certificate> found = new ArrayList<>();
        if (!settings.caFile().isEmpty()) {
            read(Path.of(settings.caFile()), found);
        }
        if (!settings.caDirectory().isEmpty()) {
            try (Stream<Path> files = Files.list(Path.of(settings.caDirectory()))) {
                for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                    read(file, found);
                }
            }
        }
        return found;
    }

    private static void read(Path file, List<X509Certificate> into) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                into.add((X509Certificate) certificate);
            }
        } catch (GeneralSecurityException e) {
            throw new IOException(file + " holds no certificates: " + e.getMessage(), e);
        }
    }

    /** Puts TLS beneath what the channel will do. */
    public void secure(Channel channel) {
        SslHandler handler = context.newHandler(channel.alloc());
        SSLEngine engine = handler.engine();
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setUseCipherSuitesOrder(serverDecides);
        engine.setSSLParameters(parameters);
        channel.pipeline().addLast(handler);
    }

    /** What does the work, for the log. */
    public static String provider() {
        return OpenSsl.isAvailable() ? OpenSsl.versionString() : "Java's TLS";
    }
}
