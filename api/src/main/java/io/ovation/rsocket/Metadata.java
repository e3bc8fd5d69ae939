package io.ovation.rsocket;

import java.nio.charset.StandardCharsets;
import java.util.Iterator;

import io.netty.buffer.ByteBuf;
import io.ovation.ValidationFailed;
import io.ovation.trace.Traces;
import io.rsocket.ConnectionSetupPayload;
import io.rsocket.metadata.AuthMetadataCodec;
import io.rsocket.metadata.CompositeMetadata;
import io.rsocket.metadata.RoutingMetadata;
import io.rsocket.metadata.WellKnownAuthType;
import io.rsocket.metadata.WellKnownMimeType;
import org.jspecify.annotations.Nullable;

/** What composite metadata says here: the route and the trace of a request, the token of a SETUP. */
final class Metadata {
    private static final String COMPOSITE = WellKnownMimeType.MESSAGE_RSOCKET_COMPOSITE_METADATA.getString();
    private static final String ROUTING = WellKnownMimeType.MESSAGE_RSOCKET_ROUTING.getString();
    private static final String AUTHENTICATION = WellKnownMimeType.MESSAGE_RSOCKET_AUTHENTICATION.getString();
    private static final String JSON = WellKnownMimeType.APPLICATION_JSON.getString();

    private Metadata() {}

    /** Throws {@link ValidationFailed} for a connection that would not speak as ours do. */
    static void checkTypes(ConnectionSetupPayload setup) {
        if (!COMPOSITE.equals(setup.metadataMimeType())) {
            throw new ValidationFailed("metadataMimeType", "must be " + COMPOSITE);
        }
        if (!JSON.equals(setup.dataMimeType())) {
            throw new ValidationFailed("dataMimeType", "must be " + JSON);
        }
    }

    /** The route that a request names; null for none. */
    static @Nullable String route(ByteBuf metadata) {
        try {
            ByteBuf content = find(metadata, ROUTING);
            Iterator<String> tags = content == null ? null : new RoutingMetadata(content).iterator();
            return tags != null && tags.hasNext() ? tags.next() : null;
        } catch (RuntimeException malformed) {
            throw new ValidationFailed("", "The metadata is not as it should be");
        }
    }

    /**
     * The trace that a request says it is a part of; null for none. It stands under the name of the header, as other
     * clients of RSocket have it, too.
     */
    static @Nullable String traceparent(ByteBuf metadata) {
        ByteBuf content = find(metadata, Traces.KEY);
        return content == null ? null : content.toString(StandardCharsets.US_ASCII);
    }

    /** The bearer token of a SETUP; null for none. */
    static @Nullable String bearer(ByteBuf metadata) {
        try {
            ByteBuf content = find(metadata, AUTHENTICATION);
            boolean isBearer = content != null
                    && AuthMetadataCodec.isWellKnownAuthType(content)
                    && AuthMetadataCodec.readWellKnownAuthType(content) == WellKnownAuthType.BEARER;
            return isBearer ? String.valueOf(AuthMetadataCodec.readBearerTokenAsCharArray(content)) : null;
        } catch (RuntimeException malformed) {
            throw new ValidationFailed("", "The metadata is not as it should be");
        }
    }

    private static @Nullable ByteBuf find(ByteBuf metadata, String type) {
        for (CompositeMetadata.Entry entry : new CompositeMetadata(metadata, false)) {
            if (type.equals(entry.getMimeType())) {
                return entry.getContent();
            }
        }
        return null;
    }
}
