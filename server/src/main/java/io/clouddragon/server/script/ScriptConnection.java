package io.clouddragon.server.script;

import io.clouddragon.server.command.Connection;
import io.clouddragon.server.net.MemoryConnection;

/**
 * The connection of the session in which scripts call commands: replies gather in memory, to be handed to Lua. There is no
 * socket; what is asked about one is answered for the client that runs the script. A lock granted to a script is not given
 * back when that client's reply is lost, since the script may have written the handle down; it ends with its lease. What a
 * command depends on, the script's own reply does.
 */
final class ScriptConnection extends MemoryConnection {
    private Connection caller;

    /** Works for that client's script from now on, and speaks RESP2 until told otherwise. */
    void begin(Connection of) {
        caller = of;
        reply().protocol(2);
    }

    @Override
    public void closeAfterReplies() {
        caller.closeAfterReplies();
    }

    @Override
    public void close() {
        caller.close();
    }

    @Override
    public String peerAddress() {
        return caller.peerAddress();
    }

    @Override
    public String localAddress() {
        return caller.localAddress();
    }

    @Override
    public Figures figures() {
        return caller.figures();
    }
}
