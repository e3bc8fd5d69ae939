package io.ovation.client;

import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.rsocket.Payload;
import io.rsocket.metadata.AuthMetadataCodec;
import io.rsocket.metadata.CompositeMetadataCodec;
import io.rsocket.metadata.TaggingMetadataCodec;
import io.rsocket.metadata.WellKnownMimeType;
import io.rsocket.util.DefaultPayload;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is said, as RSocket carries it: JSON, with the route or the token in composite metadata. Immutable. */
final class Payloads {
    static final String DATA = "application/json";
    static final String METADATA = WellKnownMimeType.MESSAGE_RSOCKET_COMPOSITE_METADATA.getString();
    private static final byte[] NOTHING = new byte[0];

    private final JsonMapper json;

    Payloads(JsonMapper json) {
        this.json = json;
    }

    static Payload setup(String token) {
        ByteBuf bearer = AuthMetadataCodec.encodeBearerMetadata(UnpooledByteBufAllocator.DEFAULT, token.toCharArray());
        return DefaultPayload.create(NOTHING, composite(WellKnownMimeType.MESSAGE_RSOCKET_AUTHENTICATION, bearer));
    }

    Payload request(String route, Object body) {
        ByteBuf routing = TaggingMetadataCodec.createTaggingContent(UnpooledByteBufAllocator.DEFAULT, List.of(route));
        return DefaultPayload.create(
                json.writeValueAsBytes(body), composite(WellKnownMimeType.MESSAGE_RSOCKET_ROUTING, routing));
    }

    /** Reads an answer or a frame, and releases it. */
    JsonNode read(Payload payload) {
        String data = payload.getDataUtf8();
        payload.release();
        return json.readTree(data.isEmpty() ? "{}" : data);
    }

    private static byte[] composite(WellKnownMimeType type, ByteBuf content) {
        ByteBufAllocator allocator = UnpooledByteBufAllocator.DEFAULT;
        CompositeByteBuf metadata = allocator.compositeBuffer();
        try {
            CompositeMetadataCodec.encodeAndAddMetadata(metadata, allocator, type, content);
            return ByteBufUtil.getBytes(metadata);
        } finally {
            metadata.release();
        }
    }
}
