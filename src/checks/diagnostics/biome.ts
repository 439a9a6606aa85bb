import { byLine, finding, severityOf } from './format.ts';
import type { PrintedDiagnostic, OutputFormat } from './format.ts';

/** Biome's own report, and its `github` reporter, whose annotations other tools print, too. */
export const biome: OutputFormat = {
  name: 'biome',
  read: (lines) => ({ findings: [...report(lines), ...annotations(lines)] }),
};

const HEADER =
  /^(?<file>\S.*?)(?::(?<line>\d+):(?<column>\d+))? (?<code>[a-z]\w*(?:\/\w+)*)(?:\s+[A-Z]+)?\s+━+$/;

/** A ruled header line with the place; the message follows, behind a sign for its severity. */
function report(lines: readonly string[]): readonly PrintedDiagnostic[] {
  return lines.flatMap((line, index) => {
    const groups = HEADER.exec(line)?.groups;
    if (groups === undefined) return [];
    const message = lines
      .slice(index + 1, index + 4)
      .map((next) => /^\s+(?<sign>[×✖!⚠iℹ]) (?<text>.+)$/.exec(next)?.groups)
      .find((found) => found !== undefined);
    const sign = message?.['sign'] ?? '×';
    return [
      finding({
        file: groups['file'] ?? '',
        line: groups['line'],
        column: groups['column'],
        severity: '×✖'.includes(sign) ? 'error' : '!⚠'.includes(sign) ? 'warning' : 'info',
        message: message?.['text'] ?? groups['code'] ?? '',
        code: groups['code'],
      }),
    ];
  });
}

/** `::error title=…,file=…,line=…,col=…::message` */
function annotations(lines: readonly string[]): readonly PrintedDiagnostic[] {
  return byLine(
    lines,
    /^::(?<word>error|warning|notice) (?<properties>[^:]*(?::(?!:)[^:]*)*)::(?<message>.+)$/,
    (groups) => {
      const properties = new Map(
        (groups['properties'] ?? '').split(',').map((part): [string, string] => {
          const [key = '', ...value] = part.split('=');
          return [key.trim(), value.join('=')];
        }),
      );
      const file = properties.get('file');
      if (file === undefined) return undefined;
      return finding({
        file,
        line: properties.get('line'),
        column: properties.get('col'),
        severity: severityOf(groups['word'] ?? ''),
        message: groups['message'] ?? '',
        code: properties.get('title'),
      });
    },
  );
}
