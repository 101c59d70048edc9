package io.clouddragon.server.family;

import io.clouddragon.server.command.Argument;
import io.clouddragon.server.command.Call;
import io.clouddragon.server.command.CommandTable;
import io.clouddragon.server.command.Flag;
import io.clouddragon.server.command.Group;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.SplittableRandom;

/** TIME, ROLE, MONITOR and LOLWUT. */
final class ServerCommands {
    private static final int WIDTH = 64;
    private static final int HEIGHT = 11;
    private static final String HEAD = "<(oo)~";

    private ServerCommands() {}

    static void declare(CommandTable table) {
        table.command("TIME", ServerCommands::time)
                .group(Group.SERVER)
                .summary("Return the current server time")
                .since("2.6.0")
                .complexity("O(1)")
                .flags(Flag.LOADING, Flag.STALE, Flag.FAST)
                .tips("nondeterministic_output");
        table.command("ROLE", ServerCommands::role)
                .group(Group.SERVER)
                .summary("Return the role of the instance in the context of replication")
                .since("2.8.12")
                .complexity("O(1)")
                .flags(Flag.NOSCRIPT, Flag.LOADING, Flag.STALE, Flag.FAST)
                .categories("admin", "dangerous");
        table.command("MONITOR", ServerCommands::monitor)
                .group(Group.SERVER)
                .summary("Listen for all requests received by the server in real time")
                .since("1.0.0")
                .flags(Flag.ADMIN, Flag.NOSCRIPT, Flag.LOADING, Flag.STALE);
        table.command("LOLWUT", ServerCommands::lolwut)
                .group(Group.SERVER)
                .summary("Display some computer art and the Redis version")
                .since("5.0.0")
                .flags(Flag.READONLY, Flag.FAST)
                .args(Argument.integer("version").after("VERSION").maybe());
    }

    /** Of the very moment: the transaction's own time, which all else goes by, has milliseconds only. */
    private static void time(Call call) {
        Instant now = Instant.now();
        call.reply().array(2);
        call.reply().bulkInteger(now.getEpochSecond());
        call.reply().bulkInteger(now.getNano() / 1000);
    }

    private static void role(Call call) {
        call.reply().array(3);
        call.reply().bulk("master");
        call.reply().integer(0);
        call.reply().array(0);
    }

    /** Said again, it has no reply, as in Redis. */
    private static void monitor(Call call) {
        if (!call.mayBlock()) {
            call.error("ERR MONITOR isn't allowed for DENY BLOCKING client");
        } else if (!call.session().isMonitor()) {
            call.executor().monitors().add(call.session());
            call.reply().ok();
        }
    }

    /** A cloud dragon, another one each time; whatever version is asked for, there is one. */
    private static void lolwut(Call call) {
        if (call.count() >= 3 && call.isWord(1, "VERSION") && !call.integer(2)) {
            return;
        }
        String text = dragon(new SplittableRandom(call.tx().random())) + "\nRedis ver. "
                + ConnectionCommands.REDIS_VERSION + " as spoken by Cloud Dragon " + InfoSections.version() + "\n";
        call.reply().verbatim("txt", text.getBytes(StandardCharsets.UTF_8));
    }

    /** A wave with spines, thinner towards the tail, winding through clouds. */
    private static String dragon(SplittableRandom random) {
        char[][] canvas = new char[HEIGHT][WIDTH];
        for (char[] row : canvas) {
            for (int x = 0; x < WIDTH; x++) {
                row[x] = random.nextInt(9) == 0 ? '~' : ' ';
            }
        }
        double phase = random.nextDouble(2 * Math.PI);
        double length = 5 + random.nextDouble(3);
        for (int x = HEAD.length(); x < WIDTH; x++) {
            double wave = Math.sin((x - HEAD.length()) / length + phase) - Math.sin(phase);
            int y = (int) Math.round(Math.max(1, Math.min(HEIGHT - 3.0, HEIGHT / 2.0 + 2 * wave)));
            canvas[y - 1][x] = x % 4 == 0 ? '^' : ' ';
            canvas[y][x] = x < WIDTH / 2 ? '#' : x < WIDTH * 3 / 4 ? '%' : '-';
            canvas[y + 1][x] = x < WIDTH * 3 / 4 ? '"' : ' ';
        }
        HEAD.getChars(0, HEAD.length(), canvas[HEIGHT / 2], 0);
        StringBuilder picture = new StringBuilder();
        for (char[] row : canvas) {
            picture.append(new String(row).stripTrailing()).append('\n');
        }
        return picture.toString();
    }
}
