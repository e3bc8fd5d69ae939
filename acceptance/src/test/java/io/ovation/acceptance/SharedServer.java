package io.ovation.acceptance;

import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * One server with the default settings for all tests that need no more, and for each test the {@link People} on it.
 * With {@code -Dovation.nodes=3} these are so many nodes, and each request and connection goes to the next one; with
 * {@code -Dovation.nodes.sharing=true} they share the read models, too.
 */
final class SharedServer implements ParameterResolver {
    private static final Namespace OVATION = Namespace.create(SharedServer.class);
    private static final int NODES = Integer.getInteger("ovation.nodes", 1);

    /** Leaves a test out that holds for one node alone. */
    static void needsOneNode(String why) {
        assumeTrue(NODES == 1, why);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == People.class || type == OvationServer.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        // the stores close what they hold, the test's at its end and the root's at the end of all
        OvationServer server = context.getRoot()
                .getStore(OVATION)
                .computeIfAbsent(Shared.class, _ -> Shared.start(), Shared.class)
                .server();
        return parameter.getParameter().getType() == OvationServer.class
                ? server
                : context.getStore(OVATION).computeIfAbsent(People.class, _ -> new People(server), People.class);
    }

    /** What all tests share. */
    private record Shared(OvationServer server, List<AutoCloseable> all) implements AutoCloseable {
        static Shared start() {
            if (NODES == 1) {
                OvationServer server = OvationServer.fresh("shared").start();
                return new Shared(server, List.of(server));
            }
            assumeTrue(RoundRobin.program() != null, "nginx is not installed: nothing is before the nodes");
            try {
                NodeCluster cluster = Boolean.getBoolean("ovation.nodes.sharing")
                        ? NodeCluster.sharing(NODES)
                        : NodeCluster.start(NODES);
                RoundRobin balancer = RoundRobin.before(IntStream.range(0, NODES)
                        .mapToObj(i -> cluster.node(i).port())
                        .toList());
                return new Shared(cluster.node(0).behind(balancer.port()), List.of(balancer, cluster));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close() throws Exception {
            for (AutoCloseable each : all) {
                each.close();
            }
        }
    }
}
