package io.clouddragon.server.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.List;

/**
 * An address to listen on, as in {@code bind} of redis.conf: {@code *} and {@code ::*} are every address (of both kinds, where the
 * machine has IPv6), and one that begins with a minus may be missing on this machine.
 *
 * @param host a literal address or a host name
 * @param optional whether to start without it when it is not available
 */
public record BindAddress(String host, boolean optional) {
    static BindAddress parse(String word) {
        return word.startsWith("-") ? new BindAddress(word.substring(1), true) : new BindAddress(word, false);
    }

    /** Whether only this machine reaches it. A name that does not resolve counts as open. */
    public boolean isLoopback() {
        try {
            return resolve().isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** Whether it stands for every address. */
    public boolean isAll() {
        try {
            return resolve().isAnyLocalAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** Whether this machine has the address, so that nothing but another server keeps this one from listening on it. */
    public boolean isHere() {
        try {
            InetAddress wanted = resolve();
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .anyMatch(own ->
                            wanted.isAnyLocalAddress() ? own.getClass() == wanted.getClass() : own.equals(wanted));
        } catch (UnknownHostException | SocketException e) {
            return false;
        }
    }

    public InetSocketAddress withPort(int port) throws UnknownHostException {
        return new InetSocketAddress(resolve(), port);
    }

    /** The host, {@code 0.0.0.0} or {@code ::} where all are meant. */
    public String address() {
        return switch (host) {
            case "*" -> "0.0.0.0";
            case "::*" -> "::";
            default -> host;
        };
    }

    private InetAddress resolve() throws UnknownHostException {
        return InetAddress.getByName(address());
    }

    /** The setting's type: addresses between blanks; {@code parsed} is their list. */
    static SettingType type() {
        return new SettingType("<address>", "addresses; a leading - allows it to be missing", true) {
            @Override
            Value parse(String text, Value current) throws InvalidSettingException {
                List<String> words = splitWords(text);
                if (words.isEmpty()) {
                    throw new InvalidSettingException("at least one address is needed; port 0 closes a door");
                }
                return Value.of(
                        String.join(" ", words),
                        words.stream().map(BindAddress::parse).toList());
            }
        };
    }
}
