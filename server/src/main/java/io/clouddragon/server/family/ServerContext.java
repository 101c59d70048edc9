package io.clouddragon.server.family;

import io.clouddragon.server.command.CommandExecutor;
import io.clouddragon.server.command.CommandTable;
import io.clouddragon.server.command.Sessions;
import io.clouddragon.server.config.Settings;
import io.clouddragon.storage.engine.EngineLoop;

/**
 * What command families that look after the server itself work with.
 *
 * @param shutdown ends the process after a clean stop (SHUTDOWN); {@code true} = without waiting for anything
 */
public record ServerContext(
        Settings settings,
        EngineLoop loop,
        CommandTable table,
        CommandExecutor executor,
        Sessions sessions,
        java.util.function.Consumer<Boolean> shutdown) {}
