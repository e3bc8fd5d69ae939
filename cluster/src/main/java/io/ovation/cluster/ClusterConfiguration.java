package io.ovation.cluster;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;

import org.axonframework.commandhandling.CommandBus;
import org.axonframework.serialization.Serializer;
import org.jgroups.JChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** A node alone, or one of several. */
@AutoConfiguration
@EnableConfigurationProperties(ClusterSettings.class)
class ClusterConfiguration {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterConfiguration.class);
    private static final String CLUSTER = "ovation";

    /** One node after the other joins: two that look for others at the same time would find nobody. */
    private static final String ONE_AT_A_TIME =
            "SET statement_timeout = '15s'; SET lock_timeout = '15s'; SELECT pg_advisory_lock(1331052885)";

    private static final int TURN_MILLIS = 20_000;

    /**
     * The nodes.
     *
     * @param database where they find each other, which is the event store's
     */
    @Bean
    Nodes nodes(
            ClusterSettings settings,
            @Qualifier("clusterDatabase") ObjectProvider<DataSource> database,
            @Qualifier("messageSerializer") ObjectProvider<Serializer> serializer) {
        if (!settings.joins()) {
            return Nodes.ALONE;
        }
        return new JGroupsNodes(
                prepared -> join(settings, database.getObject(), prepared),
                new CommandEnvelope(serializer.getObject()),
                new Seal(String.valueOf(settings.secret())));
    }

    private static JChannel join(ClusterSettings settings, DataSource database, UnaryOperator<JChannel> prepared)
            throws Exception {
        JChannel channel = prepared.apply(new JChannel(Stack.of(settings, database)));
        channel.setDiscardOwnMessages(true);
        try (Connection turn = database.getConnection();
                Statement statement = turn.createStatement()) {
            turn.setNetworkTimeout(Runnable::run, TURN_MILLIS);
            try {
                statement.execute(ONE_AT_A_TIME);
            } catch (SQLException e) {
                LOG.warn("Another node takes long to join; this one joins beside it");
            }
            channel.connect(CLUSTER);
        }
        return channel;
    }

    /** Opens this node for the commands of others, last of all, and closes it first. */
    @Bean
    OpenForCommands openForCommands(Nodes nodes) {
        return new OpenForCommands(nodes);
    }

    /** Puts the way to the other nodes before the command bus. */
    @Bean
    static BeanPostProcessor routedCommandBus(ObjectProvider<Nodes> nodes) {
        return new BeanPostProcessor() {
            @Override
            public Object postProcessAfterInitialization(Object bean, String name) {
                return name.equals("commandBus")
                                && bean instanceof CommandBus bus
                                && nodes.getObject() instanceof JGroupsNodes several
                        ? new RoutedCommandBus(bus, several)
                        : bean;
            }
        };
    }
}
