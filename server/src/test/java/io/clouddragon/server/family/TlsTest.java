package io.clouddragon.server.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clouddragon.resp.FreePorts;
import io.clouddragon.server.config.Setting;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both doors over TLS, with certificates made for the test: who is let in, by which versions, and what a change does. */
@SuppressWarnings("try") // servers that are there to be connected to
class TlsTest {
    @TempDir
    static Path files;

    @TempDir
    Path data;

    private static X509Bundle authority;
    private static X509Bundle alice;
    private static X509Bundle stranger;

    private final int tlsPort = FreePorts.next();
    private final int httpsPort = FreePorts.next();

    @BeforeAll
    static void makeCertificates() throws Exception {
        authority = new CertificateBuilder()
                .subject("CN=authority")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        writeServer("server", "CN=first");
        writeServer("renewed", "CN=second");
        alice = new CertificateBuilder().subject("CN=alice").buildIssuedBy(authority);
        stranger = new CertificateBuilder()
                .subject("CN=stranger")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        Files.writeString(files.resolve("ca.pem"), authority.getCertificatePEM());
        Files.writeString(files.resolve("broken.pem"), "nothing");
    }

    private static void writeServer(String name, String subject) throws Exception {
        X509Bundle bundle = new CertificateBuilder()
                .subject(subject)
                .addSanDnsName("localhost")
                .buildIssuedBy(authority);
        Files.writeString(files.resolve(name + ".pem"), bundle.getCertificatePathPEM());
        Files.writeString(files.resolve(name + ".key"), bundle.getPrivateKeyPEM());
    }

    private RunningServer server(Setting... more) throws IOException {
        Map<Setting, String> options = new HashMap<>();
        options.put(Setting.TLS_PORT, Integer.toString(tlsPort));
        options.put(Setting.HTTP_TLS_PORT, Integer.toString(httpsPort));
        options.put(Setting.TLS_CERT_FILE, files.resolve("server.pem").toString());
        options.put(Setting.TLS_KEY_FILE, files.resolve("server.key").toString());
        options.put(Setting.TLS_CA_CERT_FILE, files.resolve("ca.pem").toString());
        options.put(Setting.TLS_AUTH_CLIENTS, more.length > 0 ? "yes" : "no");
        return new RunningServer(data, options);
    }

