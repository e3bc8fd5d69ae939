package io.ovation.security;

import java.net.MalformedURLException;
import java.time.Clock;
import java.util.List;
import java.util.Objects;

import com.nimbusds.jose.JOSEException;
import io.ovation.ValidationFailed;
import io.ovation.limits.LimitSettings;
import io.ovation.operation.Feature;
import io.ovation.operation.LiveStream;
import io.ovation.security.TokenVerifier.Trust;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.NoneNestedConditions;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.core.env.Environment;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.HttpHandlerDecoratorFactory;
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
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

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

    private static final List<String> THIS_MACHINE = List.of("127.0.0.0/8", "::1");
    private static final Logger log = LoggerFactory.getLogger(SecurityConfiguration.class);

    private static final String PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";

    @Bean
    SignOuts signedOutTokens() {
        return new SignOuts();
    }

    @Bean
    Origins origins(WebSettings settings) {
        return new Origins(settings);
    }

    @Bean
    SecurityWebFilterChain httpSecurity(
            ServerHttpSecurity http,
            TokenVerifier verifier,
            Origins origins,
            TokenSettings settings,
            List<Feature> features) {
        // no request is ever authenticated by what a browser sends of itself, so none can be forged across sites
        return http.csrf(ServerHttpSecurity.CsrfSpec::disable)
                .formLogin(ServerHttpSecurity.FormLoginSpec::disable)
                .httpBasic(ServerHttpSecurity.HttpBasicSpec::disable)
                .logout(ServerHttpSecurity.LogoutSpec::disable)
                .anonymous(ServerHttpSecurity.AnonymousSpec::disable)
                .securityContextRepository(NoOpServerSecurityContextRepository.getInstance())
                .requestCache(cache -> cache.requestCache(NoOpServerRequestCache.getInstance()))
                // ours sees what the browser sees, and answers with problems
                .cors(ServerHttpSecurity.CorsSpec::disable)
                .addFilterAt(new OriginFilter(origins), SecurityWebFiltersOrder.CORS)
                .headers(SecurityConfiguration::headers)
                .addFilterAt(new BearerTokenFilter(verifier, streams(features)), SecurityWebFiltersOrder.AUTHENTICATION)
                .authorizeExchange(exchanges -> exchanges
                        .pathMatchers("/actuator/health/liveness", "/actuator/health/readiness")
                        .permitAll()
                        .pathMatchers("/actuator/prometheus")
                        .access((caller, context) -> scrape(caller, context, settings.openMetrics()))
                        .pathMatchers("/actuator/**", "/actuator")
                        .hasRole("admin")
                        .pathMatchers(HttpMethod.POST, "/api/dev/tokens")
                        .permitAll()
                        // what they say is in every client
                        .pathMatchers(HttpMethod.GET, "/api/openapi.json", "/api/asyncapi.json")
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

    private static Mono<AuthorizationResult> scrape(
            Mono<Authentication> caller, AuthorizationContext context, boolean open) {
        return open && Peer.isOnThisMachine(context.getExchange().getRequest())
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

    private static List<PathPattern> streams(List<Feature> features) {
        return features.stream()
                .flatMap(feature -> feature.streams().stream())
                .map(LiveStream::path)
                .filter(Objects::nonNull)
                .map(PathPatternParser.defaultInstance::parse)
                .toList();
    }

    @Bean
    HttpHandlerDecoratorFactory tokensOutOfAddresses() {
        return new TokensOutOfAddresses();
    }

    /**
     * In the place of Reactor Netty's own handling, which believes the first address of the header, whoever has written
     * it, and looks up names.
     */
    @Bean
    WebServerFactoryCustomizer<NettyReactiveWebServerFactory> forwarded(WebSettings settings, Environment environment) {
        boolean asBefore =
                "native".equalsIgnoreCase(environment.getProperty("server.forward-headers-strategy", "none"));
        TrustedProxies proxies = new TrustedProxies(
                settings.trustedProxies().isEmpty() && asBefore ? THIS_MACHINE : settings.trustedProxies());
        return factory -> factory.addServerCustomizers(
                server -> proxies.isEmpty() ? server : server.forwarded(proxies::seen));
    }

    /** Tokens signed by others. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty("ovation.security.jwks-uri")
    static class Published {
        @Bean
        KeySet keySet(TokenSettings settings) {
            try {
                return new KeySet(Objects.requireNonNull(settings.jwksUri()));
            } catch (MalformedURLException | IllegalArgumentException none) {
                throw new SecretUnusable("ovation.security.jwks-uri is no address of a key set");
            }
        }

        @Bean
        TokenVerifier tokenVerifier(
                KeySet keys, TokenSettings settings, LimitSettings limits, Clock clock, SignOuts signOuts) {
            if (settings.issuer() == null) {
                log.warn("Tokens of any issuer are taken whose key is in the key set; ovation.security.issuer names"
                        + " the one that is meant");
            }
            return new TokenVerifier(new Trust(keys, claims(settings, limits, clock)), null, signOuts);
        }
    }

    /** Tokens signed with a secret that is ours too. */
    @Configuration(proxyBeanMethods = false)
    @Conditional(WithoutKeySet.class)
    static class SharedSecret {
        @Bean
        Signers tokenSigners(TokenSettings settings, DataSettings place) {
            return TokenSecret.signers(settings, place.data(), Schedulers.boundedElastic());
        }

        @Bean
        TokenVerifier tokenVerifier(
                TokenSettings settings,
                Signers signers,
                LimitSettings limits,
                Clock clock,
                SignOuts signOuts,
                ObjectProvider<TokenIssuer> development) {
            TokenIssuer issuer = development.getIfAvailable();
            Trust ours = issuer == null
                    ? null
                    : new Trust(
                            issuer.signers(),
                            new TokenClaims(
                                    TokenIssuer.ISSUER, null, settings.clockSkew(), limits.userLength(), clock));
            return new TokenVerifier(
                    new Trust(signers, claims(settings, limits, clock)),
                    ours,
                    signOuts);
        }

        @Bean
        @Profile("standalone")
        @ConditionalOnBooleanProperty(name = "ovation.security.dev-tokens", matchIfMissing = true)
        TokenIssuer tokenIssuer(DataSettings place, Clock clock) throws JOSEException {
            return new TokenIssuer(TokenSecret.forDevelopment(place.data()), clock);
        }
    }

    private static TokenClaims claims(TokenSettings settings, LimitSettings limits, Clock clock) {
        return new TokenClaims(
                settings.issuer(), settings.audience(), settings.clockSkew(), limits.userLength(), clock);
    }

    static class WithoutKeySet extends NoneNestedConditions {
        WithoutKeySet() {
            super(ConfigurationPhase.REGISTER_BEAN);
        }

        @ConditionalOnProperty("ovation.security.jwks-uri")
        static class WithKeySet {}
    }
}
