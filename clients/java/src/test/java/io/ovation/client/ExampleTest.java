package io.ovation.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The example in the documentation of the client is code that compiles. */
class ExampleTest {
    private static final String PACKAGE = "java/io/ovation/client/";

    @Test
    void theExampleOfTheDocumentationIsTheOneThatCompiles() throws IOException {
        String source = Files.readString(Path.of("src/main/" + PACKAGE + "OvationClient.java"));
        String example = Files.readString(Path.of("src/test/" + PACKAGE + "Example.java"));
        String documented = source.substring(source.indexOf("<pre>{@code\n") + 12, source.indexOf("\n * }</pre>"))
                .replaceAll("(?m)^ \\* ?", "");
        String compiled = example.substring(example.indexOf("// begin\n") + 9, example.indexOf("        // end"))
                .stripTrailing()
                .stripIndent();

        assertThat(documented.strip()).isEqualTo(compiled.strip());
    }
}
