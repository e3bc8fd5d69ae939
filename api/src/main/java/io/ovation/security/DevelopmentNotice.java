package io.ovation.security;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Says at the start that tokens for development are on and what that means, so that nobody is surprised by it. */
@Component
final class DevelopmentNotice {
    private static final Logger log = LoggerFactory.getLogger(DevelopmentNotice.class);

    private final ObjectProvider<TokenIssuer> issuer;
    private final Origins origins;

    DevelopmentNotice(ObjectProvider<TokenIssuer> issuer, Origins origins) {
        this.issuer = issuer;
        this.origins = origins;
    }

    @EventListener(WebServerInitializedEvent.class)
    void on() {
        if (issuer.getIfAvailable() == null) {
            return;
        }
        if (origins.isAny()) {
            log.warn("Tokens for development are given to nobody while ovation.web.allowed-origins lets every page"
                    + " call");
        } else {
            log.warn("Tokens for development are on: any process on this machine becomes any user, and admin, by asking"
                    + " POST /api/dev/tokens. For a server that others reach, also through a proxy, turn them off with"
                    + " --ovation.security.dev-tokens=false or another profile than standalone");
        }
    }
}
