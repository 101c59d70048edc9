package io.clouddragon.server.tools;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** A tool that has been run with a command line, and what it said. */
record ToolRun(int status, String out, String err) {
    static ToolRun of(Object... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine dragon = new CommandLine(CommandSpec.create().name("dragon"));
        Tools.addTo(dragon);
        dragon.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        String[] words = new String[arguments.length];
        for (int i = 0; i < words.length; i++) {
            words[i] = arguments[i].toString();
        }
        int status = dragon.execute(words);
        return new ToolRun(status, out.toString(), err.toString());
    }
}
