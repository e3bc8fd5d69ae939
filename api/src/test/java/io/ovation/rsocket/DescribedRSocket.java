package io.ovation.rsocket;

import io.ovation.wirecheck.WireDocuments;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.exceptions.ApplicationErrorException;
import io.rsocket.util.RSocketProxy;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A connection whose answers and frames have to be as the server's own documents say. Thread-safe. */
final class DescribedRSocket extends RSocketProxy {
    /** The head of the one entry of the metadata: its type, its length, and the length of the route. */
    private static final int BEFORE_ROUTE = 5;

    private final WireDocuments documents;

    DescribedRSocket(RSocket socket, WireDocuments documents) {
        super(socket);
        this.documents = documents;
    }

    @Override
    public Mono<Payload> requestResponse(Payload payload) {
        String route = route(payload);
        String data = payload.getDataUtf8();
        return super.requestResponse(payload)
                .doOnNext(answer -> documents.answer(route, data, answer.getDataUtf8()))
                .doOnError(ApplicationErrorException.class, error -> refused(route, error));
    }

    @Override
    public Flux<Payload> requestStream(Payload payload) {
        String route = route(payload);
        return super.requestStream(payload)
                .doOnNext(frame -> documents.frame(route, frame.getDataUtf8()))
                .doOnError(ApplicationErrorException.class, error -> refused(route, error));
    }

    private void refused(String route, ApplicationErrorException error) {
        documents.refusal(route, String.valueOf(error.getMessage()));
    }

    /** Empty where there is none. */
    private static String route(Payload payload) {
        String metadata = payload.getMetadataUtf8();
        return metadata.substring(Math.min(BEFORE_ROUTE, metadata.length()));
    }
}
