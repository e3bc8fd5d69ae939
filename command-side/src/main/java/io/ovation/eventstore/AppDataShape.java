package io.ovation.eventstore;

import io.ovation.AppData;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

/** The app's own data in events: as the JSON that it is, with its keys in order and its numbers in their digits. */
final class AppDataShape implements EventShape {
    @Override
    public void addTo(JsonMapper.Builder json) {
        json.addModule(new SimpleModule("app-data")
                .addSerializer(new Writing())
                .addDeserializer(AppData.class, new Reading()));
    }

    private static final class Writing extends StdSerializer<AppData> {
        Writing() {
            super(AppData.class);
        }

        @Override
        public void serialize(AppData data, JsonGenerator json, SerializationContext context) {
            json.writeRawValue(data.json());
        }
    }

    private static final class Reading extends StdDeserializer<AppData> {
        Reading() {
            super(AppData.class);
        }

        @Override
        public AppData deserialize(JsonParser json, DeserializationContext context) {
            AppData.Text text = new AppData.Text();
            int depth = 0;
            JsonToken token = json.currentToken();
            while (true) {
                switch (token) {
                    case START_OBJECT, START_ARRAY -> {
                        text.begin(token.asString().charAt(0));
                        depth++;
                    }
                    case END_OBJECT, END_ARRAY -> {
                        text.end(token.asString().charAt(0));
                        depth--;
                    }
                    case PROPERTY_NAME -> text.key(json.currentName());
                    case VALUE_STRING -> text.string(json.getString());
                    default -> text.literal(json.getString());
                }
                if (depth == 0) {
                    return text.done();
                }
                token = json.nextToken();
            }
        }
    }
}
