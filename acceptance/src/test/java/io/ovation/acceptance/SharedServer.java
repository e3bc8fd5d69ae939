package io.ovation.acceptance;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** One server with the default settings for all tests that need no more, and for each test the {@link People} on it. */
final class SharedServer implements ParameterResolver {
    private static final Namespace OVATION = Namespace.create(SharedServer.class);

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
                .computeIfAbsent(
                        OvationServer.class, _ -> OvationServer.fresh("shared").start(), OvationServer.class);
        return parameter.getParameter().getType() == OvationServer.class
                ? server
                : context.getStore(OVATION).computeIfAbsent(People.class, _ -> new People(server), People.class);
    }
}
