package io.ovation.documents.embedded;

import io.ovation.documents.HomeAddress;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** No MongoDB was named. */
final class NoMongo implements Condition {
    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
        return HomeAddress.mongo(context.getEnvironment()) == null;
    }
}
