package io.ovation.client;

/** The example of {@link OvationClient}'s documentation, which a test holds to this. */
final class Example {
    private Example() {}

    static String fetchToken() {
        return "from your own backend";
    }

    static void chat(String id) {
        // begin
        OvationClient ada = OvationClient.of("https://chat.example.org", () -> fetchToken());
        Conversation tea = ada.conversation(id);
        tea.watch() // goes on across reconnects, each message once and in order
                .filter(frame -> frame.type().equals("message"))
                .subscribe(frame -> System.out.println(frame.text("sender") + ": " + frame.text("body")));
        tea.send("Hello") // waits while there is no connection, and is sent again until it is answered
                .subscribe(sent -> System.out.println("It is durable now, as number " + sent.seq()));
        // end
    }
}
