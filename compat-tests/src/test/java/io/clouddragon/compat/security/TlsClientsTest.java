package io.clouddragon.compat.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clouddragon.compat.harness.DragonServer;
import io.clouddragon.compat.harness.RespConnection;
import io.clouddragon.compat.harness.Target;
import io.clouddragon.compat.harness.Tools;
import io.clouddragon.resp.FreePorts;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.SslVerifyMode;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * Jedis, Lettuce, redis-cli and an HTTP client over TLS: with a certificate of their own where the server asks for one,
 * refused without, and themselves refusing a server that nobody they trust vouches for.
 */
class TlsClientsTest {
    private static final String HOST = "127.0.0.1";
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    static Path files;

    private static final int port = FreePorts.next();
    private static final int httpsPort = FreePorts.next();
    private static X509Bundle authority;
    private static X509Bundle alice;
    private static DragonServer server;

    @BeforeAll
    static void start() throws Exception {
        Target.requireDragon();
        authority = new CertificateBuilder()
                .subject("CN=authority")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        alice = new CertificateBuilder().subject("CN=alice").buildIssuedBy(authority);
        write("ca", authority);
        write("alice", alice);
        write(
                "server",
                new CertificateBuilder()
                        .subject("CN=server")
                        .addSanIpAddress(HOST)
                        .buildIssuedBy(authority));
        store("alice.p12", alice.toKeyStore(PASSWORD));
        store("trusted.p12", trusted(authority));
        store(
                "others.p12",
                trusted(new CertificateBuilder()
                        .subject("CN=somebody else")
                        .setIsCertificateAuthority(true)
                        .buildSelfSigned()));
        server = new DragonServer()
                .with("--tls-port", Integer.toString(port), "--http-tls-port", Integer.toString(httpsPort))
                .with("--tls-cert-file", file("server.pem"), "--tls-key-file", file("server.key"))
                .with("--tls-ca-cert-file", file("ca.pem"), "--tls-auth-clients", "no")
                .start();
    }

    private static String file(String name) {
        return files.resolve(name).toString();
    }

    private static void write(String name, X509Bundle bundle) throws IOException {
        Files.writeString(files.resolve(name + ".pem"), bundle.getCertificatePathPEM());
        Files.writeString(files.resolve(name + ".key"), bundle.getPrivateKeyPEM());
    }

