package io.ovation.architecture;

import java.time.Clock;
import java.time.Instant;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import io.ovation.StartupFailure;
import io.ovation.operation.Calls;
import io.ovation.operation.LineStream;
import io.ovation.operation.LiveStream;
import io.ovation.operation.Operation;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.spring.stereotype.Aggregate;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/** The rooms of {@code design.md}, and what may be known in which. */
@AnalyzeClasses(packages = "io.ovation", importOptions = ImportOption.DoNotIncludeTests.class)
class RoomsTest {
    private static final DescribedPredicate<JavaClass> SHARED_KERNEL = room("shared-kernel");
    private static final DescribedPredicate<JavaClass> COMMAND_SIDE = room("command-side");
    private static final DescribedPredicate<JavaClass> EMBEDDED_POSTGRES = room("embedded-postgres");
    private static final DescribedPredicate<JavaClass> CLUSTER = room("cluster");
    private static final DescribedPredicate<JavaClass> QUERY_SIDE = room("query-side");
    private static final DescribedPredicate<JavaClass> API = room("api");

    /** Of tests alone, and in no jar that runs. */
    private static final DescribedPredicate<JavaClass> WIRE_CHECK = room("wire-check");

    /** By where a class was built, for the packages have the same names everywhere. */
    private static DescribedPredicate<JavaClass> room(String name) {
        return describe("of " + name, type -> type.getSource()
                .map(source -> source.getUri().toString())
                .filter(uri -> uri.contains("/" + name + "/target/") || uri.contains("/ovation-" + name + "-"))
                .isPresent());
    }

