package io.ovation.bench;

import java.util.List;

/** One question to the server, and how to answer it. */
interface Scenario {
    /** All there are, in the order in which {@code all} runs them. */
    List<Scenario> ALL = List.of(
            new SendsScenario(),
            new BaselineScenario(),
            new LatencyScenario(),
            new IdleScenario(),
            new FanOutScenario(),
            new LastWatcherScenario(),
            new AudienceScenario(),
            new ResumeScenario(),
            new HistoryScenario(),
            new TopicsScenario(),
            new GrowthScenario(),
            new ConnectionsScenario(),
            new NodesScenario(),
            new HttpScenario(),
            new CompressionScenario(),
            new PresenceScenario(),
            new LikesScenario(),
            new TalliesScenario(),
            new CountersScenario(),
            new SoakScenario(),
            new ReplayScenario(),
            new FillScenario(),
            new JmhScenario());

    /** The word on the command line. */
    String name();

    /** One line: what it measures. */
    String what();

    /** Measures. Whatever is not exact, is a failure and not a figure: it throws. */
    Figures run(Options options) throws Exception;
}
