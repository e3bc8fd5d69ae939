package io.ovation.conversation;

import java.util.List;

import io.ovation.limits.Cost;
import io.ovation.live.Frame;
import io.ovation.live.Topic;
import io.ovation.live.Watches;
import io.ovation.live.WireFrame;
import io.ovation.operation.Call;
import io.ovation.operation.Description;
import io.ovation.operation.Feature;
import io.ovation.operation.LiveStream;
import io.ovation.operation.Operation;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;

/** The caller's own list of conversations, live: nobody can name another's. Thread-safe: it holds nothing. */
@Component
final class ConversationListFeature implements Feature {
    /** A stream, and the page of the list that it begins with. */
    private static final Cost<Object> LIST = Cost.of(4);

    private final Watches watches;

    ConversationListFeature(Watches watches) {
        this.watches = watches;
    }

    @Override
    public List<Operation<?>> operations() {
        return List.of();
    }

    @Override
    public List<Description> descriptions() {
        return List.of(Description.of("conversations.watch", "One's list of conversations, live")
                .tells(Frame.Listed.class, Frame.Unlisted.class, Frame.Summary.class));
    }

    @Override
    public List<LiveStream<?>> streams() {
        return List.of(new LiveStream<>(
                "/api/conversations/stream", "conversations.watch", LiveStream.From.class, LIST, this::watch));
    }

    private Flux<WireFrame> watch(Call<LiveStream.From> call) {
        return watches.watch(
                Topic.conversations(call.caller().user()), call.body().after(), call.standing());
    }
}
