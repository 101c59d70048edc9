package io.clouddragon.compat.differential;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * A family of commands, each a line of {@link Grammar} with a weight and a {@link Comparison}; what {@link #mangled} says is
 * added to all of them: about one command in twenty has an argument lost, added or replaced.
 */
abstract class Family implements CommandGenerator {
    private static final int ONE_IN_MANGLED = 20;

    /** Long enough for a deadline of 15 ms to pass on both servers. */
    private static final int PAUSE_MILLIS = 18;

    private record Command(Grammar.Node node, Comparison comparison, int pauseMillis, boolean mangle) {}

    private final String name;
    private final int connections;
    private final List<Command> commands = new ArrayList<>();
    private final Map<String, Function<RandomGenerator, byte[]>> values = Values.standard();

    /** A family played on one connection or, in random turns, on several. */
    Family(String name, int connections) {
        this.name = name;
        this.connections = connections;
    }

    @Override
    public final String name() {
        return name;
    }

    /** Values that only this family has; before the commands that use them. */
    protected final void values(String place, String... choices) {
        values.put(place, Values.oneOf(choices));
    }

    protected final void exact(int weight, String template) {
        add(weight, Comparison.EXACT, 0, true, template);
    }

    protected final void compared(Comparison comparison, int weight, String template) {
        add(weight, comparison, 0, true, template);
    }

    /** A command of which is compared what all connections receive, not its reply alone. */
    protected final void messages(int weight, String template) {
        add(weight, Comparison.MESSAGES, 0, true, template);
    }

    /** A command that is sent only as written: a broken one could stop or block the server. */
    protected final void verbatim(int weight, String template) {
        verbatim(Comparison.EXACT, weight, template);
    }

    /** The same for a reply that is not compared byte for byte. */
    protected final void verbatim(Comparison comparison, int weight, String template) {
        add(weight, comparison, 0, false, template);
    }

    /**
     * A command that sets a deadline of up to 15 ms, which is then waited for. PEXPIRE needs that many: Redis looks at the clock
     * twice and deletes the key at once when the deadline has passed in between, which with 1 ms happens.
     */
    protected final void expiring(int weight, String template) {
        add(weight, Comparison.EXACT, PAUSE_MILLIS, false, template);
    }

    private void add(int weight, Comparison comparison, int pauseMillis, boolean mangle, String template) {
        Command command = new Command(Grammar.parse(template, values), comparison, pauseMillis, mangle);
        for (int i = 0; i < weight; i++) {
            commands.add(command);
        }
    }

    @Override
    public final Step next(RandomGenerator random) {
        Command command = commands.get(random.nextInt(commands.size()));
        List<byte[]> arguments = new ArrayList<>();
        command.node.emit(random, arguments);
        if (command.mangle && random.nextInt(ONE_IN_MANGLED) == 0) {
            mangle(arguments, random);
        }
        return new Step(random.nextInt(connections), command.comparison, command.pauseMillis, List.copyOf(arguments));
    }

    private void mangle(List<byte[]> arguments, RandomGenerator random) {
        byte[] junk = values.get("junk").apply(random);
        int at = random.nextInt(arguments.size());
        switch (random.nextInt(4)) {
            case 0 -> arguments.add(junk);
            case 1 -> arguments.set(Math.max(1, at) % arguments.size(), junk);
            case 2 -> arguments.add(Math.max(1, at), junk);
            default -> {
                if (arguments.size() > 1) {
                    arguments.remove(arguments.size() - 1);
                }
            }
        }
    }
}
