import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { before, describe, test } from 'node:test';
import addFormats from 'ajv-formats';
import Ajv from 'ajv';
import Ajv2020 from 'ajv/dist/2020.js';
import { OVATION_URL } from './foreign.js';

// What the server says of itself, held to the official schemas of OpenAPI 3.1 and AsyncAPI 3, and its examples to what
// it says of them. Generators and viewers read no less strictly.

const official = createRequire(import.meta.url);

/** Every value of a document that is an object or a list, with its JSON pointer. */
function* values(value, pointer = '#') {
  if (value !== null && typeof value === 'object') {
    yield [value, pointer];
    for (const [key, inner] of Object.entries(value)) {
      yield* values(inner, `${pointer}/${encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'))}`);
    }
  }
}

/** Examples and the pointers of their schemas: of bodies and parameters, of messages, and of schemas themselves. */
function* examples(document) {
  for (const [value, pointer] of values(document)) {
    const ofIt = [...('example' in value ? [value.example] : []), ...listed(value.examples)];
    if (ofIt.length === 0) {
      continue;
    }
    const name = ['schema', 'payload'].find((each) => each in value);
    for (const example of ofIt) {
      yield [example, name === undefined ? pointer : `${pointer}/${name}`];
    }
  }
}

/** OpenAPI has named examples and schemas have lists of values, and AsyncAPI has payloads. */
function listed(found) {
  if (Array.isArray(found)) {
    return found.map((each) => each?.payload ?? each);
  }
  return Object.values(found ?? {}).map(({ value }) => value);
}

for (const { path, of, schema, validator, least } of [
  {
    path: '/api/openapi.json',
    of: 'OpenAPI 3.1',
    schema: '@seriousme/openapi-schema-validator/schemas/v3.1/schema.json',
    validator: Ajv2020,
    least: 60,
  },
  {
    path: '/api/asyncapi.json',
    of: 'AsyncAPI 3',
    schema: '@asyncapi/specs/schemas/3.0.0-without-$id.json',
    validator: Ajv,
    least: 100,
  },
]) {
  describe(path, () => {
    let document;
    let ajv;

    before(async () => {
      document = await (await fetch(OVATION_URL + path)).json();
      ajv = addFormats(new validator({ strict: false, allErrors: true, validateSchema: false }));
      ajv.addFormat('media-range', true);
      ajv.addSchema(document, 'document');
    });

    test(`is what ${of} says`, () => {
      const isValid = ajv.compile(official(schema));
      assert.ok(isValid(document), ajv.errorsText(isValid.errors, { separator: '\n' }));
    });

    test('refers to nothing that is not there', () => {
      const pointers = new Set([...values(document)].map(([, pointer]) => pointer));
      const referred = [...values(document)].map(([{ $ref }]) => $ref).filter((ref) => typeof ref === 'string');
      assert.ok(referred.length > 100);
      assert.deepEqual(
        referred.filter((ref) => !pointers.has(ref)),
        [],
      );
    });

    test('has schemas that are schemas', () => {
      const schemas = Object.entries(document.components.schemas);
      assert.ok(schemas.length > 50);
      for (const [name, each] of schemas) {
        assert.ok(ajv.validateSchema(each), `${name}: ${ajv.errorsText()}`);
      }
    });

    test('has examples that are as it says', () => {
      const wrong = [];
      let count = 0;
      for (const [example, pointer] of examples(document)) {
        count += 1;
        const isValid = ajv.compile({ $ref: `document${pointer}` });
        if (!isValid(example)) {
          wrong.push(`${pointer}: ${ajv.errorsText(isValid.errors)}`);
        }
      }
      assert.deepEqual(wrong, []);
      assert.ok(count >= least, `${count} examples`);
    });
  });
}
