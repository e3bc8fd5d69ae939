package io.ovation.presence;

import java.nio.file.Path;
import java.time.Clock;

import io.ovation.cluster.Nodes;
import io.ovation.operation.Gateways;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.scheduler.Schedulers;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(PresenceSettings.class)
class PresenceConfiguration {
    @Bean(destroyMethod = "close")
    NodeIdentity nodeIdentity(@Value("${ovation.data:./data}") Path data) {
        return NodeIdentity.in(data);
    }

    @Bean
    Attendance attendance(
            Gateways gateways, NodeIdentity node, PresenceSettings settings, Clock clock, Nodes nodes) {
        Attendance attendance =
                new Attendance(gateways, node.id(), settings.grace(), clock, Schedulers.parallel(), nodes::isHere);
        nodes.onLeft(node.id(), attendance::closeSessionsOf);
        nodes.onBack(attendance::openAgain);
        return attendance;
    }

    @Bean
    AbsentNodes absentNodes(Gateways gateways, Nodes nodes, Attendance attendance) {
        return new AbsentNodes(gateways, nodes, attendance::closeSessionsOf, Schedulers.parallel());
    }
}
