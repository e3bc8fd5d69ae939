package io.ovation.bench;

import java.util.LinkedHashMap;
import java.util.Map;

import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** The micro-benchmarks: what one step of the way of a message costs by itself. */
final class JmhScenario implements Scenario {
    @Override
    public String name() {
        return "jmh";
    }

    @Override
    public String what() {
        return "micro-benchmarks of the emitter, the encoder and the aggregate (not part of 'all')";
    }

    @Override
    public Figures run(Options options) throws Exception {
        Figures figures = new Figures();
        var plan = new OptionsBuilder()
                .include("io\\.ovation\\..*Benchmark")
                .forks(1)
                .shouldFailOnError(true)
                .build();
        for (RunResult run : new Runner(plan).run()) {
            Result<?> result = run.getPrimaryResult();
            Map<String, Object> step = new LinkedHashMap<>();
            step.put("benchmark", run.getParams().getBenchmark().replaceAll(".*\\.(\\w+\\.\\w+)$", "$1"));
            run.getParams()
                    .getParamsKeys()
                    .forEach(key -> step.put(key, run.getParams().getParam(key)));
            step.put("score", Math.round(result.getScore() * 1000) / 1000.0);
            step.put("error", Math.round(result.getScoreError() * 1000) / 1000.0);
            step.put("unit", result.getScoreUnit());
            figures.step(step);
        }
        return figures;
    }
}
