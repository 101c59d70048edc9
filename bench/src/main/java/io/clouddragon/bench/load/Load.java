package io.clouddragon.bench.load;

/** Something to do with a server that yields a figure. */
@FunctionalInterface
public interface Load {
    /**
     * @return null when the row is not for this server
     * @throws UnknownCommandException when the server lacks a command that the row needs
     */
    Sample run(Target target, Scale scale) throws Exception;

    /** The same for Cloud Dragon only. */
    default Load onDragon() {
        return (target, scale) -> target.isDragon() ? run(target, scale) : null;
    }

    /** One load for Cloud Dragon, another one for Redis. */
    static Load either(Load dragon, Load redis) {
        return (target, scale) -> (target.isDragon() ? dragon : redis).run(target, scale);
    }
}
