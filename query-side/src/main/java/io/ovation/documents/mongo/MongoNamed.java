package io.ovation.documents.mongo;

import io.ovation.documents.HomeAddress;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** A MongoDB was named. */
final class MongoNamed implements Condition {
    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
        return HomeAddress.mongo(context.getEnvironment()) != null;
    }
}
