/** A walk as text for a terminal or an editor: functions as labels, instructions below them, calls indented. */
import { assemblyLines, placeTitle, titledLines, whereText, wrapped } from './assembly.js';
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

export class TextWriter implements WalkWriter {
  private readonly whereabouts = new Whereabouts();

  write(item: WalkItem): string {
    return `${this.lines(item).join('\n')}\n`;
  }

  end(): string {
    return '';
  }

  private lines(item: WalkItem): string[] {
    switch (item.kind) {
      case 'start':
        return startLines(item);
      case 'end':
        return ['', `// ${endText(item)}`];
      case 'loop':
        return titledLines('loop', loopLines(item), `${indentOf(item.depth)}  `);
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
    const interrupts = step.interrupts.map((event) => `${indent}// ${eventPhrase(event)}`);
    const title = this.whereabouts.moved(step)
      ? ['', `${indent}${placeTitle(step)}:  // ${whereText(step)}`]
      : [];
    const source = this.whereabouts.source(step);
    return [
      ...interrupts,
      ...title,
      ...(source === undefined ? [] : [`${indent}  // ${source}`]),
      ...assemblyLines(step, `${indent}  `),
      ...step.maps.flatMap((map) => mapLines(map, `${indent}      // `)),
    ];
  }

  private call(call: Call): string[] {
    const indent = indentOf(call.depth);
    this.whereabouts.moved(call);
    return [
      ...call.interrupts.map((event) => `${indent}// ${eventPhrase(event)}`),
      ...titledLines(placeTitle(call), callLines(call), indent),
      ...call.maps.flatMap((map) => mapLines(map, `${indent}//   `)),
    ];
  }

  private region(region: Region): string[] {
    const indent = indentOf(region.depth);
    const note = `${indent}    // `;
    this.whereabouts.moved(region);
    const source = region.place?.source;
    const line = source === undefined ? '' : ` ${sourceText(source)}`;
    const [sentence, ...notes] = regionLines(region);
    return [
      ...region.interrupts.map((event) => `${indent}// ${eventPhrase(event)}`),
      `${indent}${placeTitle(region)}:  // ${whereText(region)}${line}`,
      `${note}${sentence}`,
      ...notes.flatMap((each) => wrapped(each, note)),
      ...region.maps.flatMap((map) => mapLines(map, note)),
    ];
  }
}

function startLines(start: Start): string[] {
  const segments = start.segments.map(
    ({ name, address: at, size }) => `//   ${address(at)}-${address(at + size - 1)}  ${name}`,
  );
  return [
    `// ${startText(start)}`,
    ...(segments.length === 0 ? [] : ['// In memory:', ...segments]),
    ...start.maps.flatMap((map) => mapLines(map, '// ')),
  ];
}

function mapLines(live: LiveMap, start: string): string[] {
  if (live.isAsBefore) return [`${start}${mapTitle(live)}`];
  const { rows, more } = mapRows(live);
  return [
    `${start}${mapTitle(live)}`,
    ...(rows.length === 0 ? [`${start}  nothing is mapped`] : []),
    ...rows.flatMap(({ range, name, mapping }) => [
      `${start}  ${range}${name === undefined ? '' : ` <${name}>`}`,
      `${start}    ${mapping}`,
    ]),
    ...(more === undefined ? [] : [`${start}  ${more}`]),
  ];
}
