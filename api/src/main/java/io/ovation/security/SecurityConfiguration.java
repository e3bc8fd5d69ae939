package io.ovation.security;

import java.time.Clock;
import java.util.List;
import java.util.Objects;
import javax.crypto.SecretKey;

import com.nimbusds.jose.JOSEException;
import io.ovation.ValidationFailed;
import io.ovation.limits.LimitSettings;
import io.ovation.operation.Feature;
import io.ovation.operation.LiveStream;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.NoneNestedConditions;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.http.HttpMethod;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationResult;
import org.springframework.security.config.web.server.SecurityWebFiltersOrder;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.authorization.AuthorizationContext;
import org.springframework.security.web.server.context.NoOpServerSecurityContextRepository;
import org.springframework.security.web.server.firewall.ServerExchangeRejectedHandler;
import org.springframework.security.web.server.firewall.ServerWebExchangeFirewall;
import org.springframework.security.web.server.firewall.StrictServerWebExchangeFirewall;
import org.springframework.security.web.server.header.ReferrerPolicyServerHttpHeadersWriter.ReferrerPolicy;
import org.springframework.security.web.server.header.XFrameOptionsServerHttpHeadersWriter.Mode;
import org.springframework.security.web.server.savedrequest.NoOpServerRequestCache;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.reactive.CorsConfigurationSource;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import reactor.core.publisher.Mono;

