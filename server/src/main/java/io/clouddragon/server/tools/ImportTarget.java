package io.clouddragon.server.tools;

import io.clouddragon.server.script.ScriptError;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.collection.PackedElements;
import io.clouddragon.storage.engine.Database;
import io.clouddragon.storage.engine.LoadProgress;
import io.clouddragon.storage.engine.StateBuilder;
import io.clouddragon.storage.engine.Tx;
import io.clouddragon.storage.keyspace.Entry;
import io.clouddragon.storage.keyspace.Kind;
import io.clouddragon.storage.log.LogBuilder;
import io.clouddragon.storage.log.NioDisk;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Where an import goes. On disk, and in the case of a new directory there at all, when {@link #finish} has returned. */
interface ImportTarget extends Closeable {
    /** Takes some entries, in one transaction where there are any. */
    void add(List<StateEntry> entries) throws IOException;

    void finish() throws IOException;

    /** Held locks and used idempotency ids that were there already, and stay as they are. */
    default long kept() {
        return 0;
    }

    /** The target for a whole state: exact when there is no data in the directory, else merged into what is there. */
    static ImportTarget of(Path directory, StateEntry.Origin origin, LoadProgress progress) throws IOException {
        boolean isNew = !Files.isDirectory(directory) || !LogBuilder.containsLog(NioDisk.existing(directory));
        return isNew ? new NewDirectory(directory, origin) : new ExistingDirectory(directory, origin, progress);
    }

    /** The state becomes the directory's, with its revision, versions, handles and clock. */
    final class NewDirectory implements ImportTarget {
        private static final Bytes NO_ELEMENTS = new Bytes(new byte[PackedElements.HEAD_BYTES]);

        private final StateBuilder state;

        NewDirectory(Path directory, StateEntry.Origin origin) throws IOException {
            state = new StateBuilder(DataDirectory.create(directory), origin.revision(), origin.engineMillis());
        }

        @Override
        public void add(List<StateEntry> entries) throws IOException {
            for (StateEntry entry : entries) {
                if (!entry.continues()) {
                    add(entry);
                }
                state.elements(entry.database(), entry.key(), entry.elements());
            }
        }

        private void add(StateEntry entry) throws IOException {
            state.entry(
                    entry.database(),
                    entry.space(),
                    entry.key(),
                    entry.kind(),
                    entry.kind().isCollection() ? NO_ELEMENTS : entry.stored(),
                    entry.deadline(),
                    entry.version());
        }

        @Override
        public void finish() throws IOException {
            state.finish();
        }

        @Override
        public void close() throws IOException {
            state.close();
        }
    }

    /**
     * Keys and libraries are written as by a client, over those that are there, and get new versions. A lock that is free is taken for the
     * rest of the lease, under a new handle: nobody else gets it meanwhile.
     */
    final class ExistingDirectory implements ImportTarget {
        private final OfflineEngine engine;
        private final StateEntry.Origin origin;
        private final Entry found = new Entry();
        /** Null until a library is to be loaded. */
        private OfflineCommands commands;

        private long kept;
        private boolean open = true;

        ExistingDirectory(Path directory, StateEntry.Origin origin, LoadProgress progress) throws IOException {
            engine = new OfflineEngine(directory, progress);
            this.origin = origin;
        }

        @Override
        public void add(List<StateEntry> entries) throws IOException {
            boolean needsCommands = commands == null && entries.stream().anyMatch(StateEntry::isLibrary);
            try {
                engine.run(() -> {
                    if (needsCommands) {
                        commands = new OfflineCommands(engine.loop());
                    }
                    return engine.loop().transact(tx -> entries.forEach(entry -> add(tx, entry)));
                });
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        }

        /** Loads it as FUNCTION LOAD REPLACE would: no two libraries have functions of the same name. */
        private void addLibrary(Tx tx, StateEntry entry) {
            try {
                commands.functions().load(tx, entry.stored(), true);
            } catch (ScriptError e) {
                throw new UncheckedIOException(
                        new IOException("library " + entry.key() + " cannot be loaded: " + e.getMessage(), e));
            }
        }

        private void add(Tx tx, StateEntry entry) {
            if (entry.isLibrary()) {
                addLibrary(tx, entry);
                return;
            }
            Database db = engine.loop().engine().databases().get(entry.database());
            Bytes key = entry.key();
            boolean added = switch (entry.space()) {
                case KEYS -> {
                    addKey(tx, db, entry);
                    yield true;
                }
                case LOCKS -> {
                    long lease = entry.deadline() - origin.engineMillis();
                    yield lease <= 0 || tx.locks().acquire(db, key, lease, entry.stored()) != 0;
                }
                case ONCE_IDS -> {
                    long left = entry.deadline() - tx.now();
                    yield left <= 0 || tx.once(db, key, left);
                }
            };
            kept += added ? 0 : 1;
        }

        private void addKey(Tx tx, Database db, StateEntry entry) {
            if (!entry.kind().isCollection()) {
                tx.put(db, entry.key(), entry.kind(), entry.stored(), entry.deadline());
                return;
            }
            if (!entry.continues()) {
                tx.delete(db, entry.key());
            }
            if (entry.deadline() <= tx.now()) {
                return;
            }
            for (Bytes element : entry.elements()) {
                if (entry.kind() == Kind.LIST) {
                    tx.lists().append(db, entry.key(), element);
                } else {
                    tx.keyed().put(db, entry.key(), entry.kind(), element);
                }
            }
            if (tx.peek(db, entry.key(), found) && found.deadline() != entry.deadline()) {
                tx.deadline(db, entry.key(), entry.deadline());
            }
        }

        @Override
        public long kept() {
            return kept;
        }

        @Override
        public void finish() throws IOException {
            close();
        }

        @Override
        public void close() throws IOException {
            if (open) {
                open = false;
                engine.close();
            }
        }
    }
}
