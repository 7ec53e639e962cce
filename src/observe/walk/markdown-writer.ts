/** A walk as a document in Markdown: a section for each visit to a function, its instructions as code, maps as tables. */
import { assemblyLines, placeTitle, titledLines, whereText } from './assembly.js';
import {
  address,
  callLines,
  endText,
  eventPhrase,
  loopLines,
  mapRows,
  mapTitle,
  regionLines,
  startText,
} from './phrases.js';
import type { Call, LiveMap, Region, Start, Step, WalkItem } from './step.js';
import { indentOf, sourceText, Whereabouts, type WalkWriter } from './writer.js';

/** Headings of Markdown: the document has the first, calls begin with the second. */
const LEVELS = { first: 2, last: 6 } as const;
const FENCE = '```';

/** Characters that mean something in Markdown's text. */
const plain = (text: string): string => text.replace(/[\\`*_<>|[\]]/g, '\\$&');

export class MarkdownWriter implements WalkWriter {
  private readonly whereabouts = new Whereabouts();
  private isInCode = false;

  write(item: WalkItem): string {
    return this.lines(item)
      .map((line) => `${line}\n`)
      .join('');
  }

  end(): string {
    return this.text([])
      .map((line) => `${line}\n`)
      .join('');
  }

  private lines(item: WalkItem): string[] {
    switch (item.kind) {
      case 'start':
        return startLines(item);
      case 'end':
        return this.text(['', plain(endText(item))]);
      case 'loop':
        return this.code(titledLines('loop', loopLines(item), indentOf(item.depth)));
      case 'call':
        return this.call(item);
      case 'region':
        return this.region(item);
      case 'step':
        return this.step(item);
    }
  }

  private step(step: Step): string[] {
    const indent = indentOf(step.depth);
    const interrupts = step.interrupts.map((event) => `- ${plain(eventPhrase(event))}`);
    const title = this.whereabouts.moved(step) ? heading(step) : [];
    const source = this.whereabouts.source(step);
    const code = [...(source === undefined ? [] : [`${indent}// ${source}`]), ...assemblyLines(step, indent)];
    return [
      ...(interrupts.length === 0 ? [] : this.text(['', ...interrupts])),
      ...(title.length === 0 ? [] : this.text(title)),
      ...this.code(code),
      ...(step.maps.length === 0 ? [] : this.text(step.maps.flatMap(mapLines))),
    ];
  }

  private call(call: Call): string[] {
    const interrupts = call.interrupts.map((event) => `- ${plain(eventPhrase(event))}`);
    this.whereabouts.moved(call);
    return [
      ...(interrupts.length === 0 ? [] : this.text(['', ...interrupts])),
      ...this.code(titledLines(placeTitle(call), callLines(call), indentOf(call.depth))),
      ...(call.maps.length === 0 ? [] : this.text(call.maps.flatMap(mapLines))),
    ];
  }

  private region(region: Region): string[] {
    this.whereabouts.moved(region);
    const [sentence, ...notes] = regionLines(region);
    return this.text([
      ...region.interrupts.map((event) => `- ${plain(eventPhrase(event))}`),
      ...heading(region),
      '',
      plain(`${sentence[0].toUpperCase()}${sentence.slice(1)}.`),
      ...(notes.length === 0 ? [] : ['', ...notes.map((line) => `- ${plain(line)}`)]),
      ...region.maps.flatMap(mapLines),
    ]);
  }

  private code(lines: readonly string[]): string[] {
    const start = this.isInCode ? [] : ['', `${FENCE}text`];
    this.isInCode = true;
    return [...start, ...lines];
  }

  private text(lines: readonly string[]): string[] {
    const finish = this.isInCode ? [FENCE] : [];
    this.isInCode = false;
    return [...finish, ...lines];
  }
}

function startLines(start: Start): string[] {
  const rows = start.segments.map(
    ({ name, address: at, size }) => `| ${address(at)} | ${address(at + size - 1)} | ${plain(name)} |`,
  );
  const table = ['', '| from | to | in memory |', '| --- | --- | --- |', ...rows];
  return [
    '# Walk',
    '',
    plain(startText(start)),
    ...(rows.length === 0 ? [] : table),
    ...start.maps.flatMap(mapLines),
  ];
}

function heading(item: Step | Region): string[] {
  const level = Math.min(LEVELS.first + item.depth, LEVELS.last);
  const source = item.kind === 'region' ? item.place?.source : undefined;
  const line = source === undefined ? '' : `, ${sourceText(source)}`;
  return ['', `${'#'.repeat(level)} \`${placeTitle(item)}\``, '', plain(`${whereText(item)}${line}`)];
}

function mapLines(live: LiveMap): string[] {
  const title = ['', plain(`${mapTitle(live)}${live.isAsBefore ? '.' : ':'}`)];
  if (live.isAsBefore) return title;
  const { rows, more } = mapRows(live);
  if (rows.length === 0) return [...title, '', 'Nothing is mapped.'];
  return [
    ...title,
    '',
    '| what is mapped | first byte | how |',
    '| --- | --- | --- |',
    ...rows.map(
      ({ range, name, mapping }) => `| ${plain(range)} | ${plain(name ?? '')} | ${plain(mapping)} |`,
    ),
    ...(more === undefined ? [] : ['', plain(`${more}.`)]),
  ];
}
