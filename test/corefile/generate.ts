import fc from 'fast-check'

const pick = (...words: string[]) => fc.constantFrom(...words)

const space = pick(' ', '  ', '\t', '\u00a0', ' \r ')
const comment = fc.string({ maxLength: 12 }).map(text => `# ${text.replaceAll('\n', ' ')}`)
const lineEnd = fc
  .tuple(fc.option(space, { nil: '' }), fc.option(comment, { nil: '' }), pick('\n', '\r\n', '\n\n', '\n\t\n'))
  .map(([gap, remark, end]) => (remark ? `${gap || ' '}${remark}${end}` : gap + end))

// Quotes do not keep CoreDNS from taking these for its own.
const quoted = fc
  .string({ maxLength: 8 })
  .filter(text => !['{', '}', 'import'].includes(text))
  .map(text => `"${text.replaceAll('\\', '/').replaceAll('"', '\\"')}"`)
const plain = fc.stringMatching(/^[a-z0-9.:_/-]{1,10}$/).filter(word => word !== 'import')
const argument = fc.oneof(
  { weight: 4, arbitrary: plain },
  quoted,
  pick('{$UPSTREAM}', '{%ZONE%}', '{remote}', 'a\\b', 'ȶ'),
)

const joined = (words: string[], gaps: string[]) =>
  words.map((word, at) => (at === 0 ? '' : gaps[at - 1] || ' ') + word).join('')
const words = fc
  .tuple(plain, fc.array(argument, { maxLength: 4 }), fc.array(space, { maxLength: 4 }))
  .map(([name, args, gaps]) => joined([name, ...args], gaps))

const { directive } = fc.letrec<{ directive: string }>(tie => ({
  directive: fc.oneof(
    { depthSize: 'small' },
    fc.tuple(words, lineEnd).map(([head, end]) => head + end),
    fc
      .tuple(words, space, lineEnd, fc.array(tie('directive'), { maxLength: 3 }), lineEnd)
      .map(([head, gap, open, inside, close]) => `${head}${gap}{${open}${inside.join('')}}${close}`),
  ),
}))

const body = (names: string[]) =>
  fc.array(
    fc.oneof(
      { weight: 4, arbitrary: directive },
      lineEnd,
      names.length ? pick(...names.map(n => `import ${n}\n`)) : lineEnd,
    ),
    {
      maxLength: 5,
    },
  )

const key = pick('.', '.:53', 'a.org', 'b.org:1053', 'tls://c.org', '10.0.0.0/23', '{$ZONE}', '"d.org"')
const keys = fc
  .tuple(fc.array(key, { minLength: 1, maxLength: 3 }), pick(' ', ', ', ',\n', '\t'))
  .map(([all, gap]) => all.join(gap))

const block = (names: string[]) =>
  fc
    .tuple(keys, pick(' ', '\n', '  '), lineEnd, body(names), lineEnd)
    .map(([head, gap, open, inside, end]) => `${head}${gap}{${open}${inside.join('')}}${end}`)

const snippet = fc.tuple(lineEnd, body([])).map(([open, inside]) => `(shared) {${open}${inside.join('')}}\n`)

/** Whole Corefiles that parse: snippets, imports, comments, odd spacing, quotes, both kinds of line end. */
export const corefileText = fc
  .tuple(
    pick('', '\ufeff', '# head\n', '\r\n'),
    snippet,
    fc.array(block(['shared', 'custom/*.override']), { maxLength: 4 }),
  )
  .map(([head, shared, blocks]) => `${head}${shared}${blocks.join('')}import custom/*.server\n`)

/** What a Corefile is made of, in any order. */
export const wordSoup = fc
  .array(
    fc.tuple(
      pick(
        '{',
        '}',
        '{}',
        'import',
        's',
        '(s)',
        '.',
        'a.org,',
        ',',
        '"',
        '""',
        '"{"',
        '"a b"',
        '"x\ny"',
        '#',
        'a#b',
        '\\',
        'log',
        '{$X}',
      ),
      pick(' ', '\n', '\r\n', '', '\t', '\r', '\u0085'),
    ),
    { maxLength: 40 },
  )
  .map(parts => parts.flat().join(''))

export const anyText = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }))