/** Who may reach what over HTTP. What a caller may do with a conversation is not decided here but where it is known. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({DataSettings.class, TokenSettings.class, WebSettings.class})
class SecurityConfiguration {
    /** The page has no inline script or style; {@code 'self'} lets it open a WebSocket to its own host too. */
    private static final String PAGE_POLICY = String.join(
            "; ",
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'");

    private static final String PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";

    @Bean
    Origins origins(WebSettings settings) {
        return new Origins(settings);
    }

    @Bean
    SecurityWebFilterChain httpSecurity(
            ServerHttpSecurity http, TokenVerifier verifier, Origins origins, List<Feature> features) {
        // no request is ever authenticated by what a browser sends of itself, so none can be forged across sites
        return http.csrf(ServerHttpSecurity.CsrfSpec::disable)
                .formLogin(ServerHttpSecurity.FormLoginSpec::disable)
                .httpBasic(ServerHttpSecurity.HttpBasicSpec::disable)
                .logout(ServerHttpSecurity.LogoutSpec::disable)
                .anonymous(ServerHttpSecurity.AnonymousSpec::disable)
                .securityContextRepository(NoOpServerSecurityContextRepository.getInstance())
                .requestCache(cache -> cache.requestCache(NoOpServerRequestCache.getInstance()))
                .cors(cors -> cors.configurationSource(crossOrigin(origins)))
                .headers(SecurityConfiguration::headers)
                .addFilterAt(new BearerTokenFilter(verifier, streams(features)), SecurityWebFiltersOrder.AUTHENTICATION)
                .authorizeExchange(exchanges -> exchanges
                        .pathMatchers("/actuator/health/liveness", "/actuator/health/readiness")
                        .permitAll()
                        .pathMatchers("/actuator/prometheus")
                        .access(SecurityConfiguration::scrape)
                        .pathMatchers("/actuator/**", "/actuator")
                        .hasRole("admin")
                        .pathMatchers(HttpMethod.POST, "/api/dev/tokens")
                        .permitAll()
                        .pathMatchers("/api/**", "/api")
                        .authenticated()
                        .anyExchange()
                        .permitAll())
                .exceptionHandling(handling -> handling.authenticationEntryPoint(
                                (exchange, e) -> Mono.error(Unauthenticated.noToken()))
                        .accessDeniedHandler((exchange, e) -> Mono.error(new Forbidden("This needs another role"))))
                .build();
    }

    /**
     * Ids of people stand in the paths of the API, and may hold whatever the default takes for an attack on a file
     * system: there is none behind these paths. What they name is looked up as it stands, in the very form that was
     * authorized.
     */
    @Bean
    ServerWebExchangeFirewall firewall() {
        StrictServerWebExchangeFirewall strict = new StrictServerWebExchangeFirewall();
        strict.setUnsafeAllowAnyHttpMethod(true); // an unknown method is answered by the routes, as the contract says
        return exchange -> exchange.getRequest().getURI().getRawPath().startsWith("/api/")
                ? Mono.just(exchange)
                : strict.getFirewalledExchange(exchange);
    }

    @Bean
    ServerExchangeRejectedHandler refusedByFirewall() {
        return (exchange, refused) ->
                Mono.error(new ValidationFailed("", "The request holds characters that no request may hold"));
    }

    private static Mono<AuthorizationResult> scrape(Mono<Authentication> caller, AuthorizationContext context) {
        return Peer.isOnThisMachine(context.getExchange().getRequest())
                ? Mono.just(new AuthorizationDecision(true))
                : caller.map(authenticated -> new AuthorizationDecision(authenticated.getAuthorities().stream()
                        .anyMatch(granted -> "ROLE_admin".equals(granted.getAuthority()))));
    }

    private static void headers(ServerHttpSecurity.HeaderSpec headers) {
        headers.contentSecurityPolicy(policy -> policy.policyDirectives(PAGE_POLICY))
                .frameOptions(frame -> frame.mode(Mode.DENY))
                .referrerPolicy(referrer -> referrer.policy(ReferrerPolicy.NO_REFERRER))
                .permissionsPolicy(permissions -> permissions.policy(PERMISSIONS));
    }

    private static CorsConfigurationSource crossOrigin(Origins origins) {
        if (origins.others().isEmpty()) {
            return exchange -> null;
        }
        CorsConfiguration configuration = new CorsConfiguration();
        configuration.setAllowedOrigins(origins.others());
        configuration.setAllowedMethods(List.of("GET", "POST", "PUT", "PATCH", "DELETE"));
        configuration.setAllowedHeaders(List.of("Authorization", "Content-Type", "Last-Event-ID", "X-Correlation-Id"));
        configuration.setExposedHeaders(List.of("Retry-After", "WWW-Authenticate", "X-Correlation-Id"));
        configuration.setMaxAge(600L);
        return exchange -> configuration;
    }

    private static List<PathPattern> streams(List<Feature> features) {
        return features.stream()
                .flatMap(feature -> feature.streams().stream())
                .map(LiveStream::path)
                .filter(Objects::nonNull)
                .map(PathPatternParser.defaultInstance::parse)
                .toList();
    }

    /** Tokens signed by others. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty("ovation.security.jwks-uri")
    static class KeySet {
        @Bean
        TokenVerifier tokenVerifier(TokenSettings settings, LimitSettings limits) {
            return TokenVerifier.keySet(String.valueOf(settings.jwksUri()), settings, limits.userLength());
        }
    }

    /** Tokens signed with a secret that is ours too. */
    @Configuration(proxyBeanMethods = false)
    @Conditional(WithoutKeySet.class)
    static class SharedSecret {
        private final SecretKey key;

        SharedSecret(TokenSettings settings, DataSettings place) {
            this.key = TokenSecret.of(settings.jwtSecret(), place.data());
        }

        @Bean
        TokenVerifier tokenVerifier(TokenSettings settings, LimitSettings limits) {
            return TokenVerifier.sharedSecret(key, settings, limits.userLength());
        }

        @Bean
        @Profile("standalone")
        @ConditionalOnBooleanProperty(name = "ovation.security.dev-tokens", matchIfMissing = true)
        TokenIssuer tokenIssuer(Clock clock) throws JOSEException {
            return new TokenIssuer(key, clock);
        }
    }

    static class WithoutKeySet extends NoneNestedConditions {
        WithoutKeySet() {
            super(ConfigurationPhase.REGISTER_BEAN);
        }

        @ConditionalOnProperty("ovation.security.jwks-uri")
        static class WithKeySet {}
    }
}
