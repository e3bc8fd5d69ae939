package io.ovation.operation;

import org.axonframework.messaging.InterceptorChain;
import org.axonframework.messaging.Message;
import org.axonframework.messaging.MessageHandlerInterceptor;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.slf4j.MDC;

/** Puts the correlation id of a command or query beside each line that is logged while it is handled. */
final class LogCorrelation implements MessageHandlerInterceptor<Message<?>> {
    @Override
    public Object handle(UnitOfWork<? extends Message<?>> unitOfWork, InterceptorChain chain) throws Exception {
        Object id = unitOfWork.getMessage().getMetaData().get(Gateways.TRACE_ID);
        if (id == null) {
            return chain.proceed();
        }
        try (var line = MDC.putCloseable(Correlation.KEY, id.toString())) {
            return chain.proceed();
        }
    }
}