    private static KeyStore trusted(X509Bundle authority) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null);
        store.setCertificateEntry("authority", authority.getCertificate());
        return store;
    }

    private static void store(String name, KeyStore store) throws Exception {
        try (OutputStream out = Files.newOutputStream(files.resolve(name))) {
            store.store(out, PASSWORD);
        }
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void askForNoCertificate() {
        clientsMustShowACertificate("no");
    }

    private static void clientsMustShowACertificate(String yesOrNo) {
        try (RespConnection plain = server.connect()) {
            assertThat(plain.send("CONFIG SET tls-auth-clients " + yesOrNo)).hasToString("OK");
        }
    }

    // ---- Jedis

    private static RedisClient jedis(RedisProtocol protocol, String trusted, boolean withCertificate) {
        SslOptions.Builder options = SslOptions.builder()
                .trustStoreType("PKCS12")
                .truststore(files.resolve(trusted).toFile(), PASSWORD)
                .sslVerifyMode(SslVerifyMode.FULL);
        if (withCertificate) {
            options.keyStoreType("PKCS12").keystore(files.resolve("alice.p12").toFile(), PASSWORD);
        }
        return RedisClient.builder()
                .hostAndPort(HOST, port)
                .clientConfig(DefaultJedisClientConfig.builder()
                        .protocol(protocol)
                        .sslOptions(options.build())
                        .build())
                .build();
    }

    @ParameterizedTest
    @EnumSource(
            value = RedisProtocol.class,
            names = {"RESP2", "RESP3"})
    void jedisOverTls(RedisProtocol protocol) {
        String large = "x".repeat(1 << 20);
        try (RedisClient client = jedis(protocol, "trusted.p12", false)) {
            assertThat(client.set("jedis", large)).isEqualTo("OK");
            assertThat(client.get("jedis")).isEqualTo(large);
        }
        clientsMustShowACertificate("yes");
        try (RedisClient client = jedis(protocol, "trusted.p12", true)) {
            assertThat(client.get("jedis")).isEqualTo(large);
        }
        assertThatThrownBy(() -> useOnce(jedis(protocol, "trusted.p12", false)))
                .isInstanceOf(JedisConnectionException.class);
        assertThatThrownBy(() -> useOnce(jedis(protocol, "others.p12", true)))
                .isInstanceOf(JedisConnectionException.class);
    }

    private static void useOnce(RedisClient client) {
        try (client) {
            client.ping();
        }
    }

    // ---- Lettuce

    private static io.lettuce.core.RedisClient lettuce(String trusted, boolean withCertificate) {
        io.lettuce.core.RedisClient client = io.lettuce.core.RedisClient.create(RedisURI.builder()
                .withHost(HOST)
                .withPort(port)
                .withSsl(true)
                .withTimeout(LIMIT)
                .build());
        var options = io.lettuce.core.SslOptions.builder()
                .jdkSslProvider()
                .keyStoreType("PKCS12")
                .truststore(files.resolve(trusted).toFile(), new String(PASSWORD));
        if (withCertificate) {
            options.keystore(files.resolve("alice.p12").toFile(), PASSWORD);
        }
        client.setOptions(ClientOptions.builder()
                .sslOptions(options.build())
                .autoReconnect(false)
                .build());
        return client;
    }

    @Test
    void lettuceOverTls() throws InterruptedException {
        hearsItself(lettuce("trusted.p12", false));
        clientsMustShowACertificate("yes");
        hearsItself(lettuce("trusted.p12", true));
        assertThatThrownBy(() -> hearsItself(lettuce("trusted.p12", false)))
                .isInstanceOf(RedisConnectionException.class);
        assertThatThrownBy(() -> hearsItself(lettuce("others.p12", true))).isInstanceOf(RedisConnectionException.class);
    }

    private static void hearsItself(io.lettuce.core.RedisClient client) throws InterruptedException {
        try (var connection = client.connect();
                var subscriber = client.connectPubSub()) {
            BlockingQueue<String> heard = new LinkedBlockingQueue<>();
            subscriber.addListener(new RedisPubSubAdapter<>() {
                @Override
                public void message(String channel, String message) {
                    heard.add(message);
                }
            });
            subscriber.sync().subscribe("news");
            assertThat(connection.sync().set("lettuce", "value")).isEqualTo("OK");
            assertThat(connection.sync().get("lettuce")).isEqualTo("value");
            assertThat(connection.sync().publish("news", "hello")).isEqualTo(1);
            assertThat(heard.poll(LIMIT.toMillis(), TimeUnit.MILLISECONDS)).isEqualTo("hello");
        } finally {
            client.shutdown(Duration.ZERO, LIMIT);
        }
    }

    // ---- redis-cli

    private static String redisCli(String... tlsOptions) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(Tools.require("redis-cli").toString(), "-h", HOST));
        command.addAll(List.of("-p", Integer.toString(port), "--tls"));
        command.addAll(List.of(tlsOptions));
        return Tools.run("PING\nSET cli value\nGET cli\n".getBytes(StandardCharsets.US_ASCII), LIMIT, command)
                .output();
    }

    @Test
    void redisCliOverTls() throws IOException {
        List<String> help = List.of(Tools.require("redis-cli").toString(), "--help");
        Assumptions.assumeTrue(
                Tools.run(new byte[0], LIMIT, help).output().contains("--tls"), "this redis-cli has no TLS");
        assertThat(redisCli("--cacert", file("ca.pem"))).isEqualTo("PONG\nOK\nvalue\n");
        assertThat(redisCli("--insecure")).isEqualTo("PONG\nOK\nvalue\n");
        assertThat(redisCli("--cacert", file("alice.pem"))).contains("certificate verify failed");
        clientsMustShowACertificate("yes");
        assertThat(redisCli("--cacert", file("ca.pem"), "--cert", file("alice.pem"), "--key", file("alice.key")))
                .isEqualTo("PONG\nOK\nvalue\n");
        assertThat(redisCli("--cacert", file("ca.pem"))).doesNotContain("PONG").doesNotContain("value");
    }

    // ---- HTTP

    private static SSLContext trusting(KeyManager... own) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own, authority.toTrustManagerFactory().getTrustManagers(), null);
        return context;
    }

    private static int health(KeyManager... own) throws Exception {
        HttpClient client = HttpClient.newBuilder().sslContext(trusting(own)).build();
        HttpRequest request = HttpRequest.newBuilder(URI.create("https://" + HOST + ":" + httpsPort + "/health"))
                .timeout(LIMIT)
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
    }

    @Test
    void httpOverTls() throws Exception {
        assertThat(health()).isEqualTo(200);
        clientsMustShowACertificate("yes");
        assertThat(health(alice.toKeyManagerFactory().getKeyManagers())).isEqualTo(200);
        assertThatThrownBy(() -> health()).isInstanceOf(IOException.class);
    }

    // ---- refused

    private static String firstLine(int at) throws Exception {
        try (Socket socket = trusting().getSocketFactory().createSocket(HOST, at)) {
            socket.setSoTimeout((int) LIMIT.toMillis());
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
        }
    }

    @Test
    void oneTooManyIsToldSoOverTlsToo() throws Exception {
        try (RespConnection admin = server.connect()) {
            String before = admin.send("CONFIG GET maxclients").item(1).text();
            assertThat(admin.send("CONFIG SET maxclients 1")).hasToString("OK");
            try {
                assertThat(firstLine(port)).isEqualTo("-ERR max number of clients reached");
                assertThat(firstLine(httpsPort)).isEqualTo("HTTP/1.1 503 Service Unavailable");
            } finally {
                assertThat(admin.send("CONFIG SET maxclients " + before)).hasToString("OK");
            }
        }
    }
}