    @ArchTest
    static final ArchRule everyRoomIsHere = classes()
            .that(resideInAPackage("io.ovation.."))
            .should(new ArchCondition<>("be of one of the rooms") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                    boolean known = SHARED_KERNEL
                            .or(EMBEDDED_POSTGRES)
                            .or(CLUSTER)
                            .or(COMMAND_SIDE)
                            .or(QUERY_SIDE)
                            .or(API)
                            .or(WIRE_CHECK)
                            .test(type);
                    events.add(new SimpleConditionEvent(
                            type, known, type.getName() + " is of no room: " + type.getSource()));
                }
            })
            .because("a class of no known room is held by none of the rules below: name its room here");

    @ArchTest
    static final ArchRule theKernelKnowsNoRoom = noClasses()
            .that(SHARED_KERNEL)
            .should()
            .dependOnClassesThat(
                    EMBEDDED_POSTGRES.or(CLUSTER).or(COMMAND_SIDE).or(QUERY_SIDE).or(API))
            .because(
                    "everybody speaks its language: what it needs belongs into it, and what only one room needs does "
                            + "not");

    @ArchTest
    static final ArchRule theKernelKnowsNoFramework = noClasses()
            .that(SHARED_KERNEL)
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                    "org.springframework..",
                    "reactor..",
                    "io.netty..",
                    "tools.jackson..",
                    "com.mongodb..",
                    "java.sql.."))
            .because("the language outlives the drivers: say it in records and Axon's annotations alone");

    @ArchTest
    static final ArchRule thePostgresOfOurOwnKnowsNobody = noClasses()
            .that(EMBEDDED_POSTGRES)
            .should()
            .dependOnClassesThat(COMMAND_SIDE.or(QUERY_SIDE).or(API))
            .because("it starts a server and knows nothing of what is stored in it");

    @ArchTest
    static final ArchRule theClusterKnowsTheKernelAlone = noClasses()
            .that(CLUSTER)
            .should()
            .dependOnClassesThat(EMBEDDED_POSTGRES.or(COMMAND_SIDE).or(QUERY_SIDE).or(API))
            .because("it brings commands to nodes, whatever they are, and the rooms know other nodes by Nodes alone");

    @ArchTest
    static final ArchRule nobodyKnowsTheCluster = noClasses()
            .that(COMMAND_SIDE.or(QUERY_SIDE).or(API).or(EMBEDDED_POSTGRES))
            .should()
            .dependOnClassesThat(CLUSTER)
            .because("a node alone is the same code: what a room asks of others is in Nodes, of the shared kernel");

    @ArchTest
    static final ArchRule theStoreKnowsNoContext = noClasses()
            .that(COMMAND_SIDE.and(resideInAnyPackage("io.ovation.eventstore..", "io.ovation.commands..")))
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                    "io.ovation.conversation..",
                    "io.ovation.content..",
                    "io.ovation.presence..",
                    "io.ovation.inbox..",
                    "io.ovation.access..",
                    "io.ovation.people..",
                    "io.ovation.replay.."))
            .because("a context says what is its own with a bean: a shape of JSON, or which commands are joined");

    @ArchTest
    static final ArchRule decidingKnowsNothingOfTelling = noClasses()
            .that(COMMAND_SIDE)
            .should()
            .dependOnClassesThat(QUERY_SIDE.or(API))
            .because(
                    "what is decided never depends on a read model or a transport: send what both need through the "
                            + "shared kernel");

    @ArchTest
    static final ArchRule decidingKnowsNoTransport = noClasses()
            .that(COMMAND_SIDE)
            .should()
            .dependOnClassesThat(
                    resideInAnyPackage("com.mongodb..", "org.springframework.web..", "io.rsocket..", "reactor.netty.."))
            .because("a read model belongs to the query side and a transport to the api");

    @ArchTest
    static final ArchRule tellingKnowsNothingOfDeciding = noClasses()
            .that(QUERY_SIDE)
            .should()
            .dependOnClassesThat(COMMAND_SIDE.or(EMBEDDED_POSTGRES).or(API))
            .because("a read model knows events alone: put what it needs into the event");

    @ArchTest
    static final ArchRule tellingKnowsNoTransport = noClasses()
            .that(QUERY_SIDE)
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                    "org.springframework.web..", "io.rsocket..", "reactor.netty..", "org.postgresql.."))
            .because(
                    "the query side answers queries: HTTP, SSE and RSocket are the api's, and the event store's "
                            + "tables the command side's");

    @ArchTest
    static final ArchRule theEdgeKnowsNeitherSide = noClasses()
            .that(API)
            .should()
            .dependOnClassesThat(COMMAND_SIDE.or(QUERY_SIDE).or(EMBEDDED_POSTGRES))
            .because("the edge asks by the records of the shared kernel, through Axon's gateways");

    @ArchTest
    static final ArchRule theEdgeKnowsNoStore = noClasses()
            .that(API)
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                    "com.mongodb..", "org.postgresql..", "javax.sql..", "org.axonframework.eventsourcing.."))
            .because("what is stored is asked for by a query");

    @ArchTest
    static final ArchRule oneFeatureServesEveryTransport = noClasses()
            .that(API.and(resideInAnyPackage(
                    "io.ovation.conversation..",
                    "io.ovation.content..",
                    "io.ovation.presence..",
                    "io.ovation.inbox..",
                    "io.ovation.access..",
                    "io.ovation.people..",
                    "io.ovation.replay..")))
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                    "io.ovation.http..",
                    "io.ovation.sse..",
                    "io.ovation.rsocket..",
                    "io.rsocket..",
                    "org.springframework.web.."))
            .because("a feature is told once, as operations and streams, and every edge serves it");

    @ArchTest
    static final ArchRule everyRequestDrawsOnItsUsersAllowance = noClasses()
            .that(not(belongToAnyOf(Calls.class)))
            .should()
            .callMethod(Operation.class, "handler")
            .orShould()
            .callMethod(LiveStream.class, "handler")
            .orShould()
            .callMethod(LineStream.class, "handler")
            .because("io.ovation.operation.Calls draws what a request costs before the feature does anything");

    @ArchTest
    static final ArchRule theSidesAreReachedThroughTheGateways = noClasses()
            .that(API.and(not(resideInAnyPackage("io.ovation.operation..", "io.ovation.live.."))))
            .should()
            .dependOnClassesThat(
                    resideInAnyPackage("org.axonframework.commandhandling..", "org.axonframework.queryhandling.."))
            .because("io.ovation.operation.Gateways passes the correlation id on and never blocks");

    @ArchTest
    static final ArchRule noPackageOfTheEdgeGoesRound = slices().assignedFrom(new SliceAssignment() {
                @Override
                public SliceIdentifier getIdentifierOf(JavaClass type) {
                    return API.test(type) ? SliceIdentifier.of(type.getPackageName()) : SliceIdentifier.ignore();
                }

                @Override
                public String getDescription() {
                    return "packages of the api";
                }
            })
            .should()
            .beFreeOfCycles()
            .because("packages that need each other are one package: move what both need to the lower one");

    @ArchTest
    static final ArchRule noPackageOfTheCommandSideGoesRound = slices().assignedFrom(new SliceAssignment() {
                @Override
                public SliceIdentifier getIdentifierOf(JavaClass type) {
                    return COMMAND_SIDE.test(type)
                            ? SliceIdentifier.of(type.getPackageName())
                            : SliceIdentifier.ignore();
                }

                @Override
                public String getDescription() {
                    return "packages of the command side";
                }
            })
            .should()
            .beFreeOfCycles()
            .because("packages that need each other are one package: move what both need to the lower one");

    @ArchTest
    static final ArchRule nothingBlocksButWhereItMay = noClasses()
            .that(API)
            .should()
            .callMethodWhere(describe(
                    "waits for a publisher",
                    call -> call.getTargetOwner().getName().startsWith("reactor.core.publisher.")
                            && call.getTarget().getName().startsWith("block")))
            .orShould()
            .callMethod(Thread.class, "sleep", long.class)
            .because("the edge runs on event loops: compose publishers, and use a timer of Reactor's to wait");

    @ArchTest
    static final ArchRule eventsAreOnlyAssigned = noClasses()
            .that(COMMAND_SIDE.and(describe("evolve by events", type -> type.getMethods().stream()
                    .anyMatch(method -> method.isAnnotatedWith(EventSourcingHandler.class)))))
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethodWhere(
                    describe("ask a clock", call -> call.getTargetOwner().isAssignableTo(Clock.class)))
            .because("an aggregate is the same on every replay: times and ids come in with the command");

    @ArchTest
    static final ArchRule aggregatesWaitWithoutSearching = classes()
            .that()
            .areAnnotatedWith(Aggregate.class)
            .should(new ArchCondition<>("be locked by the aggregateLock") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                    String lock = type.getAnnotationOfType(Aggregate.class).lockFactory();
                    events.add(new SimpleConditionEvent(
                            type, lock.equals("aggregateLock"), type.getName() + " is locked by '" + lock + "'"));
                }
            })
            .because(
                    "Axon's own lock factory looks through all locks in use for a deadlock, a hundred times a second "
                            + "for each command that waits");

    @ArchTest
    static final ArchRule handlersAreTheRoomsOwn = methods()
            .that()
            .areAnnotatedWith(CommandHandler.class)
            .or()
            .areAnnotatedWith(EventSourcingHandler.class)
            .should()
            .notBePublic()
            .because("a handler is called by Axon alone: send the command instead");

    @ArchTest
    static final ArchRule rejectionsAreTyped = noClasses()
            .that(COMMAND_SIDE.or(QUERY_SIDE).or(API))
            .and()
            .doNotHaveFullyQualifiedName("io.ovation.operation.Problems")
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("org.axonframework.commandhandling.CommandExecutionException")
            .because(
                    "a rejection is a type of its own with a code of the contract; only "
                            + "io.ovation.operation.Problems unwraps Axon's");

    @ArchTest
    static final ArchRule reasonsNotToStartAreExceptions = classes()
            .that()
            .implement(StartupFailure.class)
            .should()
            .beAssignableTo(RuntimeException.class)
            .because("io.ovation.start looks for them in the chain of causes");

    @ArchTest
    static final ArchRule settingsNeverChange = fields().that()
            .areDeclaredInClassesThat()
            .areAnnotatedWith("org.springframework.boot.context.properties.ConfigurationProperties")
            .should()
            .haveModifier(JavaModifier.FINAL)
            .because(
                    "settings are records: docs/configuration.md is made of them, and who reads them twice reads the "
                            + "same");

    @ArchTest
    static final ArchRule nothingIsPrinted = noClasses()
            .that(not(resideInAnyPackage("io.ovation.start", "io.ovation.backup")))
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err")
            .because("what is to be read goes to the log; only io.ovation.start speaks to who started the server, and"
                    + " io.ovation.backup is a command of its own");
}
