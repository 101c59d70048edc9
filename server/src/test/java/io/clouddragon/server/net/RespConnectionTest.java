package io.clouddragon.server.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clouddragon.resp.FreePorts;
import io.clouddragon.server.Server;
import io.clouddragon.server.config.Setting;
import io.clouddragon.server.config.Settings;
import io.clouddragon.server.config.Transport;
import io.netty.channel.uring.IoUring;
import io.netty.util.ResourceLeakDetector;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.BindException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client's socket sees: half-closed, slow, silent and gone clients. */
@Timeout(60)
class RespConnectionTest {
    static {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    }

    @TempDir
    private Path directory;

    private Server server;
    private int port;

    @BeforeEach
    void start() throws IOException {
        port = FreePorts.next();
        server = Server.start(settings(port, "data"));
    }

    @AfterEach
    void stop() {
        server.stop();
    }

    private Settings settings(int atPort, String dir) {
        return settings(atPort, dir, "auto");
    }

    private Settings settings(int atPort, String dir, String transport) {
        return settings(atPort, dir, Map.of(Setting.TRANSPORT, transport, Setting.BIND, "127.0.0.1"));
    }

    private Settings settings(int atPort, String dir, Map<Setting, String> others) {
        Map<Setting, String> all = new EnumMap<>(others);
        all.put(Setting.PORT, "" + atPort);
        all.put(Setting.HTTP_PORT, "0");
        all.put(Setting.DIR, directory.resolve(dir).toString());
        return Settings.of(all);
    }

