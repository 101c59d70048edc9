package io.clouddragon.server.tools;

import io.clouddragon.resp.DecoderLimits;
import io.clouddragon.resp.Request;
import io.clouddragon.resp.RequestDecoder;
import io.clouddragon.server.command.Command;
import io.clouddragon.server.command.Flag;
import io.clouddragon.server.command.Session;
import io.clouddragon.server.net.MemoryConnection;
import io.clouddragon.storage.bytes.Bytes;
import io.netty.buffer.Unpooled;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Executes the commands of a Redis append-only file, through the server's own command table, as if a client had sent them.
 * As Redis does when it loads one: a command that is cut off at the end, and a transaction without its EXEC, are left out.
 */
final class AofImport {
    private static final int PIECE_BYTES = 1 << 20;
    private static final Set<String> FRAME = Set.of("SELECT", "MULTI", "EXEC");

    private final OfflineEngine engine;
    private final Progress progress;
    private final MemoryConnection connection = new MemoryConnection();
    private final Map<String, Long> skipped = new TreeMap<>();
    private final OfflineCommands commands;
    private long executed;
    private long cutBytes;
    /** From a MULTI on that has had no EXEC so far. */
    private long waiting;

    AofImport(OfflineEngine engine, Progress progress) throws IOException {
        this.engine = engine;
        this.progress = progress;
        commands = engine.run(() -> new OfflineCommands(engine.loop()));
    }

    void run(List<Path> files) throws IOException {
        long total = 0;
        for (Path file : files) {
            total += Files.size(file);
        }
        long before = 0;
        Session session = engine.run(() -> commands.sessions().open(connection));
        commands.executor().resetLogin(session);
        for (Path file : files) {
            try (CountingStream counted = new CountingStream(Files.newInputStream(file));
                    InputStream in = new BufferedInputStream(counted, PIECE_BYTES)) {
                if (cutBytes > 0) {
                    throw new IOException("a command is cut off at the end of the file before " + file);
                }
                if (waiting > 0) {
                    throw new IOException("a transaction has no EXEC at the end of the file before " + file);
                }
                RdbPreamble.skip(in);
                read(file, in, session, before, counted, total);
            }
            before += Files.size(file);
        }
        engine.run(() -> {
            session.close();
            commands.sessions().closed(session);
            return null;
        });
    }

    private void read(Path file, InputStream in, Session session, long before, CountingStream counted, long total)
            throws IOException {
        RequestDecoder decoder = new RequestDecoder(new DecoderLimits());
        Request request = new Request();
        byte[] piece = new byte[PIECE_BYTES];
        for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
            decoder.feed(Unpooled.wrappedBuffer(piece, 0, count));
            engine.run(() -> {
                engine.loop().enter();
                while (decoder.next(request)) {
                    execute(session, request);
                }
                return null;
            });
            if (decoder.error() != null) {
                throw new IOException(file + " is no append-only file, or damaged: "
                        + decoder.error().message());
            }
            progress.at(before + counted.bytes(), total);
        }
        cutBytes = decoder.buffered();
    }

    private void execute(Session session, Request request) {
        Bytes name = word(request, 0);
        if (name.length() > 0 && name.at(0) == '#') {
            return; // An annotation: aof-timestamp-enabled.
        }
        Command command = commands.table().find(name);
        String shown = name.toString().toUpperCase(Locale.ROOT);
        if (command != null && command.isContainer() && request.count() > 1) {
            command = command.subcommand(word(request, 1).toString().toLowerCase(Locale.ROOT));
        }
        if (command == null || !command.has(Flag.WRITE) && !FRAME.contains(shown)) {
            skipped.merge(shown, 1L, Long::sum);
            return;
        }
        commands.executor().execute(session, request);
        executed++;
        waiting = session.transaction().isOpen() ? waiting + 1 : 0;
        connection.clear();
    }

    private static Bytes word(Request request, int i) {
        return new Bytes().set(request.array(), request.offset(i), request.length(i));
    }

    long executed() {
        return executed - waiting;
    }

    /** How many commands were left out at the end of the last file: a MULTI without its EXEC, and what follows it. */
    long withoutExec() {
        return waiting;
    }

    /** How many commands of which name were left out: they do not exist here. */
    Map<String, Long> skipped() {
        return skipped;
    }

    /** How many errors were replied. */
    long errors() {
        return commands.executor().errors().total();
    }

    /** At the end of the last file, of a command that is not complete. */
    long cutBytes() {
        return cutBytes;
    }
}
