package io.clouddragon.http;

import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.engine.Databases;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;

/**
 * Decides from a request's head alone who may come in and where to: host, origin, path, method, user, in this order.
 *
 * <p>Why hosts and origins are checked although nothing here knows a browser: a page that somebody on this machine opens can
 * send requests to the loopback address. One sent across origins carries its {@code Origin}; one sent through a name that
 * was rebound to 127.0.0.1 carries that name as its {@code Host}. Neither gets in, and no CORS header ever invites one.
 */
final class Gate {
    private static final String DB = "/db/";
    /** The same as {@link #DB}. */
    private static final String REQ = "/req/";

    private static final String WATCH = "/watch/";
    private static final String HEALTH = "/health";
    private static final String ABSOLUTE = "http://";
    private static final String ANY_HOST = "*";
    /** What a server listens on that listens on all addresses. */
    private static final List<String> ALL_ADDRESSES = List.of("0.0.0.0", "[::]");

    private static final Pattern ADDRESS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-f:.]+]");
    private static final Pattern LOOPBACK_V4 = Pattern.compile("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");

    private final HttpOptions options;
    private final BooleanSupplier loading;
    /** The authority that was last found allowed: nearly always the next one too. */
    private String lastAllowed = "localhost";

    /** @param loading whether it is not known yet who may do what: whoever comes then is refused, and may come again */
    Gate(HttpOptions options, BooleanSupplier loading) {
        this.options = options;
        this.loading = loading;
    }

    boolean needsLogin() {
        return options.access().needsLogin();
    }

    /** Reads a head that the decoder found well-formed; a request that may not come in comes out refused. */
    Request admit(HttpRequest head, String peer) {
        String target = head.uri();
        String authority = null;
        if (target.regionMatches(true, 0, ABSOLUTE, 0, ABSOLUTE.length())) {
            // The absolute form, which a server must accept and believe more than Host (RFC 9112, 3.2.2).
            int path = target.indexOf('/', ABSOLUTE.length());
            authority = target.substring(ABSOLUTE.length(), path < 0 ? target.length() : path);
            target = path < 0 ? "/" : target.substring(path);
        }
        Request request = route(head, target);
        checkHost(head, authority, request);
        checkOrigin(head, authority, request);
        checkPath(target, request);
        checkMethod(head.method(), request);
        if (loading.getAsBoolean()) {
            request.refused(HttpError.UNAVAILABLE, "loading the data");
        } else {
            checkUser(head.headers(), request, peer);
        }
        checkBody(head, request);
        return request;
    }

    private static Request route(HttpRequest head, String target) {
        Request.Target to = Request.Target.NONE;
        String database = null;
        if (target.startsWith(DB)) {
            to = Request.Target.BATCH;
            database = target.substring(DB.length());
        } else if (target.startsWith(WATCH)) {
            to = Request.Target.WATCH;
            database = target.substring(WATCH.length());
        } else if (target.startsWith(REQ)) {
            to = Request.Target.BATCH;
            database = target.substring(REQ.length());
        } else if (target.equals(HEALTH)) {
            to = Request.Target.HEALTH;
        }
        if (database != null && database.indexOf('%') >= 0) {
            database = decode(database);
        }
        boolean http10 = head.protocolVersion().equals(HttpVersion.HTTP_1_0);
        boolean headOnly = head.method().equals(HttpMethod.HEAD);
        return new Request(to, database, http10, headOnly, HttpUtil.isKeepAlive(head));
    }

    private static String decode(String encoded) {
        try {
            return QueryStringDecoder.decodeComponent(encoded.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return encoded;
        }
    }

    private void checkHost(HttpRequest head, String authority, Request request) {
        HttpVersion version = head.protocolVersion();
        if (version.majorVersion() != 1) {
            request.refused(HttpError.INVALID_REQUEST, "the protocol is HTTP/1.1 or 1.0");
            request.closeAfterwards();
            return;
        }
        List<String> hosts = head.headers().getAll(HttpHeaderNames.HOST);
        if (hosts.size() > 1 || hosts.isEmpty() && !request.isHttp10()) {
            request.refused(HttpError.INVALID_REQUEST, "the header Host must be there once");
            return;
        }
        if (hosts.size() == 1) {
            checkHostName(hosts.get(0), request);
        }
        if (authority != null) {
            checkHostName(authority, request);
        }
    }

    private void checkHostName(String authority, Request request) {
        if (authority.equals(lastAllowed)) {
            return;
        }
        String host = withoutPort(authority).toLowerCase(Locale.ROOT);
        boolean allowed = host.equals("localhost")
                || host.equals("[::1]")
                || LOOPBACK_V4.matcher(host).matches()
                || options.allowedHosts().contains(host)
                || options.allowedHosts().contains(ANY_HOST)
                || ADDRESS.matcher(host).matches() && ALL_ADDRESSES.stream().anyMatch(options.allowedHosts()::contains);
        if (allowed) {
            lastAllowed = authority;
        } else {
            request.refused(
                    HttpError.FORBIDDEN,
                    "this server does not answer as that Host; the setting http-allowed-hosts allows names");
        }
    }

    private static String withoutPort(String authority) {
        int colon = authority.lastIndexOf(':');
        return colon > authority.lastIndexOf(']') ? authority.substring(0, colon) : authority;
    }

    /** Same origin only: the scheme may differ (TLS may end before this server), host and port may not. */
    private static void checkOrigin(HttpRequest head, String authority, Request request) {
        List<String> origins = head.headers().getAll(HttpHeaderNames.ORIGIN);
        if (origins.isEmpty()) {
            return;
        }
        String own = authority != null ? authority : head.headers().get(HttpHeaderNames.HOST, "");
        for (String origin : origins) {
            int scheme = origin.indexOf("://");
            if (scheme < 0 || !origin.substring(scheme + 3).equalsIgnoreCase(own)) {
                request.refused(HttpError.FORBIDDEN, "requests from pages of another Origin are not served");
            }
        }
    }

    private static void checkPath(String target, Request request) {
        if (request.target == Request.Target.HEALTH) {
            return;
        }
        if (target.indexOf('?') >= 0) {
            request.refused(HttpError.INVALID_REQUEST, "the path takes no query (?…)");
        } else if (request.target == Request.Target.NONE || request.database.indexOf('/') >= 0) {
            request.refused(
                    HttpError.NOT_FOUND,
                    "there are POST /db/{database}, POST /req/{database}, POST /watch/{database} and GET /health");
        } else if (!Databases.isValidName(Bytes.of(request.database))) {
            request.refused(HttpError.INVALID_REQUEST, "a database's name is 1 to 64 of A-Z a-z 0-9 . _ -");
        }
    }

    private static void checkMethod(HttpMethod method, Request request) {
        boolean known = request.target == Request.Target.HEALTH
                ? method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD)
                : method.equals(HttpMethod.POST);
        if (!known && !request.isRefused()) {
            String methods = request.target.methods;
            request.refused(HttpError.METHOD_NOT_ALLOWED, "the method here is " + methods)
                    .allowing(methods);
        }
    }

    private void checkUser(HttpHeaders headers, Request request, String peer) {
        if (request.target == Request.Target.HEALTH) {
            return;
        }
        String authorization = headers.get(HttpHeaderNames.AUTHORIZATION);
        request.user =
                authorization == null ? options.access().withoutCredentials(peer) : userOf(authorization.trim(), peer);
        if (request.user == null) {
            request.refused(
                    HttpError.UNAUTHORIZED,
                    "say who you are: Authorization: Basic with user and password, or Bearer with password or"
                            + " user:password");
        }
    }

    /** Null when the credentials are wrong or not understood. */
    private Access.Caller userOf(String authorization, String peer) {
        int space = authorization.indexOf(' ');
        String scheme = space < 0 ? "" : authorization.substring(0, space);
        String credentials = authorization.substring(space + 1).trim();
        if (scheme.equalsIgnoreCase("Bearer")) {
            // Header values arrive one char a byte.
            return options.access().withToken(credentials.getBytes(StandardCharsets.ISO_8859_1), peer);
        }
        if (!scheme.equalsIgnoreCase("Basic")) {
            return null;
        }
        try {
            String pair = new String(Base64.getDecoder().decode(credentials), StandardCharsets.ISO_8859_1);
            int colon = pair.indexOf(':');
            byte[] password = pair.substring(colon + 1).getBytes(StandardCharsets.ISO_8859_1);
            return options.access().withPassword(pair.substring(0, Math.max(0, colon)), password, peer);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private void checkBody(HttpRequest head, Request request) {
        String encoding = head.headers().get(HttpHeaderNames.CONTENT_ENCODING);
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            request.refused(HttpError.INVALID_REQUEST, "the header Content-Encoding: the body must come as it is");
        }
        List<String> codings = head.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
        boolean asItIs = codings.isEmpty()
                || codings.size() == 1 && HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(codings.get(0));
        if (!asItIs) {
            request.refused(HttpError.INVALID_REQUEST, "the header Transfer-Encoding: there is chunked only");
            request.closeAfterwards();
        }
        int most = options.limits().bodyBytes(request);
        if (HttpUtil.getContentLength(head, 0L) > most) {
            request.refused(HttpError.TOO_LARGE, "the body is larger than " + most + " bytes");
            request.closeAfterwards();
        } else if (request.isRefused() && HttpUtil.is100ContinueExpected(head)) {
            // It is answered at once, and then its body may come or not.
            request.closeAfterwards();
        }
    }
}
