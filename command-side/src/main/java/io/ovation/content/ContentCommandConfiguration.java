package io.ovation.content;

import java.time.Clock;
import java.util.Map;

import io.ovation.cluster.Nodes;
import io.ovation.commands.AggregateCaches;
import io.ovation.commands.OwnTypeFactory;
import io.ovation.commands.Turn;
import io.ovation.commands.Turns;
import io.ovation.content.ContentCommand.AddComment;
import io.ovation.content.ContentCommand.EditContent;
import io.ovation.content.ContentCommand.RedactComment;
import io.ovation.content.ContentCommand.RetractContent;
import io.ovation.conversation.ReadableMessages;
import io.ovation.eventstore.EventShape;
import io.ovation.eventstore.RecordedEvents;
import org.axonframework.common.caching.Cache;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.modelling.command.Repository;
import org.axonframework.serialization.upcasting.event.EventUpcaster;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.DependsOn;
import org.springframework.context.annotation.Import;

/** Contents, reactions and tallies of the command side. */
@AutoConfiguration(beforeName = "org.axonframework.springboot.autoconfig.AxonAutoConfiguration")
@EnableConfigurationProperties(TallySettings.class)
@Import({Applause.class, Content.class, Reaction.class, Tally.class})
class ContentCommandConfiguration {
    @Bean
    Cache reactionCache(AggregateCaches caches) {
        return caches.named("reactions");
    }

    @Bean
    EventUpcaster contentEventsUpcaster() {
        return new ContentEventsUpcaster();
    }

    @Bean
    EventShape targetShape() {
        return new TargetShape();
    }

    @Bean
    Turns contentTurns() {
        return new Turns(Map.of(
                AddComment.class, Turn.TOGETHER,
                EditContent.class, Turn.ALONE,
                RetractContent.class, Turn.ALONE,
                RedactComment.class, Turn.ALONE));
    }

    @Bean
    OwnTypeFactory<Content> contentAggregateFactory() {
        return new OwnTypeFactory<>(Content.class, Content::new);
    }

    @Bean
    Cache contentCache(AggregateCaches caches) {
        return caches.decidedByOne("contents");
    }

    @Bean
    Cache tallyCache(AggregateCaches caches) {
        return caches.named("tallies");
    }

    @Bean
    PublishContentHandler publishContentHandler(Repository<Content> contentRepository, RecordedEvents recorded) {
        return new PublishContentHandler(contentRepository, recorded);
    }

    @Bean
    Targets targets(
            EventStore eventStore, RecordedEvents recorded, ReadableMessages messages, ObjectProvider<Nodes> nodes) {
        return new Targets(eventStore, recorded, messages, nodes.getIfAvailable(() -> Nodes.ALONE));
    }

    @Bean
    ReactionHandler reactionHandler(Repository<Reaction> reactionRepository, Targets targets) {
        return new ReactionHandler(reactionRepository, targets);
    }

    @Bean
    ApplauseHandler applauseHandler(
            Repository<Applause> applauseRepository, RecordedEvents recorded, Targets targets) {
        return new ApplauseHandler(applauseRepository, recorded, targets);
    }

    /** It ends, with a last flush, before the store does. */
    @Bean(destroyMethod = "close")
    @DependsOn({"groupCommit", "eventStoreReads"})
    Tallies tallies(Repository<Tally> tallyRepository, RecordedEvents recorded, TallySettings settings) {
        TallyRecorder recorder = new TallyRecorder(tallyRepository, recorded);
        return new Tallies(recorder, Clock.systemUTC(), settings.flushInterval(), settings.countedTargets());
    }

    @Bean
    TallyHandler tallyHandler(Targets targets, Tallies tallies) {
        return new TallyHandler(targets, tallies);
    }
}