    private Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), port);
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String read(Socket socket, int bytes) throws IOException {
        return new String(socket.getInputStream().readNBytes(bytes), StandardCharsets.US_ASCII);
    }

    private static String readAll(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }

    @Test
    void who_has_said_all_still_gets_the_replies() throws IOException {
        for (int i = 0; i < 50; i++) {
            try (Socket socket = connect()) {
                send(socket, "SET key value\r\nGET key\r\n");
                socket.shutdownOutput();
                assertThat(readAll(socket)).isEqualTo("+OK\r\n$5\r\nvalue\r\n");
            }
        }
    }

    @Test
    void who_has_said_all_and_would_wait_still_gets_the_replies_to_what_stands_before() throws IOException {
        try (Socket socket = connect()) {
            send(socket, "SET key value\r\nBLPOP nosuch 0\r\nGET key\r\n");
            socket.shutdownOutput();
            assertThat(readAll(socket)).isEqualTo("+OK\r\n");
        }
    }

    @Test
    void who_wants_no_replies_is_not_told_of_a_protocol_error_either() throws IOException {
        try (Socket socket = connect()) {
            send(socket, "CLIENT REPLY OFF\r\n*abc\r\n");
            assertThat(readAll(socket)).isEmpty();
        }
    }

    @Test
    void a_slow_reader_of_many_megabytes_gets_every_reply_though_it_has_said_all() throws Exception {
        server.stop();
        server = Server.start(settings(port, "data", "nio"));
        int value = 10_000;
        int gets = 3_000;
        try (Socket socket = connect()) {
            send(socket, "SET key " + "x".repeat(value) + "\r\n" + "GET key\r\n".repeat(gets));
            socket.shutdownOutput();
            assertThat(readSlowly(socket))
                    .isEqualTo("+OK\r\n".length() + gets * ("$10000\r\n\r\n".length() + (long) value));
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void every_transport_serves_and_keeps_what_it_has_acknowledged(Transport transport) throws IOException {
        // Containers often forbid it.
        assumeTrue(transport != Transport.IO_URING || IoUring.isAvailable(), "no io_uring on this machine");
        server.stop();
        server = Server.start(settings(port, "data", transport.name().toLowerCase(Locale.ROOT)));
        String value = "x".repeat(60_000);
        try (Socket socket = connect()) {
            send(socket, "SET key " + value + "\r\n" + "INCR counter\r\n".repeat(1000) + "GET key\r\n");
            assertThat(line(socket)).isEqualTo("+OK");
            for (int i = 1; i <= 1000; i++) {
                assertThat(line(socket)).isEqualTo(":" + i);
            }
            assertThat(line(socket)).isEqualTo("$60000");
            assertThat(line(socket)).isEqualTo(value);
        }
        server.stop();
        server = Server.start(settings(port, "data"));
        try (Socket socket = connect()) {
            send(socket, "GET counter\r\nSTRLEN key\r\nQUIT\r\n");
            assertThat(readAll(socket)).isEqualTo("$4\r\n1000\r\n:60000\r\n+OK\r\n");
        }
    }

    @Test
    void a_slow_reader_of_many_megabytes_gets_every_reply() throws Exception {
        int value = 10_000;
        int gets = 3_000;
        try (Socket socket = connect()) {
            send(socket, "SET key " + "x".repeat(value) + "\r\n" + "GET key\r\n".repeat(gets) + "QUIT\r\n");
            assertThat(readSlowly(socket))
                    .isEqualTo("+OK\r\n+OK\r\n".length() + gets * ("$10000\r\n\r\n".length() + (long) value));
        }
    }

    /** Its end is read while the script runs. */
    @Test
    void who_has_said_all_while_its_script_runs_gets_the_replies_to_what_stands_behind_it() throws IOException {
        try (Socket client = connect();
                Socket other = connect()) {
            send(other, "CONFIG SET busy-reply-threshold 10\r\n");
            assertThat(line(other)).isEqualTo("+OK");
            send(client, "EVAL \"while true do end\" 0\r\nSET key value\r\nGET key\r\n");
            awaitBusy(other);
            client.shutdownOutput();
            // What is ready is read together: the second answer comes after the end has been seen.
            awaitBusy(other);
            awaitBusy(other);
            send(other, "SCRIPT KILL\r\n");
            assertThat(line(other)).isEqualTo("+OK");
            assertThat(line(client)).contains("Script killed by user");
            assertThat(readAll(client)).isEqualTo("+OK\r\n$5\r\nvalue\r\n");
        }
    }

    /** A script is put off to the end of the turn; there it may not run, since more waits for its client than is sent at once. */
    @Test
    void a_script_runs_though_many_messages_come_in_its_turn() throws IOException {
        String channel = "c".repeat(100);
        try (Socket client = connect();
                Socket publisher = connect();
                Socket busy = connect()) {
            client.setSoTimeout(10_000);
            StringBuilder subscribe = new StringBuilder("HELLO 3\r\nPSUBSCRIBE");
            for (int i = 0; i < channel.length(); i++) {
                subscribe.append(' ').append(channel, 0, i).append('*');
            }
            send(client, subscribe + "\r\nECHO subscribed\r\n");
            BufferedReader replies =
                    new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
            awaitLine(replies, "subscribed");
            for (int round = 7_000; round < 7_005; round++) {
                // While this runs the other two are sent, so that they are read in one turn.
                send(busy, "EVAL \"for i = 1, 3000000 do end\" 0\r\n");
                send(client, "EVAL \"return " + round + "\" 0\r\n");
                send(publisher, "PUBLISH " + channel + " " + "x".repeat(20_000) + "\r\n");
                assertThat(line(busy)).isEqualTo("$-1");
                assertThat(line(publisher)).isEqualTo(":" + channel.length());
                awaitLine(replies, ":" + round);
            }
        }
    }

    private static void awaitLine(BufferedReader replies, String wanted) throws IOException {
        String line = replies.readLine();
        while (!wanted.equals(line)) {
            assertThat(line).as("end of input").isNotNull();
            line = replies.readLine();
        }
    }

    private static void awaitBusy(Socket socket) throws IOException {
        do {
            send(socket, "GET key\r\n");
        } while (!line(socket).startsWith("-BUSY"));
    }

    private static long readSlowly(Socket socket) throws Exception {
        Thread.sleep(300);
        InputStream in = socket.getInputStream();
        byte[] buffer = new byte[1 << 20];
        long got = 0;
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            got += n;
            if (got < 3_000_000) {
                Thread.sleep(5);
            }
        }
        return got;
    }

    @Test
    void a_client_without_replies_gets_none_when_its_lock_is_granted_later() throws IOException {
        try (Socket holder = connect();
                Socket silent = connect()) {
            send(holder, "DRAGON.LOCK lock PX 60000\r\n");
            String handle = handle(holder);
            send(silent, "CLIENT REPLY OFF\r\nDRAGON.LOCK lock PX 60000 WAIT 60000\r\n");
            awaitWaiters(holder, 1);
            send(holder, "DRAGON.UNLOCK lock " + handle + "\r\n");
            assertThat(read(holder, 4)).isEqualTo(":1\r\n");
            send(silent, "CLIENT REPLY ON\r\n");
            assertThat(read(silent, 5)).isEqualTo("+OK\r\n");
            send(holder, "DRAGON.LOCK lock PX 60000\r\n");
            assertThat(read(holder, 5)).as("the silent one has it").isEqualTo("*-1\r\n");
        }
    }

    @Test
    void who_waits_and_goes_away_is_no_longer_in_line() throws IOException {
        try (Socket holder = connect()) {
            send(holder, "DRAGON.LOCK lock PX 60000\r\n");
            handle(holder);
            try (Socket waiter = connect()) {
                send(waiter, "DRAGON.LOCK lock PX 60000 WAIT 60000\r\n");
                awaitWaiters(holder, 1);
            }
            awaitWaiters(holder, 0);
        }
    }

    /** Reads the reply to DRAGON.LOCK: {@code *2\r\n:handle\r\n:till\r\n}. */
    private static String handle(Socket socket) throws IOException {
        assertThat(line(socket)).isEqualTo("*2");
        String handle = line(socket).substring(1);
        line(socket);
        return handle;
    }

    private static String line(Socket socket) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = socket.getInputStream().read();
                b != '\n';
                b = socket.getInputStream().read()) {
            assertThat(b).as("end of input").isNotNegative();
            line.append((char) b);
        }
        return line.substring(0, line.length() - 1);
    }

    private static void awaitWaiters(Socket socket, int waiters) throws IOException {
        String last;
        do {
            send(socket, "DRAGON.LOCKINFO lock\r\n");
            // handle, till, owner (empty), waiters: each with its name, in 1 + 3 + 3 + 4 + 3 lines.
            last = "";
            for (int i = 0; i < 14; i++) {
                last = line(socket);
            }
        } while (!last.equals(":" + waiters));
    }

    @Test
    void a_start_that_fails_lets_go_of_the_data_directory() throws IOException {
        assertThatThrownBy(() -> Server.start(settings(port, "other")))
                .isInstanceOf(BindException.class)
                .hasMessageContaining("Cannot listen on 127.0.0.1:" + port);
        Server.start(settings(FreePorts.next(), "other")).stop();
    }

    @Test
    void an_address_that_may_be_missing_may_not_be_anothers() {
        assertThatThrownBy(() -> Server.start(settings(port, "other", Map.of(Setting.BIND, "-127.0.0.1"))))
                .isInstanceOf(BindException.class)
                .hasMessageContaining("Cannot listen on 127.0.0.1:" + port);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1 -192.0.2.123", "* -::*", "0.0.0.0 -::"})
    void all_addresses_may_be_said_twice_and_one_be_missing(String bind) throws IOException {
        int free = FreePorts.next();
        Server own = Server.start(settings(free, "other", Map.of(Setting.BIND, bind, Setting.INSECURE, "yes")));
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), free)) {
            send(socket, "PING\r\n");
            assertThat(line(socket)).isEqualTo("+PONG");
        } finally {
            own.stop();
        }
    }

    @Test
    void a_data_directory_in_use_is_said() {
        assertThatThrownBy(() -> Server.start(settings(FreePorts.next(), "data")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("data");
    }
}