    private static SSLSocket connect(int port, X509Bundle client, String... protocols) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null);
        trusted.setCertificateEntry("authority", authority.getCertificate());
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        KeyManagerFactory keys = client == null ? null : client.toKeyManagerFactory();
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys == null ? null : keys.getKeyManagers(), trust.getTrustManagers(), null);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port);
        socket.setSoTimeout(10_000);
        if (protocols.length > 0) {
            socket.setEnabledProtocols(protocols);
        }
        socket.startHandshake();
        return socket;
    }

    private static String ask(SSLSocket socket, String request) throws IOException {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII)).readLine();
    }

    @Test
    void bothDoorsSpeakTls12And13AndNothingOlder() throws Exception {
        try (RunningServer server = server()) {
            for (String version : new String[] {"TLSv1.2", "TLSv1.3"}) {
                try (SSLSocket resp = connect(tlsPort, null, version);
                        SSLSocket http = connect(httpsPort, null, version)) {
                    assertThat(resp.getSession().getProtocol()).isEqualTo(version);
                    assertThat(ask(resp, "PING\r\n")).isEqualTo("+PONG");
                    assertThat(ask(http, "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                            .isEqualTo("HTTP/1.1 200 OK");
                }
            }
            for (String version : new String[] {"TLSv1", "TLSv1.1"}) {
                assertThatThrownBy(() -> connect(tlsPort, null, version)).isInstanceOf(SSLException.class);
                assertThatThrownBy(() -> connect(httpsPort, null, version)).isInstanceOf(SSLException.class);
            }
        }
    }

    @Test
    void anAnswerReachesAClientThatStillSendsItsBody() throws Exception {
        int bytes = 4_000_000;
        String head = "POST /db/dev HTTP/1.1\r\nHost: evil.example\r\nContent-Length: " + bytes + "\r\n\r\n";
        try (RunningServer server = server()) {
            for (String version : new String[] {"TLSv1.2", "TLSv1.3"}) {
                try (SSLSocket http = connect(httpsPort, null, version)) {
                    http.getOutputStream().write((head + "x".repeat(bytes)).getBytes(StandardCharsets.US_ASCII));
                    assertThat(new String(http.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                            .startsWith("HTTP/1.1 403 ")
                            .endsWith("}");
                }
            }
        }
    }

    @Test
    void whatIsOfferedIsForwardSecret() throws Exception {
        try (RunningServer server = server()) {
            TreeSet<String> accepted = new TreeSet<>();
            for (String suite :
                    SSLContext.getDefault().getSupportedSSLParameters().getCipherSuites()) {
                try (SSLSocket socket = offering(suite)) {
                    accepted.add(socket.getSession().getProtocol() + " "
                            + socket.getSession().getCipherSuite());
                } catch (IOException refused) {
                    // Most are.
                }
            }
            System.out.println("TLS, accepted: " + accepted);
            assertThat(accepted)
                    .isNotEmpty()
                    .allSatisfy(suite -> assertThat(suite)
                            .doesNotContain("NULL")
                            .doesNotContain("anon")
                            .doesNotContain("RC4")
                            .doesNotContain("3DES"));
        }
    }

    private SSLSocket offering(String suite) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null);
        trusted.setCertificateEntry("authority", authority.getCertificate());
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        context.init(null, trust.getTrustManagers(), null);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", tlsPort);
        socket.setSoTimeout(10_000);
        socket.setEnabledCipherSuites(new String[] {suite});
        socket.startHandshake();
        return socket;
    }

    @Test
    void aClientShowsItsCertificateWhereThatIsAsked() throws Exception {
        try (RunningServer server = server(Setting.TLS_AUTH_CLIENTS);
                RawClient plain = server.connect()) {
            try (SSLSocket known = connect(tlsPort, alice, "TLSv1.2");
                    SSLSocket web = connect(httpsPort, alice, "TLSv1.2")) {
                assertThat(ask(known, "PING\r\n")).isEqualTo("+PONG");
                assertThat(ask(web, "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                        .isEqualTo("HTTP/1.1 200 OK");
            }
            assertThatThrownBy(() -> connect(tlsPort, null, "TLSv1.2")).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> connect(tlsPort, stranger, "TLSv1.2")).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> connect(httpsPort, null, "TLSv1.2")).isInstanceOf(IOException.class);
            assertThat(plain.call("CONFIG SET tls-auth-clients optional")).isEqualTo("+OK");
            try (SSLSocket nobody = connect(tlsPort, null, "TLSv1.2")) {
                assertThat(ask(nobody, "PING\r\n")).isEqualTo("+PONG");
            }
        }
    }

    @Test
    void aRenewedCertificateHoldsForNewConnectionsAndABrokenOneIsRefused() throws Exception {
        try (RunningServer server = server();
                RawClient plain = server.connect();
                SSLSocket before = connect(tlsPort, null)) {
            assertThat(subject(before)).isEqualTo("CN=first");
            assertThat(plain.call("CONFIG SET tls-cert-file " + files.resolve("renewed.pem") + " tls-key-file "
                            + files.resolve("renewed.key")))
                    .isEqualTo("+OK");
            assertThat(ask(before, "PING\r\n")).isEqualTo("+PONG");
            assertThat(plain.call("CONFIG SET tls-cert-file " + files.resolve("broken.pem")))
                    .contains("Unable to update TLS configuration");
            assertThat(plain.call("CONFIG SET tls-protocols TLSv1.1")).contains("Unable to update TLS configuration");
            try (SSLSocket after = connect(tlsPort, null)) {
                assertThat(subject(after)).isEqualTo("CN=second");
            }
        }
    }

    private static String subject(SSLSocket socket) throws Exception {
        X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
        return shown.getSubjectX500Principal().getName();
    }

    @Test
    void withoutACertificateThereIsNoStart() {
        Map<Setting, String> options = Map.of(Setting.TLS_PORT, Integer.toString(tlsPort));
        assertThatThrownBy(() -> new RunningServer(data, options)).hasMessageContaining("tls-cert-file");
    }
}
