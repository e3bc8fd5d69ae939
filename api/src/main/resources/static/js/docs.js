// The two documents in which the server describes its wire: OpenAPI by Swagger UI, AsyncAPI by this page, since the
// viewers of AsyncAPI that there are need eval.

/* global SwaggerUIBundle */

/** An element with that text, or those children, in it. */
function element(name, content = [], attributes = {}) {
  const made = document.createElement(name);
  made.append(...[content].flat());
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  return made;
}

const json = (value) => element('pre', JSON.stringify(value, null, 2), { tabindex: '0' });
const nameOf = (ref) => ref.slice(ref.lastIndexOf('/') + 1);

/** What a schema asks for, in a word; a name leads to its schema. */
function type(schema = {}) {
  if (schema.$ref) {
    const name = nameOf(schema.$ref);
    return element('a', name, { href: `#schema-${name}` });
  }
  if (schema.items) {
    return element('span', ['list of ', type(schema.items)]);
  }
  const values = schema.enum?.join(' | ') ?? (schema.const === undefined ? null : JSON.stringify(schema.const));
  const bounds = ['minimum', 'maximum', 'maxLength', 'maxItems'].filter((key) => key in schema);
  const text = [values ?? schema.type ?? 'anything', schema.format && `(${schema.format})`];
  return element('span', [...text, ...bounds.map((key) => `${key} ${schema[key]}`)].filter(Boolean).join(' '));
}

function table(heads, rows) {
  const head = element('tr', heads.map((text) => element('th', text, { scope: 'col' })));
  const body = rows.map((cells) => element('tr', cells.map((cell) => element('td', cell))));
  return element('table', [element('thead', head), element('tbody', body)]);
}

function fields(schema) {
  const required = new Set(schema.required ?? []);
  return table(
    ['field', 'type', '', 'meaning'],
    Object.entries(schema.properties ?? {}).map(([name, of]) => [
      element('code', name),
      type(of),
      required.has(name) ? '' : 'optional',
      of.description ?? '',
    ]),
  );
}

function entry(kind, name, summary, parts) {
  const head = [element('span', kind, { class: 'kind' }), element('code', name), ` ${summary ?? ''}`];
  return element('details', [element('summary', head), ...parts.filter(Boolean)]);
}

function part(title, ...content) {
  return element('div', [element('h3', title), ...content]);
}

/** A body's schema by its name, or as it stands; and its example. */
function body(title, schema, example) {
  const shape = schema.properties ? fields(schema) : element('p', type(schema));
  return part(title, shape, ...(example === undefined ? [] : [json(example)]));
}

function channel(said) {
  const over = nameOf(said.servers[0].$ref);
  const messages = Object.entries(said.messages).map(([name, { payload, examples, summary, ...more }]) => {
    const codes = more['x-codes'] ? element('p', more['x-codes'].join(', ')) : '';
    return part(name, ...(summary ? [summary] : []), codes, body('', payload, examples?.[0].payload));
  });
  return entry(over, said.address, said.summary, messages);
}

function show(openApi, asyncApi) {
  const add = (id, ...what) => document.getElementById(id).append(...what);
  SwaggerUIBundle({ spec: openApi, dom_id: '#swagger', docExpansion: 'list', validatorUrl: 'none' });
  add('live', ...Object.values(asyncApi.channels).map(channel));
  add('errors', ...Object.values(openApi.components.responses).map((response) => {
    const { example } = response.content['application/problem+json'];
    return entry(String(example.status), example.code, response.description.replace(/^\w+: /, ''), [json(example)]);
  }));
  const schemas = { ...asyncApi.components.schemas, ...openApi.components.schemas };
  for (const [name, schema] of Object.entries(schemas).sort(([a], [b]) => a.localeCompare(b))) {
    const shown = entry('', name, schema.description, [fields(schema)]);
    shown.id = `schema-${name}`;
    add('schemas', shown);
  }
  const limits = Object.entries(openApi.info['x-limits']).map(([name, value]) => [element('code', name), `${value}`]);
  add('limits', element('p', openApi.info.description), table(['limit', ''], limits));
}

/** Opens what the address leads to. */
function open() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target instanceof HTMLDetailsElement) {
    target.open = true;
    target.scrollIntoView();
  }
}

async function load(path) {
  const response = await fetch(path);
  if (!response.ok) {
    throw new Error(`${path}: ${response.status}`);
  }
  return response.json();
}

const status = document.getElementById('status');
try {
  const [openApi, asyncApi] = await Promise.all([load('/api/openapi.json'), load('/api/asyncapi.json')]);
  show(openApi, asyncApi);
  status.hidden = true;
  open();
} catch (error) {
  status.textContent = `The documents cannot be had: ${error.message}`;
}
addEventListener('hashchange', open);
document.getElementById('find').addEventListener('input', ({ target }) => {
  const wanted = target.value.trim().toLowerCase();
  for (const each of document.querySelectorAll('main details, #swagger .opblock')) {
    each.hidden = !each.firstElementChild.textContent.replaceAll('\u200b', '').toLowerCase().includes(wanted);
  }
});
