package io.clouddragon.server.family;

import io.clouddragon.server.command.CommandTable;

/** The list of command families: all there is to register. */
public final class Families {
    private Families() {}

    /** Families that work on data alone. */
    public static void declare(CommandTable table) {
        StringCommands.declare(table);
        CounterCommands.declare(table);
        new HashCommands().declare(table);
        SetCommands.declare(table);
        SetAlgebraCommands.declare(table);
        SortedSetCommands.declare(table);
        SortedSetRangeCommands.declare(table);
        SortedSetPopCommands.declare(table);
        SortedSetAlgebraCommands.declare(table);
        KeyCommands.declare(table);
        ListCommands.declare(table);
        ListSearchCommands.declare(table);
        ListPopCommands.declare(table);
        SortCommands.declare(table);
        ExpiryCommands.declare(table);
        ObjectCommands.declare(table);
        TransactionCommands.declare(table);
        LockCommands.declare(table);
        VersionCommands.declare(table);
    }

    /** Families that look after the server and its clients. */
    public static void declare(CommandTable table, ServerContext context) {
        new ConnectionCommands(context).declare(table);
        new AclCommands(context).declare(table);
        new SubstringCommands(context).declare(table);
        new BitmapCommands(context).declare(table);
        new BitFieldCommands(context).declare(table);
        new DatabaseCommands(context).declare(table);
        new PubSubCommands(context).declare(table);
        new ClientCommands(context).declare(table);
        new CommandCommands(table).declare();
        new ConfigCommands(context).declare(table);
        new InfoCommand(context).declare(table);
        new PersistenceCommands(context).declare(table);
        new SlowLogCommands(context).declare(table);
        new LatencyCommands(context).declare();
        new MemoryCommands(context).declare(table);
        new DebugCommand(context).declare(table);
        ServerCommands.declare(table);
        new ScriptCommands(context).declare(table);
        new FunctionCommands(context).declare(table);
        BackupCommand.declare(table);
    }
}
