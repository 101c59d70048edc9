/**
 * Configuration. {@link io.clouddragon.server.config.Setting} declares every setting once; the command line, the
 * configuration file, {@code CONFIG GET/SET/REWRITE}, {@code --help} and {@code docs/configuration.md} are derived from
 * the declarations. Components read {@link io.clouddragon.server.config.Settings}.
 */
package io.clouddragon.server.config;
