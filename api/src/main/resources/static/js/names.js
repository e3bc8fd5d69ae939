const SUGGESTIONS = [
  'Ada',
  'Ben',
  'Cleo',
  'Dara',
  'Emil',
  'Fay',
  'Gus',
  'Hana',
  'Ivo',
  'Juno',
  'Kofi',
  'Lena',
  'Milo',
  'Nora',
  'Otto',
  'Pia',
  'Rosa',
  'Sam',
  'Tove',
  'Uma',
  'Vito',
  'Wren',
  'Yara',
  'Zeno',
];

/** A first name that nobody here has yet. */
export function suggestName(taken = []) {
  const free = SUGGESTIONS.filter((name) => !taken.includes(name));
  return (free.length > 0 ? free : SUGGESTIONS)[Math.floor(Math.random() * (free.length || SUGGESTIONS.length))];
}
